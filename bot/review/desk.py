"""The reviewer's desk: look at the inbox, act on it, take an act back. Every act is all or nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bot.catalog.catalog import Catalog
from bot.catalog.loader import list_files, place_in
from bot.catalog.schema import refuse_as_intent
from bot.catalog.writer import Written, add_examples, add_intent, restore, version_of
from bot.conversations.review import Review, ReviewStore, Standing, State
from bot.detectors.base import Encoder
from bot.errors import ReviewConflict, ReviewError
from bot.personal.mask import mask
from bot.review.defaults import CERTAINTY
from bot.review.grouping import Meanings
from bot.review.history import History, Spoken
from bot.review.inbox import Inbox, Taught, arrange, drop_learnt, folded
from bot.review.signals import TOLD_WRONG, Entry, find_entries

log = logging.getLogger(__name__)

NEW_FILE = "reviewed.yml"
"""Where new intents go unless the reviewer says otherwise."""

GONE = "Some of these messages were forgotten or have expired. Look again, then repeat it."

ByNow = Callable[[Sequence[str]], Sequence[float]]
"""With what confidence the bot as it is now would act on each of the texts; 0 when it would not."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """What is looked for: turns of the last `days`; acted on with less than `certainty` they are unsure."""

    days: int = 30
    certainty: float = CERTAINTY
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Put the turns `numbers` under `intent`, and `examples` into its file, which must still be of `version`; None
    is any."""

    numbers: tuple[int, ...]
    intent: str
    examples: tuple[str, ...]
    version: str | None = None


@dataclass(frozen=True, slots=True)
class NewIntent:
    """Make a new intent of the turns `numbers`, in `file` of the folder of intents; `version` as in Assignment, "" for
    a file that is not there yet."""

    numbers: tuple[int, ...]
    name: str
    description: str
    examples: tuple[str, ...]
    file: str = NEW_FILE
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """An act, and what it takes to undo it."""

    numbers: tuple[int, ...]
    state: State
    by: str
    intent: str | None = None
    written: Written | None = None


class Desk:
    """One for each program that reviews. Safe to use by several people at once, here and in other processes.

    Methods raise ReviewError for what cannot be done and ReviewConflict where somebody else was first, CatalogError
    for intent files that do not load or cannot be written, StoreError for the database. Then nothing has changed.
    """

    def __init__(
        self,
        store: ReviewStore,
        folder: Path,
        read: Callable[[], Catalog],
        encoder: Encoder,
        criteria: Criteria = Criteria(),
    ) -> None:
        """`folder` holds the intent files, and `read` reads them, or gives the catalog that is live."""
        self._store = store
        self.folder = folder
        self._read = read
        self._criteria = criteria
        self._history = History(store, criteria.days)
        self._meanings = Meanings(encoder)
        self._taught: Taught | None = None
        self._looking = asyncio.Lock()

    async def look(self, by_now: ByNow | None = None) -> Inbox:
        """The inbox now. With `by_now`, turns that the bot is certain about by now are left out, unless it was
        certain then, too, and a person was not content."""
        async with self._looking:
            spoken, standing = await self._history.look()
            return await asyncio.to_thread(self._arrange, spoken, standing, by_now)

    async def assign(self, assignment: Assignment, by: str) -> Done:
        """Put turns under an intent: its file gains the examples, masked, and the running bot learns them."""
        examples = _examples(assignment.examples)
        catalog = await asyncio.to_thread(self._read)
        intent = catalog.intents.get(assignment.intent)
        if intent is None:
            raise ReviewConflict(f"There is no intent {assignment.intent} any more. Look again and choose another one.")
        _refuse_double(examples, intent.name, catalog)
        write = partial(add_examples, intent.source.file, intent.name, examples, assignment.version)
        return await self._act(Done(assignment.numbers, "assigned", by, intent.name), write)

    async def create(self, new: NewIntent, by: str) -> Done:
        """Make a new intent of turns, with the examples, masked."""
        examples = _examples(new.examples)
        file = place_in(self.folder, new.file)
        catalog = await asyncio.to_thread(self._read)
        refuse_name(new.name, catalog)
        _refuse_double(examples, new.name, catalog)
        write = partial(add_intent, file, new.name, new.description, examples, new.version)
        return await self._act(Done(new.numbers, "created", by, new.name), write)

    async def dismiss(self, numbers: Sequence[int], by: str) -> Done:
        """Nothing to learn here: the turns leave the inbox."""
        return await self._act(Done(tuple(numbers), "dismissed", by), None)

    async def undo(self, done: Done) -> None:
        """Take an act back: the file is as it was before, the turns are open again.

        Raises ReviewConflict when the file was changed since.
        """
        await self._unwrite(done)
        await self._store.release(done.numbers, done.by)
        log.info("%s opened %d messages again", done.by, len(done.numbers))

    async def latest(self, limit: int = 50) -> Sequence[Review]:
        """Who did what of late, newest first."""
        return await self._store.latest(limit)

    def _arrange(self, spoken: Sequence[Spoken], standing: Standing, by_now: ByNow | None) -> Inbox:
        versions = {file: version_of(file) for file in list_files(self.folder)[0]}  # before reading: older is safe
        catalog = self._read()
        if self._taught is None or self._taught.catalog != catalog:
            self._taught = Taught.by(catalog)
        self._meanings.begin()
        entries = find_entries(spoken, standing, self._meanings.close, self._criteria.certainty)
        kept = drop_learnt(entries, self._taught)
        if by_now is not None:
            doubts = [entry for entry in kept if _in_doubt(entry)]
            sure = zip(doubts, by_now([entry.text for entry in doubts]), strict=True)
            gone = {entry.number for entry, confidence in sure if confidence >= self._criteria.certainty}
            kept = [entry for entry in kept if entry.number not in gone]
        groups, left_out = arrange(kept, self._taught, self._meanings, self._criteria.language)
        return Inbox(groups, catalog, versions, len(entries) - len(kept), left_out)

    async def _act(self, done: Done, write: Callable[[], Written] | None) -> Done:
        """Once begun it goes to its end, even if nobody waits for it any more."""
        if not done.numbers:
            raise ReviewError("No message was named, so there is nothing to act on.")
        return await asyncio.shield(self._write_and_settle(done, write))

    async def _write_and_settle(self, done: Done, write: Callable[[], Written] | None) -> Done:
        async with self._held(done.numbers, done.by):
            if write is not None:
                done = replace(done, written=await asyncio.to_thread(write))
            try:
                settled = await self._store.settle(done.numbers, done.by, done.state, done.intent)
                if settled < len(set(done.numbers)):
                    raise ReviewConflict(GONE)
            except BaseException:
                await self._unwrite(done)
                raise
        log.info("%s: %d messages %s %s", done.by, len(done.numbers), done.state, done.intent or "")
        return done

    async def _unwrite(self, done: Done) -> None:
        if done.written is not None and done.written.added:
            await asyncio.to_thread(restore, done.written)

    @asynccontextmanager
    async def _held(self, numbers: tuple[int, ...], by: str) -> AsyncIterator[None]:
        """No other reviewer can act on `numbers` meanwhile; on an error they are open again."""
        taken = await self._store.take(numbers, by)
        if taken is None:
            raise ReviewConflict(GONE)
        if taken:
            who = ", ".join(sorted({f"{review.by} ({review.state})" for review in taken}))
            raise ReviewConflict(f"Somebody was faster at {len(taken)} of these messages: {who}. Look again.")
        try:
            yield
        except BaseException:
            await self._store.release(numbers, by)
            raise


def _examples(texts: Sequence[str]) -> tuple[str, ...]:
    masked = (mask(text) for text in texts)
    return tuple(dict.fromkeys(text for text in masked if text))


def refuse_name(name: str, catalog: Catalog) -> None:
    """Raises ReviewError for what is no name of an intent, or one already."""
    if why := refuse_as_intent(name):
        raise ReviewError(f"{name!r} is no name of an intent: {why}.")
    if name in catalog.intents:
        where = catalog.intents[name].source
        raise ReviewError(f"There is an intent {name} already, at {where}. Put the messages under it, or rename.")


def _refuse_double(examples: Sequence[str], intent: str, catalog: Catalog) -> None:
    """One sentence can mean one thing."""
    others = {
        folded(example.text): (other.name, example.source)
        for other in catalog.intents.values()
        if other.name != intent
        for example in other.examples
    }
    for text in examples:
        if folded(text) in others:
            name, where = others[folded(text)]
            raise ReviewError(
                f'"{text}" is an example of {name} already, at {where}. Leave it out, or remove it there.'
            )


def _in_doubt(entry: Entry) -> bool:
    """Whether it was the bot that had doubts, which it may have lost since."""
    doubts = {"unsure", "asked_back", "out_of_scope"} & set(entry.reasons)
    return bool(doubts) and TOLD_WRONG.isdisjoint(entry.reasons)
