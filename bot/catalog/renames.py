"""An intent under another name wherever the bot's files name it: its key, buttons that lead to it, conversation tests.

Only the name changes, every other byte stays. What comes out is read back, and all files are written or none.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.catalog.blocks import split_content
from bot.catalog.intent_file import parse_intent_file
from bot.catalog.loader import SUFFIXES, list_files
from bot.catalog.nodes import MappingNode, Node, ScalarNode, SequenceNode, compose
from bot.catalog.rows import WRITING, refusal, replace_file
from bot.catalog.schema import refuse_as_intent
from bot.catalog.writer import Written
from bot.errors import CatalogError, ReviewConflict, ReviewError
from bot.yaml_files import Document, parse_yaml, read_bytes

Keys = tuple[str, ...]
"""Keys on the way to a value; items of lists count as what the list stands under."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """From `old` to `new`. `intents` is the folder of intent files, `tests` that of conversation tests, if any."""

    intents: Path
    tests: Path
    old: str
    new: str

    def may_concern(self, content: bytes) -> bool:
        """Whether one of the names stands in a file at all: parsing all files of a large bot takes ten seconds."""
        return self.old.encode() in content or self.new.encode() in content

    def payload(self, text: str) -> str:
        """A payload with the new name in place of the old one; others, and ordinary text, as they are."""
        return re.sub(rf"^(\s*)/{re.escape(self.old)}(?=[@{{\s]|$)", rf"\g<1>/{self.new}", text)

    def name(self, text: str) -> str:
        """A name, the new one in place of the old one."""
        return self.new if text == self.old else text


@dataclass(frozen=True, slots=True)
class Renamed:
    """What undoes it (`restore_all`), and each place, as `FILE:LINE`, in their order."""

    written: tuple[Written, ...]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    file: Path
    before: bytes
    after: bytes
    lines: tuple[int, ...]


def rename_intent(renaming: Renaming) -> Renamed:
    """Write it. Raises ReviewError for what is no name, or one that is there already, ReviewConflict when there is no
    such intent or a file was changed meanwhile, and CatalogError for a file that cannot be read or changed so; nothing
    is written then."""
    new = renaming.new
    if why := refuse_as_intent(new):
        raise ReviewError(f"{new!r} is no name of an intent: {why}.")
    drafts = [draft for draft in (*_in_intents(renaming), *_in_tests(renaming)) if draft.after != draft.before]
    written = _write(drafts)
    return Renamed(written, tuple(f"{draft.file}:{line}" for draft in drafts for line in draft.lines))


def _in_intents(renaming: Renaming) -> Iterator[_Draft]:
    files, problems = list_files(renaming.intents)
    if problems:
        raise CatalogError(tuple(problems))
    drafts = []
    found = False
    for file in files:
        content = _read(file, renaming.intents)
        if not renaming.may_concern(content):
            continue
        read = parse_intent_file(file, content)
        if errors := tuple(each for each in read.problems if each.severity == "error"):
            raise CatalogError(errors)
        for intent in read.intents:
            if intent.name == renaming.new:
                there = f"There is an intent {renaming.new} already, at {intent.source}."
                raise ReviewError(f"{there} Choose another name.")
            found |= intent.name == renaming.old
        drafts.append(_change(file, content, renaming, tests=False))
    if not found:
        raise ReviewConflict(f"There is no intent {renaming.old} in {renaming.intents}. `ripen intents` lists them.")
    yield from drafts


def _in_tests(renaming: Renaming) -> Iterator[_Draft]:
    folder = renaming.tests
    for file in sorted(file for suffix in SUFFIXES for file in folder.rglob(f"*{suffix}")):
        content = _read(file, folder)
        if (
            renaming.may_concern(content) and parse_yaml(file, content).value is not None
        ):  # one that is broken is told about by `ripen test`
            yield _change(file, content, renaming, tests=True)


def _read(file: Path, folder: Path) -> bytes:
    content = read_bytes(file, folder)
    if isinstance(content, Document):
        raise CatalogError(content.problems)
    return content


def _change(file: Path, content: bytes, renaming: Renaming, *, tests: bool) -> _Draft:
    start, rows = split_content(content)
    root = compose("".join(rows))
    spots = {
        (node.start_mark.line, node.start_mark.column): (node.end_mark.line, node.end_mark.column)
        for node, path, is_key in _scalars(root)
        if _renamed(node.value, path, is_key, renaming, tests) != node.value
    }
    for (line, column), (last, end) in sorted(spots.items(), reverse=True):
        if line != last:
            raise refusal(file, line + 1, "The name stands in a text of several lines.", "Change it by hand.")
        row = rows[line]
        rows[line] = row[:column] + row[column:end].replace(renaming.old, renaming.new, 1) + row[end:]
    after = start + "".join(rows).encode("utf-8", "surrogatepass")
    if parse_yaml(file, after).value != _replace(parse_yaml(file, content).value, (), renaming, tests):
        raise refusal(file, 0, "Renaming here would change something else in the file.", "Change it by hand.")
    return _Draft(file, content, after, tuple(sorted({line + 1 for line, _ in spots})))


def _renamed(text: str, path: Keys, is_key: bool, renaming: Renaming, tests: bool) -> str:
    """What becomes of a text, by where it stands; `path` of a key ends in it."""
    if is_key:
        return renaming.name(text) if not tests and len(path) == 1 else text
    if tests:
        at = path[-1] if len(path) == 3 and path[0] == "conversations" else ""
        return renaming.name(text) if at == "intent" else renaming.payload(text) if at == "user" else text
    return renaming.payload(text) if path and path[-1] == "payload" else text


def _scalars(node: Node | None, path: Keys = ()) -> Iterator[tuple[ScalarNode, Keys, bool]]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                yield key, (*path, key.value), True
                yield from _scalars(value, (*path, key.value))
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from _scalars(item, path)
    elif isinstance(node, ScalarNode):
        yield node, path, False


def _replace(value: Any, path: Keys, renaming: Renaming, tests: bool) -> Any:
    """The same of what the file holds."""
    if isinstance(value, dict):
        return {
            _renamed(key, (*path, key), True, renaming, tests): _replace(each, (*path, key), renaming, tests)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_replace(each, path, renaming, tests) for each in value]
    return _renamed(value, path, False, renaming, tests) if isinstance(value, str) else value


def _write(drafts: Sequence[_Draft]) -> tuple[Written, ...]:
    done: list[_Draft] = []
    with WRITING:
        for draft in drafts:
            if not draft.file.is_file() or draft.file.read_bytes() != draft.before:
                raise ReviewConflict(f"{draft.file} was changed meanwhile, so nothing was written. Try again.")
        try:
            for draft in drafts:
                replace_file(draft.file.resolve(), draft.after)
                done.append(draft)
        except CatalogError:
            for draft in done:
                replace_file(draft.file.resolve(), draft.before)
            raise
    return tuple(Written(each.file, 0, each.before, hashlib.sha256(each.after).hexdigest()) for each in drafts)
