"""Utterances from CSV files that anybody may have written: what is wrong with one is said with file and line."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import RipenError

COLUMNS = ("text", "intent")
ALLOWED = "A file of utterances is CSV in UTF-8 whose first line names the columns text and intent"
TOLD = 3
"""Faulty rows that an error names; the rest are counted."""

MOST_WITHOUT_TEXT = 0.01
"""Public sets have a few rows whose text was lost; a file with a larger share of them is rather a broken one."""


class DataError(RipenError):
    """Data that cannot be judged on as it stands."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A message and the intent that it means."""

    text: str
    intent: str


def read_utterances(file: Path, tell: Callable[[str], None]) -> tuple[Utterance, ...]:
    """All rows of a CSV file with the columns text and intent; others are left alone, empty lines skipped.

    A row without text in a hundred is left out, which `tell` is told. Raises DataError: not there, not UTF-8, not CSV,
    a column missing, no rows, more rows without text, or one without intent.
    """
    rows = list(_read(file))
    if not rows:
        raise DataError(f"{file} is empty. {ALLOWED}, and one utterance on each line after it.")
    _, header = rows[0]
    text, intent = _find_columns(file, header)
    found, faulty = [], []
    for line, cells in rows[1:]:
        said, meant = (cells[at].strip() if at < len(cells) else "" for at in (text, intent))
        if said and meant:
            found.append(Utterance(cells[text], meant))
        else:
            faulty.append((line, "intent" if said else "text"))
    lost = [line for line, what in faulty if what == "text"]
    if len(lost) < len(faulty) or len(lost) > MOST_WITHOUT_TEXT * len(rows):
        raise DataError(_describe(file, faulty))
    if lost:
        tell(f"{file.name}: {len(lost)} of {len(rows) - 1} rows without text left out, the first on line {lost[0]}")
    if not found:
        raise DataError(f"{file} has columns but no rows. {ALLOWED}, and one utterance on each line after it.")
    return tuple(found)


def _read(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, each with the line that it begins on."""
    line = 1
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield line, cells
                line = reader.line_num + 1
    except UnicodeDecodeError as error:
        number = file.read_bytes()[: _offset(file)].count(b"\n") + 1
        raise DataError(f"{file}:{number}: not UTF-8 ({error.reason}). Save the file as UTF-8.") from error
    except csv.Error as error:
        raise DataError(f"{file}:{line}: not CSV ({error}). {ALLOWED}.") from error
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error.strerror or error}.") from error


def _offset(file: Path) -> int:
    """Where the first byte is that is not UTF-8."""
    try:
        file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _find_columns(file: Path, header: list[str]) -> tuple[int, int]:
    names = [cell.strip().lower() for cell in header]
    missing = [column for column in COLUMNS if column not in names]
    if not missing:
        return names.index("text"), names.index("intent")
    hint = ""
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        hint = " Its cells seem to be separated by something else than commas."
    raise DataError(
        f"{file}:1: the column{'s' * (len(missing) > 1)} {' and '.join(missing)} "
        f"{'are' if len(missing) > 1 else 'is'} missing; the first line names {', '.join(map(repr, header[:6]))}."
        f"{hint} {ALLOWED}."
    )


def _describe(file: Path, faulty: list[tuple[int, str]]) -> str:
    told = ", ".join(f"line {line} has no {what}" for line, what in faulty[:TOLD])
    more = f", and {len(faulty) - TOLD} more rows like that" if len(faulty) > TOLD else ""
    return f"{file}:{faulty[0][0]}: {told}{more}. Every row needs both; fill them in or take them out."
