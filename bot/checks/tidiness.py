"""How files are written: spaces at line ends, and the line that tells editors which schema to check against."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.catalog.catalog import Source
from bot.checks.finding import Finding, find
from bot.checks.written import CONVERSATIONS, WrittenFile
from bot.yaml_files import Document, read_bytes

SCHEMAS = Path(__file__).parents[1] / "catalog" / "schemas"
FOLDER = ".ripen"
"""Where `ripen init` puts a bot's copies of the schemas, beside config.yml."""

SCHEMA_LINE = re.compile(r"^(?P<before>\s*#\s*yaml-language-server:\s*\$schema=)(?P<target>\S+)")
WITHIN_ROWS = 10
SPACES = " \t"


def check_tidiness(files: Iterable[WrittenFile], config: Path) -> Iterator[Finding]:
    """Look at config.yml, intent files and conversation tests, one finding of a kind for each file or schema."""
    behind: set[Path] = set()
    for file in files:
        yield from _trailing_spaces(file)
        yield from _schema_line(file, config, behind)


def _trailing_spaces(file: WrittenFile) -> Iterator[Finding]:
    for number in spaced_rows(file):
        problem = find(
            "trailing-space", Source(file.path, number), "Spaces stand at the end of this line.", "Remove them."
        )
        yield Finding(problem, ("trailing-space", str(file.path)), -number)


def spaced_rows(file: WrittenFile) -> list[int]:
    """The numbers, from 1, of rows that end in spaces which are no text."""
    if not any(row.endswith((*SPACES,)) for row in file.rows):
        return []
    return [number for number, row in file.outside_text() if row.endswith((*SPACES,))]


def _schema_line(file: WrittenFile, config: Path, behind: set[Path]) -> Iterator[Finding]:
    found = find_schema_line(file)
    if found is None:
        return
    number, target = found
    source = Source(file.path, number)
    schema = file.path.parent / target
    name = schema_name(file.path, config)
    if not schema.is_file():
        message = f"There is no schema at {target}, so editors neither complete nor check this file."
        remedy = f"Point the line to {right_target(file.path, config)}, which --fix does."
        yield Finding(find("outdated-schema", source, message, remedy))
    elif schema.resolve() not in behind and not is_current(schema, name):
        behind.add(schema.resolve())
        message = f"{target} is not the schema of this version, so editors refuse new keys or offer old ones."
        remedy = "Renew it" + (" with --fix." if is_copy(schema, config) else f" from {SCHEMAS / name}.")
        yield Finding(find("outdated-schema", source, message, remedy))


def find_schema_line(file: WrittenFile) -> tuple[int, str] | None:
    """The number of the row that names a schema on this disk, and what it names."""
    for number, row in enumerate(file.rows[:WITHIN_ROWS], start=1):
        if (line := SCHEMA_LINE.match(row)) and "://" not in line["target"]:
            return number, line["target"]
    return None


def schema_name(file: Path, config: Path) -> str:
    """Which of the schemas a file is to keep."""
    if file == config:
        return "config.schema.json"
    return "conversations.schema.json" if config.parent / CONVERSATIONS in file.parents else "intents.schema.json"


def right_target(file: Path, config: Path) -> str:
    """What the schema line of `file` should name: the bot's own copy, relative to the file."""
    return Path(os.path.relpath(config.parent / FOLDER / schema_name(file, config), file.parent)).as_posix()


def is_copy(schema: Path, config: Path) -> bool:
    """Whether it is one of the copies that `ripen init` made, which may be written anew."""
    return schema.resolve().parent == (config.parent / FOLDER).resolve()


def is_current(schema: Path, name: str) -> bool:
    """Whether `schema` says what this version's does; a line break or an indent makes no difference."""
    content = read_bytes(schema)
    if isinstance(content, Document):
        return False
    try:
        return bool(json.loads(content) == json.loads((SCHEMAS / name).read_bytes()))
    except (ValueError, RecursionError):
        return False
