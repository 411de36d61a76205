"""What reviewers see and decide, in the database of the conversations; see review.py."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, delete, func, select, update

from bot.conversations.codec import turn_from
from bot.conversations.conversation import Conversation, Rating, Turn
from bot.conversations.database import READ, Database, one_clear_line
from bot.conversations.feedback import ratings_of
from bot.conversations.handoffs import remark_from, remarks_of
from bot.conversations.review import HOLD_LAPSES_AFTER, Recorded, Remarked, Review, Standing, State, Transcript
from bot.conversations.schema import feedback, remarks, reviews, turns

T = TypeVar("T")

AT_ONCE = 500
"""Numbers in one statement: databases limit the parameters that one may have."""

STEPS = ("message", "detection", "decision", "outcome", "timings")
WHOLE = select(turns.c.number, turns.c.at, *(turns.c[step] for step in STEPS))


class SqlReviews:
    """A ReviewStore. Rows point to turns, and go with them."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    async def last_number(self) -> int:
        """See ReviewStore; so for all methods here."""
        return await self._read(lambda connection: connection.scalar(select(func.max(turns.c.number))) or 0)

    async def read(self, after: int, limit: int) -> Sequence[Recorded]:
        page = WHOLE.where(turns.c.number > after).order_by(turns.c.number).limit(limit)
        rows = await self._read(lambda connection: connection.execute(page).all())
        # In a thread, like the rest of it: a console that is first opened reads tens of thousands.
        return await asyncio.to_thread(lambda: [Recorded(row.number, _turn(row)) for row in rows])

    async def transcript(self, conversation_id: str, most: int) -> Transcript:
        own = WHOLE.where(turns.c.conversation_id == conversation_id)
        latest = own.order_by(turns.c.number.desc()).limit(most)

        def read(connection: Connection) -> Transcript:
            rows = connection.execute(latest).all()[::-1]
            if not rows:
                return Transcript()
            ratings = ratings_of(connection, conversation_id, rows[0].number)
            said = tuple(replace(_turn(row), ratings=ratings.get(row.number, ())) for row in rows)
            return Transcript(said, remarks_of(connection, Conversation(conversation_id, "", "", turns=said)))

        return await self._read(read)

    async def remarked(self, since: datetime, before: int | None, limit: int) -> Sequence[Remarked]:
        page = select(remarks).where(remarks.c.kind == "said", remarks.c.at >= since)
        if before is not None:
            page = page.where(remarks.c.number < before)
        page = page.order_by(remarks.c.number.desc()).limit(limit)
        rows = await self._read(lambda connection: connection.execute(page).all())
        return [Remarked(row.number, row.conversation_id, remark_from(row)) for row in rows]

    async def standing(self, after: int) -> Standing:
        decided = reviews.c.turn > after
        lapsed = self._lapsed()

        def read(connection: Connection) -> Standing:
            rows = connection.execute(select(reviews).where(decided, ~lapsed))
            ratings: dict[int, tuple[Rating, ...]] = {}
            for row in connection.execute(select(feedback).where(feedback.c.turn > after).order_by(feedback.c.at)):
                rating = Rating(row.utterance_id, row.opinion, row.by, row.at)
                ratings[row.turn] = (*ratings.get(row.turn, ()), rating)
            numbers = connection.scalars(select(turns.c.number).where(turns.c.number > after))
            return Standing(frozenset(numbers), {row.turn: _review(row) for row in rows}, ratings)

        return await self._read(read)

    async def take(self, numbers: Sequence[int], by: str) -> Sequence[Review] | None:
        ordered = sorted(set(numbers))  # one order for all, or two reviewers could wait for each other
        now = self._now()
        held = {"state": "held", "intent": None, "by": by, "at": now}
        upsert = self._database.insert(reviews).on_conflict_do_update(
            index_elements=["turn"], set_=held, where=self._lapsed()
        )

        def write(connection: Connection) -> Sequence[Review] | None:
            there, blocked = 0, []
            for number in ordered:
                # Nobody can delete the turn until the transaction is over.
                exists = select(turns.c.number).where(turns.c.number == number)
                there += connection.scalar(exists.with_for_update(read=True, key_share=True)) is not None
            if there < len(ordered):
                connection.rollback()
                return None
            for number in ordered:
                taken = connection.execute(upsert.values(turn=number, **held).returning(reviews.c.turn))
                if taken.one_or_none() is None:
                    blocked.append(number)
            if not blocked:
                return []
            connection.rollback()
            rows = connection.execute(select(reviews).where(reviews.c.turn.in_(blocked[:AT_ONCE])))
            return [_review(row) for row in rows]

        return await self._write(write)

    async def settle(self, numbers: Sequence[int], by: str, state: State, intent: str | None = None) -> int:
        decided = {"state": state, "intent": intent, "at": self._now()}
        held = (reviews.c.by == by) & (reviews.c.state == "held")
        return await self._in_parts(numbers, lambda some: update(reviews).where(some, held).values(decided))

    async def release(self, numbers: Sequence[int], by: str) -> int:
        return await self._in_parts(numbers, lambda some: delete(reviews).where(some, reviews.c.by == by))

    async def latest(self, limit: int) -> Sequence[Review]:
        newest = select(reviews).where(reviews.c.state != "held").order_by(reviews.c.at.desc(), reviews.c.turn.desc())
        rows = await self._read(lambda connection: connection.execute(newest.limit(limit)).all())
        return [_review(row) for row in rows]

    def _lapsed(self) -> ColumnElement[bool]:
        return (reviews.c.state == "held") & (reviews.c.at <= self._now() - HOLD_LAPSES_AFTER)

    async def _in_parts(self, numbers: Sequence[int], change: Callable[[ColumnElement[bool]], Any]) -> int:
        """One transaction over `numbers`, statement by statement; how many rows changed."""
        ordered = sorted(set(numbers))
        parts = [ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE)]

        def write(connection: Connection) -> int:
            return sum(connection.execute(change(reviews.c.turn.in_(part))).rowcount for part in parts)

        return await self._write(write)

    async def _read(self, work: Callable[[Connection], T]) -> T:
        async with one_clear_line(self._database.url, "read"):
            return await self._database.run(work, READ)

    async def _write(self, work: Callable[[Connection], T]) -> T:
        async with one_clear_line(self._database.url, "write"):
            return await self._database.run(work)


def _turn(row: Row[Any]) -> Turn:
    return turn_from({step: row._mapping[step] for step in STEPS}, row.at)


def _review(row: Row[Any]) -> Review:
    return Review(row.turn, row.state, row.intent, row.by, row.at)
