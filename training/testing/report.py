"""A test of a bot as a value, and as JSON that a later test reads again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from training.evaluation.csv_rows import DataError
from training.testing.answers import Answer
from training.testing.changes import Changes, Kept, fill
from training.testing.confusions import Pair
from training.testing.conversations.play import Played
from training.testing.figures import Bar, IntentFigures, Point, Summary

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Understanding:
    """How messages were understood. `source` names what was asked, `asked` says it in a sentence."""

    source: str
    asked: str
    summary: Summary
    intents: tuple[IntentFigures, ...]
    histogram: tuple[Bar, ...]
    reliability: tuple[Point, ...]
    pairs: tuple[Pair, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One run of `ripen test`. A part that was not asked for is None; `changes` are against other runs or models."""

    name: str
    bundle: str
    version: str
    made: str
    understanding: Understanding | None
    conversations: tuple[Played, ...] | None
    changes: tuple[Changes, ...]
    notes: tuple[str, ...]

    def keep(self) -> Kept:
        """What a later run is compared with."""
        found = self.understanding
        return Kept(
            FORMAT,
            self.bundle,
            self.made,
            found.source if found else None,
            found.summary if found else None,
            tuple((one.text, one.intent, one.found) for one in found.answers) if found else (),
            {one.title: one.passed for one in self.conversations or ()},
        )

    def as_dict(self, before: Kept | None) -> dict[str, Any]:
        """For JSON: all of it, and `kept`, by which a later run tells what changed since this and the one `before`."""
        return {"format": FORMAT, **asdict(self), "kept": asdict(fill(self.keep(), before))}


def write_kept(kept: Kept, file: Path) -> None:
    """As JSON with a line for each answer, so that a commit shows which of them changed. Raises DataError."""
    whole = asdict(kept)
    answers = ",\n".join(f"    {json.dumps(one, ensure_ascii=False)}" for one in whole.pop("answers"))
    lines = [f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}," for key, value in whole.items()]
    text = "\n".join(["{", *lines, '  "answers": [', *([answers] if answers else []), "  ]", "}", ""])
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    except OSError as error:
        raise DataError(f"{file} cannot be written: {error.strerror or error}.") from error


def read_kept(file: Path) -> Kept | None:
    """What `write_kept` wrote, or the last run of a report.json; None when it is not there. Raises DataError."""
    try:
        written = json.loads(file.read_text("utf-8"))
        if not isinstance(written, Mapping):
            raise ValueError("it is no mapping")
        written = written.get("kept", written)
        if written.get("format") != FORMAT:
            raise ValueError(f"it has format {written.get('format')}, and this version reads {FORMAT}")
        return TypeAdapter(Kept).validate_python(written)
    except FileNotFoundError:
        return None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise DataError(_unreadable(file, f"{where}: {first['msg']}")) from error
    except (OSError, ValueError) as error:
        raise DataError(_unreadable(file, str(error))) from error


def _unreadable(file: Path, why: str) -> str:
    return f"{file} is no run to compare with: {why}. Take it away, or write it anew: ripen test --keep"
