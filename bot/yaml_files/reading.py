"""A file, or its bytes, as a Document. Nothing is raised for what a file holds; the Document says what is wrong."""

from __future__ import annotations

import stat
from pathlib import Path

from bot.errors import Problem
from bot.yaml_files.builder import Builder
from bot.yaml_files.document import Document

MAX_BYTES = 1024 * 1024


def read_yaml(file: Path, folder: Path | None = None) -> Document:
    """Read `file`. With `folder`, a link that leads out of it is refused. Never raises for what a file holds."""
    content = read_bytes(file, folder)
    return content if isinstance(content, Document) else parse_yaml(file, content)


def read_bytes(file: Path, folder: Path | None = None) -> bytes | Document:
    """The bytes of `file`, or a Document that says why they cannot be had."""
    try:
        if folder is not None and not file.resolve(strict=True).is_relative_to(folder.resolve()):
            return _unreadable(file, "The file is a link that leads out of its folder.", "Copy the file here instead.")
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            return _unreadable(file, "This is not a plain file.", "Move it away or rename it.")
        if status.st_size > MAX_BYTES:
            return _too_large(file, status.st_size)
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, RuntimeError) as error:  # RuntimeError: resolve() in a loop of links
        reason = getattr(error, "strerror", None) or "it is a link to itself"
        return _unreadable(file, f"The file cannot be read: {reason}.", "Check that it exists and its permissions.")
    return _too_large(file, len(content)) if len(content) > MAX_BYTES else content


def parse_yaml(file: Path, content: bytes) -> Document:
    """Make plain values of `content`; `file` only names it in problems."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return _unreadable(file, "The file is not UTF-8 text.", "Save it with the encoding UTF-8.", line)
    return Builder(file, text).document()


def _unreadable(file: Path, message: str, remedy: str, line: int = 0) -> Document:
    return Document(file, None, problems=(Problem("error", file, line, message, remedy, "unreadable"),))


def _too_large(file: Path, size: int) -> Document:
    message = f"The file has {size:,} bytes; at most {MAX_BYTES:,} (1 MiB) are read."
    return _unreadable(file, message, "Split it into several files.")
