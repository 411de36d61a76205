"""Who is there for a session right now, in this process."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.connectors.base import Speaker
from bot.connectors.outbox import KEPT_UTTERANCES, NOT_KEPT, Backlog, Utterance
from bot.connectors.web.uttered import OURS, mapping

Emit = Callable[[str, Any], Awaitable[None]]
"""Sends an event and what it carries to one socket."""

TYPING_SECONDS = 6.0
"""How long somebody counts as writing after their page last said so."""

HEARD = 50
"""Ids of the user's latest messages by which a repeat is told from something to show in other tabs."""


def mark(utterance: Utterance) -> dict[str, Any]:
    """What `bot_uttered` carries to pages that acknowledge."""
    marks = {"id": utterance.id, "sequence": utterance.sequence, "at": utterance.at.timestamp()}
    metadata = mapping(utterance.payload.get("metadata"))
    return {**utterance.payload, "metadata": {**metadata, OURS: {**mapping(metadata.get(OURS)), **marks}}}


def sign(payload: Mapping[str, Any], speaker: Speaker) -> dict[str, Any]:
    """The payload, with who said it. Under `metadata`, since clients of Rasa stumble over other keys."""
    signed = {OURS: {"from": {"kind": speaker.kind, "name": speaker.name}}}
    return {**payload, "metadata": {**mapping(payload.get("metadata")), **signed}}


@dataclass(slots=True, eq=False)
class Listener:
    """A socket of a session. `sent` is the last sequence that went to it, `shown` holds the latest by id. One that
    `is_behind` gets what was kept, and all that is kept from now on, once the store can be read again."""

    emit: Emit
    acknowledges: bool = False
    gone: bool = False
    is_behind: bool = False
    sent: int = 0
    acknowledged: int = 0
    shown: dict[str, int] = field(default_factory=dict)

    async def bring(self, utterances: Iterable[Utterance], *, again: bool = False) -> None:
        """Send these in order, without those that it has unless `again`."""
        for each in utterances:
            if (each.id in self.shown and not again) or (self.is_behind and each.sequence != NOT_KEPT):
                continue
            self._note(each, again)
            await self.emit("bot_uttered", mark(each) if self.acknowledges else each.payload)

    async def catch_up(self, backlog: Backlog, after: int) -> None:
        """Bring what it lacks: what is later than `after`, if it acknowledges; else what was sent to nobody yet."""
        self.is_behind = False
        if not self.acknowledges:
            self.sent = backlog.acknowledged
        elif after <= backlog.last:
            self.sent = after
        await self.bring(each for each in backlog.utterances if each.sequence > self.sent)

    def lacks_some_before(self, utterances: Iterable[Utterance]) -> bool:
        """Whether another process said something in between."""
        first = next((each.sequence for each in utterances if each.sequence != NOT_KEPT), 0)
        return first > self.sent + 1 and not self.is_behind

    def _note(self, utterance: Utterance, again: bool) -> None:
        self.shown[utterance.id] = utterance.sequence
        if len(self.shown) > KEPT_UTTERANCES:
            del self.shown[next(iter(self.shown))]
        if utterance.sequence != NOT_KEPT:
            # Not just the highest: a conversation that was forgotten counts from 1 again.
            self.sent = max(self.sent, utterance.sequence) if again else utterance.sequence


@dataclass(slots=True)
class Presence:
    """A session that somebody is there for, or that is being answered. `unkept` waits for the next poll."""

    guests: int = 0
    queued: int = 0
    polls: int = 0
    listeners: list[Listener] = field(default_factory=list)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    delivery: asyncio.Lock = field(default_factory=asyncio.Lock)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    unkept: list[Utterance] = field(default_factory=list)
    heard: deque[str] = field(default_factory=lambda: deque(maxlen=HEARD))
    typing_until: float = 0.0

    async def tell_others(self, source: Listener | None, said: Mapping[str, Any]) -> None:
        """Show what the user said in their other tabs."""
        if said["id"] in self.heard:
            return
        self.heard.append(said["id"])
        for listener in list(self.listeners):
            if listener is not source and listener.acknowledges:
                await listener.emit("user_heard", said)

    async def show_typing(self, name: str) -> None:
        """Show that a person called `name` writes, to pages that know what that is."""
        for listener in list(self.listeners):
            if listener.acknowledges:
                await listener.emit("person_typing", {"name": name})

    def note_typing(self, *, typing: bool) -> None:
        """The user writes, or has said what they wrote."""
        self.typing_until = time.monotonic() + TYPING_SECONDS if typing else 0.0

    @property
    def is_typing(self) -> bool:
        """Whether the user writes."""
        return time.monotonic() < self.typing_until

    def announce(self) -> None:
        """Wake whoever waits for something to fetch."""
        self.news.set()
        self.news = asyncio.Event()


class Sessions:
    """Those that somebody is there for, by conversation; an entry goes with the last of its guests."""

    def __init__(self) -> None:
        self._present: dict[str, Presence] = {}

    def get(self, conversation_id: str) -> Presence | None:
        """Who is there, if anybody is."""
        return self._present.get(conversation_id)

    @contextmanager
    def present(self, conversation_id: str) -> Iterator[Presence]:
        """Be a guest until the block ends."""
        try:
            yield self.enter(conversation_id)
        finally:
            self.exit(conversation_id)

    def enter(self, conversation_id: str) -> Presence:
        """Be a guest until `exit`."""
        presence = self._present.setdefault(conversation_id, Presence())
        presence.guests += 1
        return presence

    def exit(self, conversation_id: str) -> None:
        """One guest less."""
        presence = self._present[conversation_id]
        presence.guests -= 1
        if not presence.guests:
            del self._present[conversation_id]

    def announce(self) -> None:
        """Wake all who wait for something to fetch."""
        for presence in self._present.values():
            presence.announce()
