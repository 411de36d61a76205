"""What the bot was told and what it made of it, in short: read from the store once, page by page, and kept up to date.

Whole turns, and what persons said in the bot's place, are read when somebody opens a conversation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.conversations.conversation import Turn
from bot.conversations.review import Recorded, Remarked, ReviewStore, Transcript
from bot.messages import DecisionKind

PAGE = 100
REMARKS_PAGE = 500
"""They are short."""

MOST = 50_000
"""Turns, and remarks, that are looked through, the newest."""

IN_FLIGHT = timedelta(minutes=1)
"""A turn without a decision that is younger may still get one."""

MOST_SHOWN = 200
"""Turns of one conversation that are read in full, the latest."""


@dataclass(frozen=True, slots=True)
class Said:
    """One turn in short. `kind` is None when the bot was silent: a person had taken over, or it was cut short."""

    number: int
    conversation_id: str
    channel: str
    text: str
    at: datetime
    kind: DecisionKind | None
    intent: str | None
    confidence: float
    valence: float | None
    milliseconds: float | None
    failed: bool


@dataclass(slots=True)
class Record:
    """One for the whole console. What is forgotten or has expired is forgotten here, too, at the next look."""

    store: ReviewStore
    _read_to: int | None = None
    _said: dict[int, Said] = field(default_factory=dict)
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self, days: int, now: datetime | None = None) -> Sequence[Said]:
        """The turns of the last `days`, oldest first. Raises StoreError."""
        now = now or datetime.now(UTC)
        async with self._one:
            await self._catch_up(now)
            numbers = (await self.store.standing(min(self._said, default=1) - 1)).numbers
            kept = {number: each for number, each in self._said.items() if number in numbers}
            self._said = dict(list(kept.items())[-MOST:])
            since = now - timedelta(days=days)
            return [each for each in self._said.values() if each.at >= since]

    async def remarked(self, days: int, now: datetime | None = None) -> Sequence[Remarked]:
        """What persons said in the bot's place in the last `days`, oldest first. Raises StoreError.

        Nothing of it is remembered: whoever searches is not often there, and what was forgotten is gone at once.
        """
        since = (now or datetime.now(UTC)) - timedelta(days=days)
        found: list[Remarked] = []
        while len(found) < MOST:
            page = await self.store.remarked(since, found[-1].number if found else None, REMARKS_PAGE)
            found += page
            if len(page) < REMARKS_PAGE:
                break
        return found[::-1]

    async def read(self, conversation_id: str, now: datetime | None = None) -> Transcript:
        """The latest of a conversation in full; no turns when it is unknown or gone. Raises StoreError."""
        found = await self.store.transcript(conversation_id, MOST_SHOWN)
        recent = (now or datetime.now(UTC)) - IN_FLIGHT
        # A person has taken over where there is a detection and no decision: that is all there will be.
        settled = (turn for turn in found.turns if turn.decision or turn.detection or turn.at <= recent)
        return replace(found, turns=tuple(settled))

    async def _catch_up(self, now: datetime) -> None:
        if self._read_to is None:
            self._read_to = max(0, await self.store.last_number() - MOST)
        while page := await self.store.read(self._read_to, PAGE):
            finished = list(_finished(page, now))
            if finished:
                self._read_to = finished[-1].number
                self._said |= {each.number: _shorten(each) for each in finished}
            if len(finished) < len(page):
                return


def _finished(page: Sequence[Recorded], now: datetime) -> Iterator[Recorded]:
    for each in page:
        if each.turn.decision is None and each.turn.at > now - IN_FLIGHT:
            return
        yield each


def _shorten(recorded: Recorded) -> Said:
    turn = recorded.turn
    decision, detection = turn.decision, turn.detection
    return Said(
        recorded.number,
        turn.message.conversation_id,
        turn.message.channel,
        turn.message.text,
        turn.at,
        decision.kind if decision else None,
        decision.intent if decision else None,
        decision.confidence if decision else 0.0,
        detection.sentiment.valence if detection else None,
        _milliseconds(turn),
        bool(turn.outcome and turn.outcome.failed),
    )


def _milliseconds(turn: Turn) -> float | None:
    """How long the turn took, all its steps together."""
    return sum(turn.timings.values()) if turn.timings else None
