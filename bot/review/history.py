"""Turns as the inbox needs them, read page by page from the store, once: only what is new is read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from bot.conversations.conversation import Turn
from bot.conversations.review import Recorded, ReviewStore, Standing
from bot.messages import Candidate, Requested, Sentiment

PAGE = 100
"""Turns in one transaction: a bot that answers messages meanwhile waits for a page, not for all."""

MOST = 20_000
"""Turns that are looked through, the newest; a reviewer who falls behind further has other worries."""

IN_FLIGHT = timedelta(minutes=1)
"""A turn without a decision that is younger may still get one."""

GUESSES = 5


@dataclass(frozen=True, slots=True)
class Spoken:
    """One finished turn: what was said, and what the bot made of it. `asked` is the slot that it asked for then;
    who `objects` says that the bot's last answer was wrong."""

    number: int
    conversation_id: str
    sender_id: str
    channel: str
    text: str
    at: datetime
    kind: Literal["act", "clarify", "out_of_scope", "hand_off"]
    intent: str | None
    guesses: tuple[Candidate, ...]
    sentiment: Sentiment
    asked: Requested | None = None
    objects: bool = False

    @property
    def pressed(self) -> str | None:
        """The intent that a button named; None for words."""
        best = self.guesses[0] if self.guesses else None
        return best.intent if best is not None and best.detector == "payload" else None

    @property
    def confidence(self) -> float:
        """Of the best guess; 0 when there was none."""
        return self.guesses[0].confidence if self.guesses else 0.0


class History:
    """Remembers what it read. What was forgotten or expired meanwhile is forgotten here, too, at the next look."""

    def __init__(self, store: ReviewStore, days: int) -> None:
        self._store = store
        self._days = days
        self._read_to: int | None = None
        self._spoken: dict[int, Spoken] = {}

    async def look(self, now: datetime | None = None) -> tuple[Sequence[Spoken], Standing]:
        """The finished turns of the last `days`, oldest first, and how they stand. Raises StoreError."""
        now = now or datetime.now(UTC)
        since = now - timedelta(days=self._days)
        if self._read_to is None:
            self._read_to = max(0, await self._store.last_number() - MOST)
        while page := await self._store.read(self._read_to, PAGE):
            finished = _finished(page, now)
            if not finished:
                break
            self._read_to = finished[-1].number
            self._spoken |= {each.number: spoken for each in finished if (spoken := to_spoken(each))}
        standing = await self._store.standing(min(self._spoken, default=1) - 1)
        kept = {n: one for n, one in self._spoken.items() if n in standing.numbers and one.at >= since}
        self._spoken = dict(list(kept.items())[-MOST:])
        return list(self._spoken.values()), standing


def _finished(page: Sequence[Recorded], now: datetime) -> Sequence[Recorded]:
    """The page up to the first turn that is still being answered."""
    for index, each in enumerate(page):
        if each.turn.decision is None and each.turn.at > now - IN_FLIGHT:
            return page[:index]
    return page


def to_spoken(recorded: Recorded) -> Spoken | None:
    """What the inbox needs of a turn; None without a detection: a person had taken over, or there was no text."""
    turn: Turn = recorded.turn
    if turn.decision is None or turn.detection is None:
        return None
    message = turn.message
    return Spoken(
        recorded.number,
        message.conversation_id,
        message.sender_id,
        message.channel,
        message.text,
        turn.at,
        turn.decision.kind,
        turn.decision.intent,
        turn.detection.candidates[:GUESSES],
        turn.detection.sentiment,
        turn.outcome.requested if turn.outcome else None,
        turn.decision.misunderstood,
    )


def follow_ups(spoken: Sequence[Spoken]) -> Mapping[int, tuple[Spoken | None, Spoken | None]]:
    """By number, what the same person said in the same conversation before and after."""
    last: dict[tuple[str, str], Spoken] = {}
    around: dict[int, tuple[Spoken | None, Spoken | None]] = {}
    for one in spoken:
        place = (one.conversation_id, one.sender_id)
        before = last.get(place)
        if before is not None:
            around[before.number] = (around[before.number][0], one)
        around[one.number] = (before, None)
        last[place] = one
    return around
