"""A translated bot into a folder of its own. Sole user of ruamel here: to write, not to read."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from bot.catalog.loader import CatalogLoader
from bot.catalog.schema import SLOTS
from bot.config import load_settings
from bot.errors import ConfigError, RipenError
from bot.migration.rasa_project import read_project
from bot.migration.rasa_translation import RESPONSES_FILE, Translation, translate
from bot.starter import copy_frame

NOTES_FILE = "from-rasa.md"
LEFT_OUT_FILE = "left-out.yml"
TESTS_FILE = "tests/conversations/from_rasa.yml"

_LEFT_OUT = (
    "# Intents for which no rule or story of the Rasa project does anything by itself: answers to questions, mostly,\n"
    "# such as affirm, deny and inform. The bot listens to answers without them. Move one into intents/ to have it.\n"
)


@dataclass(frozen=True, slots=True)
class Migrated:
    """What became of a project; `notes` are what somebody should look at, and stand in NOTES_FILE."""

    intents: int
    examples: int
    responses: int
    notes: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.intents} intents with {self.examples} examples and {self.responses} responses"


def migrate_rasa(project: Path, folder: Path) -> Migrated:
    """Make `folder` a bot that knows what the Rasa project in `project` knows.

    Raises RipenError (CatalogError among them) when the project cannot be read, or `folder` is not empty or cannot be
    written.
    """
    told = translate(read_project(project))
    copy_frame(folder)
    try:
        for name, text in _files(told).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        migrated = _count(told, tuple(_refusals(folder)))
        (folder / NOTES_FILE).write_text(_page(migrated, told), encoding="utf-8")
    except OSError as error:
        reason = error.strerror or error
        raise RipenError(f"{folder} cannot be written: {reason}. Choose a folder that you may write to.") from error
    return migrated


def _files(told: Translation) -> dict[str, str]:
    schema = "# yaml-language-server: $schema={}.ripen/{}.schema.json\n"
    files = {"config.yml": schema.format("", "config") + _yaml(told.settings)}
    for name, entries in told.files.items():
        blocks = (_yaml({key: entry}) for key, entry in entries.items())
        files[f"intents/{name}"] = schema.format("../", "intents") + "\n".join(blocks)
    if told.tests:
        files[TESTS_FILE] = schema.format("../../", "conversations") + _yaml({"conversations": told.tests})
    if told.left_out:
        blocks = (_yaml({key: entry}) for key, entry in told.left_out.items())
        files[LEFT_OUT_FILE] = _LEFT_OUT + "\n" + "\n".join(blocks)
    return files


def _yaml(value: Mapping[str, Any]) -> str:
    writer = YAML()
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.width = 4096
    writer.allow_unicode = True
    out = io.StringIO()
    writer.dump(_in_blocks(value), out)
    return out.getvalue()


def _in_blocks(value: Any) -> Any:
    """Texts of several lines as such."""
    if isinstance(value, dict):
        return {key: _in_blocks(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_in_blocks(each) for each in value]
    return LiteralScalarString(value) if isinstance(value, str) and "\n" in value else value


def _refusals(folder: Path) -> Iterator[str]:
    """What the loaders say of the new files, as of a text that is too long: whoever goes on has to mend it."""
    try:
        load_settings(folder / "config.yml")
    except ConfigError as error:
        yield str(error)
    for problem in CatalogLoader(folder / "intents").survey()[1]:
        if problem.severity == "error":
            yield str(problem)


def _count(told: Translation, refused: tuple[str, ...]) -> Migrated:
    written = (file for name, file in told.files.items() if name != RESPONSES_FILE)
    intents = [entry for file in written for name, entry in file.items() if name != SLOTS]
    examples = sum(len(entry.get("examples", ())) for entry in intents)
    return Migrated(len(intents), examples, len(told.files.get(RESPONSES_FILE, ())), (*refused, *told.notes))


def _page(migrated: Migrated, told: Translation) -> str:
    lines = [
        "# From Rasa",
        "",
        f"{migrated} were carried over.",
        "",
        "Next:",
        "",
        "```",
        "ripen bundle build     # once: makes the language model's bundle, in models/",
        "ripen check            # sentences that two intents share, dead buttons and more",
        "ripen chat --explain",
        "```",
        "",
        "- Rasa's intents have no descriptions, so their names stand in. Write a sentence about the customer for",
        '  each: the bot asks back with it ("Did you mean ...?"), and understands an intent of few examples by it.',
    ]
    if told.tests:
        lines += [
            f"- `{TESTS_FILE}` has the test stories ({len(told.tests)}): `ripen test` plays them, and runs",
            "  actions for real. Say under `bot` what is to be answered.",
        ]
    if told.left_out:
        lines.append(f"- `{LEFT_OUT_FILE}` has the intents that nothing was done about by itself.")
    lines += [f"- {note}" for note in migrated.notes]
    return "\n".join(lines) + "\n"
