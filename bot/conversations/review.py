"""Turns as reviewers see them, and what they decided: the seam of bot/review.

Which turns want an eye is not written down: it is found from them when somebody looks, so no turn waits for it. Only
decisions are kept, one a turn; a turn without one is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from bot.connectors.desk import Remark
from bot.conversations.conversation import Rating, Turn

State = Literal["held", "assigned", "created", "dismissed"]
"""`held`: somebody is at it now. Then: put under an intent, made a new intent of, or not worth one."""

HOLD_LAPSES_AFTER = timedelta(minutes=1)
"""A reviewer holds entries while a file is written. Who is silent for so long is taken for dead."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A turn and its number; numbers rise with time and are never used twice."""

    number: int
    turn: Turn


@dataclass(frozen=True, slots=True)
class Review:
    """Who did what about a turn, and when."""

    number: int
    state: State
    intent: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How turns stand now. `numbers` are all that exist: a number that is missing was forgotten or has expired."""

    numbers: frozenset[int]
    reviews: Mapping[int, Review]
    ratings: Mapping[int, tuple[Rating, ...]]


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said in a conversation of late, oldest first: turns with their ratings, those before a restart too, and
    what persons said and did since the first of them. Without turns, it is unknown or gone."""

    turns: tuple[Turn, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Remarked:
    """What a person said in the bot's place, where, and under which number; numbers rise with time."""

    number: int
    conversation_id: str
    remark: Remark


class ReviewStore(Protocol):
    """Keeps decisions as long as their turns. Every method may raise StoreError."""

    async def last_number(self) -> int:
        """The number of the newest turn; 0 when there is none."""

    async def read(self, after: int, limit: int) -> Sequence[Recorded]:
        """At most `limit` turns with higher numbers than `after`, in order of numbers. Ratings are left out."""

    async def transcript(self, conversation_id: str, most: int) -> Transcript:
        """The latest `most` turns of a conversation, and what persons said in between."""

    async def remarked(self, since: datetime, before: int | None, limit: int) -> Sequence[Remarked]:
        """At most `limit` of what persons have said `since` then, of numbers below `before`, the newest first.

        That they came or went is left out.
        """

    async def standing(self, after: int) -> Standing:
        """How all turns with higher numbers than `after` stand now. A hold that lapsed is no review any more."""

    async def take(self, numbers: Sequence[int], by: str) -> Sequence[Review] | None:
        """Hold all of `numbers` for `by`, or none: then, the reviews that stand in the way.

        None is returned, and nothing is held, when one of the turns is gone. An empty sequence means that they are
        held: of two who ask at once one gets it, of the same name, too. A hold lapses after HOLD_LAPSES_AFTER.
        """

    async def settle(self, numbers: Sequence[int], by: str, state: State, intent: str | None = None) -> int:
        """Turn what `by` holds into a decision. Returns how many turns that was: fewer when a hold has lapsed and
        somebody else took it, or when a turn is gone."""

    async def release(self, numbers: Sequence[int], by: str) -> int:
        """Open again what `by` holds or decided. Returns how many turns that was."""

    async def latest(self, limit: int) -> Sequence[Review]:
        """The latest decisions, newest first."""
