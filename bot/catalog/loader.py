"""A folder of intent files in, one Catalog out; or every problem of every file at once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from bot.catalog.catalog import Catalog, Intent, Source
from bot.catalog.intent_file import IntentFile, read_document
from bot.catalog.schema import MAX_INTENTS, RESPONSE_PREFIX
from bot.catalog.shared_slots import SharedSlot, SharedSlots
from bot.errors import CatalogError, Problem, ReviewError
from bot.yaml_files import Document, parse_yaml, read_bytes
from bot.yaml_files.validation import nearest

SUFFIXES = (".yml", ".yaml")
MAX_FILES = 1000

_WRITE_ONE = (
    "Write one, say hello.yml, with two lines:  greet:  and, indented under it,  description: The user says hello."
)

T = TypeVar("T")


class CatalogLoader:
    """Loads one folder again and again; a file whose bytes did not change is not parsed again, nor a draft of one.

    Bytes are compared, not times: reading is cheap, parsing is not, and two edits can share a time stamp.
    """

    def __init__(self, folder: Path, parse: Callable[[Path, bytes], Document] = parse_yaml) -> None:
        self.folder = folder
        self._parse = parse
        self._cache: dict[Path, tuple[bytes, IntentFile]] = {}
        self._drafts: dict[Path, tuple[bytes, IntentFile]] = {}
        self._filled: dict[Path, _Filled] = {}

    def load(self) -> Catalog:
        """Read the folder as it is now. Raises CatalogError with every error that was found."""
        catalog, problems = self.survey()
        errors = tuple(problem for problem in problems if problem.severity == "error")
        if errors:
            raise CatalogError(errors)
        return replace(catalog, warnings=problems)

    def survey(self, edited: Mapping[Path, bytes] | None = None) -> tuple[Catalog, tuple[Problem, ...]]:
        """What can be read of the folder as it is now, and every error and warning. With errors, it is not all.

        `edited` is what files of it are to hold that are not saved yet.
        """
        files, problems = list_files(self.folder)
        files += [file for file in edited or () if file not in files]
        read = [self._read(file, (edited or {}).get(file)) for file in files]
        self._cache = {file: self._cache[file] for file in files if file in self._cache}
        if edited:
            self._drafts = {file: self._drafts[file] for file in edited if file in self._drafts}
        problems += [problem for one in read for problem in one.problems]
        catalog = self._merge(read, problems)
        if not catalog.intents and not problems:
            message = "There is no intent in this folder."
            problems.append(Problem("error", self.folder, 0, message, _WRITE_ONE, "no-intents"))
        return catalog, tuple(problems)

    def _read(self, file: Path, edited: bytes | None) -> IntentFile:
        content = read_bytes(file, self.folder) if edited is None else edited
        if isinstance(content, Document):
            return IntentFile(file, problems=content.problems)
        digest = hashlib.blake2b(content).digest()
        cache = self._cache if edited is None else self._drafts
        cached = cache.get(file)
        if cached is None or cached[0] != digest:
            cached = cache[file] = (digest, read_document(self._parse(file, content)))
        return cached[1]

    def _merge(self, files: Sequence[IntentFile], problems: list[Problem]) -> Catalog:
        shared = _unique(
            ((one.name, one.source, one) for file in files for one in file.shared), "shared slot", problems
        )
        unread = any(file.hidden for file in files) or any(problem.rule == "unreadable" for problem in problems)
        slots = SharedSlots(shared, complete=not unread)
        filled = [self._fill_in(file, slots) for file in files]
        self._filled = {each.of.file: each for each in filled}
        problems += [problem for each in filled for problem in each.problems]
        intents = _unique(((one.name, one.source, one) for each in filled for one in each.intents), "intent", problems)
        named = _unique(((one.name, one.source, one) for file in files for one in file.responses), "response", problems)
        if len(intents) > MAX_INTENTS:
            last = list(intents.values())[MAX_INTENTS].source
            message = f"These are {len(intents):,} intents; at most {MAX_INTENTS:,} are read."
            remedy = "Merge intents that lead to the same action."
            problems.append(Problem("error", last.file, last.line, message, remedy))
        responses = {name: responses.templates for name, responses in named.items()}
        return Catalog(intents, responses, {name: slot.source for name, slot in shared.items()})

    def _fill_in(self, file: IntentFile, shared: SharedSlots) -> _Filled:
        """The intents of a file with their slots; as before, where neither the file nor what it takes has changed.

        What is said of a name that nobody shares hangs on all files, so it is looked into each time.
        """
        uses = [use for uses in file.uses.values() for use in uses]
        taken = {use.name: shared.by_name[use.name] for use in uses if use.name in shared.by_name}
        all_known = all(use.own is not None or use.name in taken for use in uses)
        before = self._filled.get(file.file)
        if all_known and before is not None and before.of is file and before.taken == taken:
            return before
        intents: list[Intent] = []
        problems: list[Problem] = []
        for intent in file.intents:
            slots, wrong = shared.fill_in(intent, file.uses[intent.name])
            intents.append(replace(intent, slots=slots) if slots else intent)
            problems += wrong
        return _Filled(file, taken, tuple(intents), tuple(problems))


@dataclass(frozen=True, slots=True)
class _Filled:
    """What has become of the intents of a file, with the shared slots that were `taken`."""

    of: IntentFile
    taken: Mapping[str, SharedSlot]
    intents: tuple[Intent, ...]
    problems: tuple[Problem, ...]


def load_catalog(folder: Path) -> Catalog:
    """Read all intent files in `folder` and its sub-folders. Raises CatalogError with every error that was found."""
    return CatalogLoader(folder).load()


def unknown_actions(catalog: Catalog, names: Iterable[str]) -> tuple[Problem, ...]:
    """Intents whose action is neither in `names` (what is registered) nor a named response of the catalog."""
    known = {*names, *catalog.responses}
    problems = []
    for intent in catalog.intents.values():
        if intent.action is None or intent.action in known:
            continue
        if intent.action.startswith(RESPONSE_PREFIX):
            message = f"`{intent.name}` answers with `{intent.action}`, which is in no intent file."
            remedy = f"Add it at the left margin:  {intent.action}:  and, indented under it,  - What to say."
        else:
            message = f"`{intent.name}` runs `{intent.action}`, which nobody registered."
            remedy = (
                "Write a rasa_sdk Action with this name where config.yml says that actions are (actions.modules or "
                "actions.endpoint), and restart what runs it."
            )
        file, line, remedy = intent.source.file, intent.source.line, nearest(intent.action, known) + remedy
        problems.append(Problem("error", file, line, message, remedy, "unknown-action"))
    return tuple(problems)


def is_intent_file(name: str) -> bool:
    """Whether a file of this name is read; hidden files and what editors leave behind are not."""
    return name.lower().endswith(SUFFIXES) and not name.startswith((".", "#", "~"))


def place_in(folder: Path, name: str) -> Path:
    """The intent file of that name in `folder`, there or not. Raises ReviewError for one that would not be read."""
    file = folder / name.replace("\0", "?")
    hidden = any(part.startswith((".", "__")) for part in Path(name).parts)
    inside = file.resolve().is_relative_to(folder.resolve())
    if "\0" in name or hidden or not inside or not is_intent_file(file.name):
        raise ReviewError(f"New intents cannot go to {name!r}: name a .yml file in {folder}.")
    return file


def list_files(folder: Path) -> tuple[list[Path], list[Problem]]:
    """The intent files of `folder`, sorted by path, and what stands in the way of reading it."""
    if not folder.is_dir():
        remedy = "Make the folder, or say in config.yml where it is (intents: FOLDER)."
        return [], [Problem("error", folder, 0, "There is no such folder of intent files.", remedy, "unreadable")]
    problems: list[Problem] = []
    files = sorted(_walk(folder, problems), key=lambda file: file.relative_to(folder).as_posix())
    if len(files) > MAX_FILES:
        message = f"The folder holds {len(files):,} intent files; at most {MAX_FILES:,} are read."
        return [], [Problem("error", folder, 0, message, "Put more intents into one file.", "unreadable")]
    return files, problems


def _walk(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    def report(error: OSError) -> None:
        where = Path(error.filename or folder)
        message = f"The folder cannot be read: {error.strerror}."
        problems.append(Problem("error", where, 0, message, "Check its permissions.", "unreadable"))

    for place, folders, names in os.walk(folder, onerror=report):
        here = Path(place)
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        for name in folders:
            if (here / name).is_symlink():
                message = "This folder is a link; links to folders are not followed."
                remedy = "Put the files here, or hide it with a dot."
                problems.append(Problem("error", here / name, 0, message, remedy, "unreadable"))
        yield from (here / name for name in names if is_intent_file(name))


def _unique(found: Iterable[tuple[str, Source, T]], kind: str, problems: list[Problem]) -> Mapping[str, T]:
    first: dict[str, Source] = {}
    unique: dict[str, T] = {}
    for name, source, item in found:
        if name in first:
            message = f"The {kind} `{name}` is also at {first[name]}."
            remedy = "Rename one, or merge the two."
            problems.append(Problem("error", source.file, source.line, message, remedy, "duplicate-name"))
        else:
            first[name], unique[name] = source, item
    return unique
