"""Intent files in blocks: the rows of one entry with the comments right above it, changed as one by a person."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.catalog.intent_file import parse_intent_file
from bot.catalog.rows import WRITING, Rows, end_row, newline_of, refusal, replace_file, split_rows
from bot.catalog.writer import Written
from bot.errors import CatalogError, ReviewConflict
from bot.yaml_files import MAX_BYTES, Document, parse_yaml, read_bytes

SCHEMA_ROW = "# yaml-language-server"


@dataclass(frozen=True, slots=True)
class Block:
    """One entry of a file, rows `start` to `end` (from 0, without the end). `text` ends in a line break."""

    name: str
    text: str
    start: int
    end: int

    @property
    def version(self) -> str:
        """Equal versions are equal texts, wherever in the file."""
        return version_of_text(self.text)


def version_of_text(text: str) -> str:
    """Names a text; line breaks of Windows and Unix are the same."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=8)  # 8 MiB at most: whoever types asks about the same saved file again and again
def find_blocks(file: Path, content: bytes) -> tuple[Block, ...]:
    """The entries of a file in the order of its rows; none of a file that cannot be read."""
    document = parse_yaml(file, content)
    if not isinstance(document.value, dict):
        return ()
    rows = split_content(content)[1]
    keys = sorted((document.lines[(name,)] - 1, name) for name in document.value if (name,) in document.lines)
    starts = [_with_comments(rows, row) for row, _ in keys]
    ends = [_without_rest(rows, row, after) for (row, _), after in zip(keys, [*starts[1:], len(rows)], strict=True)]
    return tuple(
        Block(name, _ended("".join(rows[start:end])), start, end)
        for (_, name), start, end in zip(keys, starts, ends, strict=True)
    )


def find_block(file: Path, content: bytes, name: str) -> Block | None:
    """The entry of that name."""
    return next((block for block in find_blocks(file, content) if block.name == name), None)


def replace_block(file: Path, content: bytes, name: str, text: str) -> bytes:
    """`content` with another text in place of an entry; an empty one takes it out. Raises ReviewConflict if it is gone.

    All other bytes stay. `text` may have any line breaks; those of the file are written.
    """
    block = find_block(file, content, name)
    if block is None:
        raise ReviewConflict(f"There is no `{name}` in {file.name} any more. Look again.")
    start, rows = split_content(content)
    new = split_rows(_as_in(rows, text).encode("utf-8", "surrogatepass")) if text.strip() else []
    end = block.end
    if new:
        end_row(new)
    else:
        while end < len(rows) and not rows[end].strip():
            end += 1
    kept = [*rows[: block.start], *new, *rows[end:]]
    return start + "".join(kept).encode("utf-8", "surrogatepass")


def append_text(content: bytes, text: str) -> bytes:
    """`content` with new entries below all others; every byte of it stays."""
    start, rows = split_content(content)
    if any(row.strip() for row in rows):
        end_row(rows)
        if rows[-1].strip():
            rows.append(newline_of(rows))
    return start + "".join([*rows, _as_in(rows, text)]).encode("utf-8", "surrogatepass")


def rewrite(file: Path, folder: Path, change: Callable[[bytes], bytes], *, anew: bool = False) -> Written:
    """Write what `change` makes of a file in `folder`; no program and no other person can come between. With `anew`, of
    a file that is not there, too.

    Raises CatalogError when the file cannot be read or written or would not load as it becomes, ReviewConflict when
    somebody changed it meanwhile, and what `change` raises; nothing is written then.
    """
    with WRITING:
        there = file.exists() or not anew
        content = read_bytes(file, folder) if there else b""
        if isinstance(content, Document):
            raise CatalogError(content.problems)
        after = change(content)
        if len(after) > MAX_BYTES:
            message = f"The file would have {len(after):,} bytes; at most {MAX_BYTES:,} (1 MiB) are read."
            raise refusal(file, 0, message, "Split it into several files.")
        errors = tuple(each for each in parse_intent_file(file, after).problems if each.severity == "error")
        if errors:
            raise CatalogError(errors)
        if (file.read_bytes() if file.exists() else b"") != content:
            raise ReviewConflict(f"{file.name} was changed meanwhile, so nothing was written. Look again.")
        replace_file(file.resolve(), after)
        return Written(file, 0, content if there else None, hashlib.sha256(after).hexdigest())


def split_content(content: bytes) -> tuple[bytes, Rows]:
    """A byte order mark, if there is one, and the rows."""
    start = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    return start, split_rows(content.removeprefix(start))


def _with_comments(rows: Rows, row: int) -> int:
    """Where an entry begins whose key is in `row`: at the comments right above it, but for the schema's row."""
    while row > 0 and rows[row - 1].startswith("#") and not rows[row - 1].startswith(SCHEMA_ROW):
        row -= 1
    return row


def _without_rest(rows: Rows, row: int, after: int) -> int:
    """Where it ends: before the empty rows, and the comments at the margin, that lead over to what comes `after`."""
    while after > row + 1 and (not rows[after - 1].strip() or rows[after - 1].startswith("#")):
        after -= 1
    return after


def _as_in(rows: Rows, text: str) -> str:
    newline = newline_of(rows)
    return newline.join(text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")) + newline


def _ended(text: str) -> str:
    return text if text.endswith(("\n", "\r")) else text + "\n"
