"""Rows of a YAML file, which programs change without touching the others; what is written is read back first."""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock
from typing import Any

from bot.errors import CatalogError, Problem
from bot.yaml_files import Document, parse_yaml, read_bytes

WRITING = Lock()
"""Held by whoever reads a file in order to write it."""

Rows = list[str]
_ROW = re.compile("[^\r\n\x85\u2028\u2029]*(?:\r\n|[\r\n\x85\u2028\u2029]|$)")


def change_rows(file: Path, rows: Mapping[int, str | None], holds: Callable[[Any], Any]) -> None:
    """Put other text into rows of any YAML file, by their numbers from 1, or take them out (None).

    `holds` makes of what the file holds what it is to hold then; comments, order and all other bytes stay. Raises
    CatalogError when that is not so, or the file cannot be read or written; nothing is written then.
    """
    with WRITING:
        content = read_bytes(file)
        if isinstance(content, Document):
            raise CatalogError(content.problems)
        start = content[:3] if content.startswith(codecs.BOM_UTF8) else b""
        value = parse_yaml(file, content).value
        kept = list(_change(split_rows(content.removeprefix(start)), rows))
        changed = start + "".join(kept).encode()
        after = parse_yaml(file, changed)
        if after.value != holds(value) or any(problem.severity == "error" for problem in after.problems):
            raise refusal(file, 0, "This would change something else in the file.", "Change it by hand.")
        replace_file(file.resolve(), changed)


def _change(before: Rows, rows: Mapping[int, str | None]) -> Iterator[str]:
    for number, row in enumerate(before, start=1):
        text = row.rstrip("\r\n\x85\u2028\u2029")
        if number not in rows:
            yield row
        elif (changed := rows[number]) is not None:
            yield changed + row[len(text) :]


def replace_file(file: Path, content: bytes) -> None:
    """Swap the file in one step, keeping its permissions; readers see the old one or the new one, never half.

    Raises CatalogError when it cannot be written.
    """
    try:
        mode = stat.S_IMODE(file.stat().st_mode) if file.exists() else 0o644
        file.parent.mkdir(parents=True, exist_ok=True)
        # Hidden, so that the loader never reads it.
        with NamedTemporaryFile(dir=file.parent, prefix=".", suffix=".tmp", delete=False) as temporary:
            try:
                temporary.write(content)
                temporary.flush()
                os.fsync(temporary.fileno())
                os.fchmod(temporary.fileno(), mode)
                Path(temporary.name).replace(file)
            except BaseException:
                Path(temporary.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        remedy = "Check the folder's permissions and the space left on the disk."
        raise refusal(file, 0, f"The file cannot be written: {error.strerror}.", remedy) from error


def split_rows(content: bytes) -> Rows:
    """The text's rows with their line breaks, split where the YAML library counts lines."""
    return [row for row in _ROW.findall(content.decode()) if row]


def newline_of(rows: Rows) -> str:
    """The line break that the file uses."""
    return "\r\n" if rows and rows[0].endswith("\r\n") else "\n"


def end_row(rows: Rows, at: int = -1) -> None:
    """See that a row ends in a line break; the last one of a file may not."""
    if rows[at] and rows[at][-1] not in "\r\n\x85\u2028\u2029":
        rows[at] += newline_of(rows)


def refusal(file: Path, line: int, message: str, remedy: str) -> CatalogError:
    """Why a file is not written, as an error of the catalog."""
    return CatalogError((Problem("error", file, line, message, remedy),))
