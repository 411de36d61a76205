"""A file as it is written, row by row: what parsing does not keep, comments and spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.yaml_files import Document, read_bytes

CONVERSATIONS = Path("tests/conversations")
"""Where `ripen test` finds conversation tests, beside config.yml."""

BLOCK_TEXT = re.compile(r"^(?P<indent> *)(?P<dashes>(?:- +)*)(?:[^#\s].*?:\s+|\S+:\s*)?[|>][-+0-9]{0,2}\s*(?:\s#.*)?$")


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """The rows of a file, without their line breaks."""

    path: Path
    rows: tuple[str, ...]

    @classmethod
    def read(cls, path: Path, folder: Path) -> WrittenFile | None:
        """None for what cannot be read, which the loader tells about."""
        content = read_bytes(path, folder)
        if isinstance(content, Document):
            return None
        return cls.of(path, content)

    @classmethod
    def of(cls, path: Path, content: bytes) -> WrittenFile:
        """A file of this content."""
        return cls(path, tuple(re.split("\r\n|[\r\n\x85\u2028\u2029]", content.decode("utf-8-sig", "replace"))))

    def outside_text(self) -> Iterator[tuple[int, str]]:
        """Rows with their numbers, from 1, but for those of texts under | or >, where a # and spaces are text."""
        inside = -1
        for number, row in enumerate(self.rows, start=1):
            indent = len(row) - len(row.lstrip(" "))
            if inside >= 0 and (not row.strip() or indent > inside):
                continue
            inside = -1
            if ("|" in row or ">" in row) and (block := BLOCK_TEXT.match(row)):
                inside = len(block["indent"])
            yield number, row

    def comments(self) -> Iterator[tuple[int, str]]:
        """Rows with a # outside of such texts."""
        if not any("#" in row for row in self.rows):
            return iter(())
        return ((number, row) for number, row in self.outside_text() if "#" in row)
