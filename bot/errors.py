"""Everything Ripen raises on purpose.

RipenError                  one clear line for the user; a traceback only with --debug
├── ConfigError             config.yml: the file, the line, the key, what is allowed
├── CatalogError            the intent files: a list of Problems, each with file and line
├── BundleError             the model bundle
│   ├── BundleMissing       no bundle, or a file of it is not there
│   ├── BundleAltered       a file's checksum differs from the manifest's
│   └── BundleVersion       written by another format version
├── ActionError             an action did not give an outcome
│   ├── ActionUnknown       nobody registered it
│   ├── ActionFailed        it raised, or the action server answered with an error
│   ├── ActionTimeout       it ran past its time
│   ├── ActionRejected      it declined to run (rasa-sdk's ActionExecutionRejection)
│   └── ActionRubbish       what it returned is not events and responses
├── StoreError              conversations could not be read or written
├── ReviewError             what a reviewer asked for was not done, and nothing was changed
│   └── ReviewConflict      somebody else was first: at the entries, or in the file
└── ConnectorError          a channel could not start or send
    └── SecretMissing       an environment variable that config.yml names is not set
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


class RipenError(Exception):
    """The root. `str(error)` is one clear line: what happened, where, what was allowed, what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding in a file that a person wrote; `line` counts from 1, 0 means the file as a whole.

    `rule` is one of bot/checks/rules.py. `sentence` is what the finding is about, where it is about one.
    """

    severity: Literal["error", "warning"]
    file: Path
    line: int
    message: str
    remedy: str
    rule: str = "schema"
    sentence: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{where}: {self.severity}: {self.message} {self.remedy}".rstrip()


class ConfigError(RipenError):
    """config.yml cannot be used as it stands; `problems` has the errors that stand in the file, one by one."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        self.problems = problems
        super().__init__(message)


class CatalogError(RipenError):
    """The intent files cannot be used as they stand; `problems` holds every error found, not just the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class BundleError(RipenError):
    """The model bundle cannot be used."""


class BundleMissing(BundleError):
    """There is no bundle, or one of its files is missing."""


class BundleAltered(BundleError):
    """A file of the bundle is not the one that the manifest describes."""


class BundleVersion(BundleError):
    """The bundle was written in a format that this version does not read."""


class ActionError(RipenError):
    """An action did not give an outcome."""


class ActionUnknown(ActionError):
    """Nobody registered the action."""


class ActionFailed(ActionError):
    """The action raised, or its server answered with an error."""


class ActionTimeout(ActionError):
    """The action ran past its time."""


class ActionRejected(ActionError):
    """The action declined to run."""


class ActionRubbish(ActionError):
    """What the action returned is not a list of events and responses."""


class StoreError(RipenError):
    """Conversations could not be read or written."""


class ReviewError(RipenError):
    """What a reviewer asked for was not done, and nothing was changed."""


class ReviewConflict(ReviewError):
    """Somebody else was first: at the entries, or in the file."""


class ConnectorError(RipenError):
    """A channel could not start or send."""


class SecretMissing(ConnectorError):
    """An environment variable that config.yml names is not set."""
