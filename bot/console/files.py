"""The intent files as the console changes them: one entry or a whole file, told of conflicts, undone, with history."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import subprocess
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe

from bot.catalog.blocks import append_text, find_block, find_blocks, replace_block, rewrite, version_of_text
from bot.catalog.catalog import Intent
from bot.catalog.loader import list_files, place_in
from bot.catalog.moves import Standing, move_example, remove_example
from bot.catalog.renames import Renaming, rename_intent
from bot.catalog.writer import Written, restore_all, version_of
from bot.errors import CatalogError, Problem, ReviewConflict
from bot.yaml_files import Document, parse_yaml, read_bytes

MOST_UNDONE = 200
MOST_COMMITS = 30
GIT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Place:
    """What is edited: the entry `name` of `file`, or the whole file."""

    file: Path
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """What stands in a place, and the version by which a conflict is told."""

    text: str
    version: str
    line: int = 1


class Conflict(ReviewConflict):
    """Somebody else changed the place; `theirs` is what stands there now, None when it is gone."""

    def __init__(self, message: str, theirs: Text | None) -> None:
        super().__init__(message)
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Commit:
    """A version of a file that git has; `day` is ISO 8601."""

    id: str
    day: str
    author: str
    subject: str


@dataclass(frozen=True, slots=True)
class Change:
    """What was written, to be taken back; `told` says it in words, where its page does not."""

    written: tuple[Written, ...]
    told: str = ""


@dataclass(slots=True)
class Files:
    """The folder of intents."""

    folder: Path
    _undo: OrderedDict[str, Change] = field(default_factory=OrderedDict)

    def names(self) -> list[str]:
        """The files that are read, relative to the folder."""
        return [file.relative_to(self.folder).as_posix() for file in list_files(self.folder)[0]]

    def find(self, name: str) -> Path | None:
        """The file of that name; None for whatever is not among those that are read, however it is written."""
        return self.folder / name if name in self.names() else None

    def read(self, place: Place) -> Text | None:
        """What stands there; None when nothing does. Raises CatalogError when the file is not one that can be shown
        and written back: too large, or not UTF-8."""
        if not place.file.exists():
            return None
        content = read_bytes(place.file, self.folder)
        if isinstance(content, Document):
            raise CatalogError(content.problems)
        return _text_in(place, content)

    def fault(self, file: Path) -> Problem | None:
        """The mistake for which no entry of it can be told from the next; None when there is none."""
        content = read_bytes(file, self.folder)
        document = content if isinstance(content, Document) else parse_yaml(file, content)
        return document.problems[0] if document.value is None and document.problems else None

    def entries(self, file: Path) -> list[str]:
        """The names of a file's entries."""
        content = read_bytes(file, self.folder)
        return [] if isinstance(content, Document) else [block.name for block in find_blocks(file, content)]

    def preview(self, place: Place, text: str) -> bytes:
        """What the file would hold. Raises ReviewConflict when the place is gone."""
        if place.name is None:
            return _unix(text).encode("utf-8", "surrogatepass")
        content = read_bytes(place.file, self.folder)
        if isinstance(content, Document):
            raise ReviewConflict(f"{place.file.name} cannot be read any more. Look again.")
        return replace_block(place.file, content, place.name, text)

    def save(self, place: Place, text: str, version: str) -> str:
        """Write it if the place is still of `version`, whatever else in the file changed. Returns what undoes it.

        Raises Conflict, or CatalogError when it cannot be written or would not load; nothing is written then.
        """

        def change(content: bytes) -> bytes:
            now = _text_in(place, content)
            if now is None or now.version != version:
                raise Conflict("Somebody changed this meanwhile, so nothing was written.", now)
            if place.name is None:
                return _whole(content, text)
            return replace_block(place.file, content, place.name, text)

        return self._note(rewrite(place.file, self.folder, change))

    def place_of(self, name: str) -> Path:
        """The file of that name, there or not. Raises ReviewError for one that would not be read."""
        return place_in(self.folder, name)

    def preview_added(self, file: Path, text: str) -> bytes:
        """What the file would hold with new entries at its end. Raises CatalogError when it cannot be read."""
        content = read_bytes(file, self.folder) if file.exists() else b""
        if isinstance(content, Document):
            raise CatalogError(content.problems)
        return append_text(content, text)

    def add(self, file: Path, text: str) -> str:
        """Write new entries at the end of a file, which is made if it is not there. Returns what undoes it.

        Raises CatalogError when it cannot be written or would not load; nothing is written then.
        """
        return self._note(rewrite(file, self.folder, lambda content: append_text(content, text), anew=True))

    def move(self, example: Standing, to: Intent | None) -> str:
        """Put an example under another intent, or take it out of its file. Returns what undoes it.

        Raises ReviewConflict when it does not stand there any more, and CatalogError when a file cannot be changed so;
        nothing is written then.
        """
        if to is None:
            told = f"“{example.text}” is no example of {example.intent} any more."
            return self._note(remove_example(self.folder, example), told=told)
        told = f"“{example.text}” is an example of {to.name} now, and none of {example.intent}."
        return self._note(*move_example(self.folder, example, to), told=told)

    def rename(self, tests: Path, old: str, new: str) -> str:
        """Rename an intent wherever the files name it, and conversation tests in `tests`. Returns what undoes it.

        Raises as rename_intent does; nothing is written then.
        """
        done = rename_intent(Renaming(self.folder, tests, old, new))
        many = "one place" if len(done.places) == 1 else f"{len(done.places)} places"
        return self._note(*done.written, told=f"{old} is {new} now, in {many}.")

    def undo(self, key: str) -> None:
        """Take a change back. Raises ReviewConflict when a file was changed since, or nobody knows the change."""
        change = self._undo.get(key)
        if change is None:
            raise ReviewConflict("This cannot be taken back any more: the console was started since.")
        restore_all(change.written)
        del self._undo[key]

    def can_undo(self, key: str) -> bool:
        """Whether this change is one that may be taken back."""
        return key in self._undo

    def told(self, key: str) -> str:
        """What this change was, in words; "" for one that cannot be taken back, or that its page tells about."""
        return self._undo[key].told if key in self._undo else ""

    def latest(self, file: Path) -> str:
        """What undoes the change that made `file` what it is now; nothing when that was made elsewhere."""
        version = version_of(file)
        keys = (
            key
            for key, change in reversed(self._undo.items())
            if any((each.file, each.version) == (file, version) for each in change.written)
        )
        return next(keys, "")

    async def history(self, file: Path) -> tuple[Commit, ...] | None:
        """The latest commits that changed a file, newest first; None where there is no git."""
        lines = await asyncio.to_thread(
            self._git, "log", f"-{MOST_COMMITS}", "--date=short", "--format=%H%x1f%ad%x1f%an%x1f%s", "--", str(file)
        )
        if lines is None:
            return None
        parts = (line.split("\x1f", 3) for line in lines.splitlines() if line.count("\x1f") >= 3)
        return tuple(Commit(*part) for part in parts)

    async def change(self, file: Path, commit: str) -> str | None:
        """What a commit changed in a file, as a patch; None when there is no such commit."""
        known = await self.history(file)
        if commit not in {each.id for each in known or ()}:
            return None
        return await asyncio.to_thread(self._git, "show", "--format=", "--no-color", commit, "--", str(file))

    def _git(self, *arguments: str) -> str | None:
        program = shutil.which("git")
        if program is None:
            return None
        command = [program, "-C", str(self.folder), "--no-pager", *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - no shell, and the arguments are this file's own
                command, capture_output=True, timeout=GIT_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None

    def _note(self, *written: Written, told: str = "") -> str:
        key = token_urlsafe(16)
        self._undo[key] = Change(written, told)
        while len(self._undo) > MOST_UNDONE:
            self._undo.popitem(last=False)
        return key


def _text_in(place: Place, content: bytes) -> Text | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:  # shown with stand-ins for its letters, it would be saved with them
        raise CatalogError(parse_yaml(place.file, content).problems) from None
    if place.name is None:
        return Text(text, hashlib.sha256(content).hexdigest())
    block = find_block(place.file, content, place.name)
    return None if block is None else Text(block.text, version_of_text(block.text), block.start + 1)


def _whole(content: bytes, text: str) -> bytes:
    """A whole file as a form sent it, with the line breaks that it had."""
    new = _unix(text)
    return (new.replace("\n", "\r\n") if b"\r\n" in content else new).encode("utf-8", "surrogatepass")


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").rstrip("\n") + "\n"
