"""`ripen check --fix`: what can be mended without asking. Comments, order and every other byte stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.catalog.rows import change_rows, replace_file
from bot.checks.formats import count
from bot.checks.tidiness import (
    FOLDER,
    SCHEMA_LINE,
    SCHEMAS,
    SPACES,
    find_schema_line,
    is_copy,
    is_current,
    right_target,
    schema_name,
    spaced_rows,
)
from bot.checks.written import WrittenFile
from bot.errors import CatalogError, Problem
from bot.yaml_files import Document, Location, parse_yaml, read_bytes, read_yaml

_ITEM = re.compile(r"^\s*-\s")

Holds = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Mended:
    """Which files changed, and what to tell about it, and about what could not be done."""

    files: tuple[Path, ...]
    told: tuple[str, ...]


def fix_files(problems: Iterable[Problem], config: Path) -> Mended:
    """Mend what rules found that are fixable. Files with errors are left alone."""
    found = list(problems)
    broken = {problem.file for problem in found if problem.severity == "error" and _is_of_file(problem)}
    wanted: dict[Path, set[str]] = {}
    for problem in found:
        if problem.file not in broken:
            wanted.setdefault(problem.file, set()).add(problem.rule)
    changed: list[Path] = []
    told: list[str] = []
    for file, rules in wanted.items():
        for rule in [rule for rule in _FIXES if rule in rules]:
            lines = {problem.line for problem in found if problem.file == file and problem.rule == rule}
            try:
                if said := _FIXES[rule](file, lines, config):
                    changed.append(file)
                    told.append(f"{file}: {said}")
            except CatalogError as error:
                told += [f"not mended: {problem}" for problem in error.problems]
    return Mended(tuple(dict.fromkeys(changed)), tuple(told))


def _is_of_file(problem: Problem) -> bool:
    """Whether an error keeps its file from being understood; a rule that config.yml made an error does not."""
    return problem.rule in ("unreadable", "syntax", "schema", "config")


def _remove_duplicates(file: Path, lines: set[int], _config: Path) -> str:
    document = read_yaml(file)
    content = read_bytes(file)
    if isinstance(content, Document):
        return ""
    rows = content.decode("utf-8-sig").splitlines()
    gone = {place: line for place, line in _examples_on(document, lines) if _stands_alone(rows, line, document, place)}
    if not gone:
        return ""
    change_rows(file, dict.fromkeys(gone.values()), _without(gone))
    return f"{count(len(gone), 'repeated example')} removed"


def _examples_on(document: Document, lines: set[int]) -> Iterator[tuple[Location, int]]:
    for place, line in document.lines.items():
        if len(place) == 3 and place[1] == "examples" and line in lines:
            yield place, line


def _stands_alone(rows: list[str], line: int, document: Document, place: Location) -> bool:
    """Whether the row holds this example and nothing else, not even a comment."""
    row = rows[line - 1]
    name, key, index = place
    text = document.value[name][key][index]
    read = parse_yaml(Path("-"), row.strip().encode())
    return bool(_ITEM.match(row) and read.value == [text]) and _holds_no_comment(row)


def _holds_no_comment(row: str) -> bool:
    marked = parse_yaml(Path("-"), f"{row.strip()}~".encode())  # behind a comment, one more character changes nothing
    return bool(marked.value != parse_yaml(Path("-"), row.strip().encode()).value)


def _without(gone: Mapping[Location, int]) -> Holds:
    def holds(value: Any) -> Any:
        return {
            name: entry
            | {"examples": [text for at, text in enumerate(entry["examples"]) if (name, "examples", at) not in gone]}
            if any(place[0] == name for place in gone)
            else entry
            for name, entry in value.items()
        }

    return holds


def _strip_rows(file: Path, _lines: set[int], _config: Path) -> str:
    written = WrittenFile.read(file, file.parent)
    if written is None:
        return ""
    rows = {number: written.rows[number - 1].rstrip(SPACES) for number in spaced_rows(written)}
    change_rows(file, rows, _the_same)
    return f"spaces removed at the end of {count(len(rows), 'line')}"


def _mend_schema(file: Path, _lines: set[int], config: Path) -> str:
    written = WrittenFile.read(file, file.parent)
    found = find_schema_line(written) if written else None
    if written is None or found is None:
        return ""
    number, target = found
    name = schema_name(file, config)
    copy = config.parent / FOLDER / name
    if (file.parent / target).is_file():
        if not is_copy(file.parent / target, config):
            return ""
        replace_file(file.parent / target, (SCHEMAS / name).read_bytes())
        return f"{target} renewed"
    if not is_current(copy, name):
        replace_file(copy, (SCHEMAS / name).read_bytes())
    right = right_target(file, config)
    row = SCHEMA_LINE.sub(lambda line: line["before"] + right, written.rows[number - 1])
    change_rows(file, {number: row}, _the_same)
    return f"the schema line names {right}"


def _the_same(value: Any) -> Any:
    return value


_FIXES: Mapping[str, Callable[[Path, set[int], Path], str]] = {
    "duplicate-example": _remove_duplicates,
    "trailing-space": _strip_rows,
    "outdated-schema": _mend_schema,
}
