"""What a platform was told has arrived, kept until it is answered, so that no crash in between loses it.

A platform sends an event again until it hears that it arrived, and then never more. Between that word and the answer on
the platform the event is the bot's alone: a process writes it down first (`keep`), says that it arrived, answers, and
strikes it out (`strike`). What a dead process left behind is taken over (`take`) by whichever process asks first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol

LAPSES_AFTER = timedelta(seconds=10)
"""How long whoever is at an entry may be silent (`hold`) before another takes it over."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that arrived. `ids` are all names under which it may come again, its own name first; `body` is JSON."""

    channel: str
    ids: tuple[str, ...]
    sender_id: str
    body: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Its own name."""
        return self.ids[0]


@dataclass(frozen=True, slots=True)
class Orphan:
    """An entry that somebody else wrote down at `at`, and left. Its `ids` hold only its own name."""

    entry: Entry
    at: datetime


State = Literal["unknown", "open", "struck"]


class Inbox(Protocol):
    """Safe for many tasks and many processes. Every method may raise StoreError."""

    async def keep(self, entry: Entry) -> bool:
        """Write `entry` down, and be at it. False, and nothing is written, when any of its ids came before."""

    async def hold(self, channel: str, ids: Collection[str]) -> None:
        """Say that the asker is still at these entries."""

    async def take(self, channel: str) -> Sequence[Orphan]:
        """Entries that nobody has held for LAPSES_AFTER, oldest first. From now on the asker is at them."""

    async def strike(self, channel: str, entry_id: str) -> None:
        """It is answered, or given up: forget its body. Its ids stay, so that a repeat is known."""

    async def state(self, channel: str, entry_id: str) -> State:
        """How far an entry is, by its own name, whoever is at it."""


@dataclass(slots=True)
class _Kept:
    entry: Entry
    at: datetime
    held: datetime
    open: bool = True


class InMemoryInbox:
    """Lost with the process: for tests, and for trying things out. `now` tells the time; tests may move it."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._known: dict[tuple[str, str], _Kept] = {}

    async def keep(self, entry: Entry) -> bool:
        """See Inbox; so for all methods here."""
        if any((entry.channel, each) in self._known for each in entry.ids):
            return False
        kept = _Kept(entry, self._now(), self._now())
        self._known |= {(entry.channel, each): kept for each in entry.ids}
        return True

    async def hold(self, channel: str, ids: Collection[str]) -> None:
        for each in ids:
            kept = self._known.get((channel, each))
            if kept:
                kept.held = self._now()

    async def take(self, channel: str) -> Sequence[Orphan]:
        now = self._now()
        own = [
            kept for (_, each), kept in self._known.items() if kept.entry.channel == channel and each == kept.entry.id
        ]
        left = [kept for kept in own if kept.open and now - kept.held >= LAPSES_AFTER]
        for kept in left:
            kept.held = now
        return [Orphan(Entry(channel, (k.entry.id,), k.entry.sender_id, k.entry.body), k.at) for k in left]

    async def strike(self, channel: str, entry_id: str) -> None:
        kept = self._known.get((channel, entry_id))
        if kept:
            kept.open = False

    async def state(self, channel: str, entry_id: str) -> State:
        kept = self._known.get((channel, entry_id))
        if kept is None:
            return "unknown"
        return "open" if kept.open else "struck"

    def forget(self, sender_id: str) -> None:
        """Delete what `sender_id` sent."""
        self._known = {key: kept for key, kept in self._known.items() if kept.entry.sender_id != sender_id}

    def expire(self, before: datetime) -> None:
        """Delete what arrived before `before`."""
        self._known = {key: kept for key, kept in self._known.items() if kept.at >= before}
