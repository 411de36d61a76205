"""What users think of what the bot said, in the database of the conversations; see connectors/feedback.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, select

from bot.connectors.feedback import Feedback
from bot.conversations.conversation import Rating
from bot.conversations.database import Database, one_clear_line
from bot.conversations.schema import feedback as opinions
from bot.conversations.schema import said, turns

T = TypeVar("T")

_RATINGS = (
    select(opinions)
    .join(turns, turns.c.number == opinions.c.turn)
    .where(turns.c.conversation_id == bindparam("conversation_id"), opinions.c.turn >= bindparam("first"))
    .order_by(opinions.c.at)
)


class SqlFeedback:
    """A FeedbackStore. Rows point to turns, and go with them."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    async def record_said(self, channel: str, message_id: str, utterance_ids: Sequence[str]) -> None:
        """See FeedbackStore; so for all methods here."""
        add = self._database.insert(said).on_conflict_do_nothing()

        def write(connection: Connection) -> None:
            turn = _hold(connection, _turn_of(channel, message_id))
            if turn is not None:
                rows = [{"channel": channel, "utterance_id": each, "turn": turn} for each in utterance_ids]
                connection.execute(add, rows)

        if utterance_ids:
            await self._write(write)

    async def record_feedback(self, feedback: Feedback) -> bool:
        place = (said.c.channel == feedback.channel) & (said.c.utterance_id == feedback.utterance_id)
        known = (
            select(said.c.turn).where(place)
            if feedback.message_id is None
            else _turn_of(feedback.channel, feedback.message_id)
        )
        upsert = self._database.insert(opinions)
        upsert = upsert.on_conflict_do_update(
            index_elements=["turn", "utterance_id", "by"],
            set_={"opinion": upsert.excluded.opinion, "at": upsert.excluded.at},
        )

        def write(connection: Connection) -> bool:
            turn = _hold(connection, known)
            if turn is None:
                return False
            row = {"turn": turn, "utterance_id": feedback.utterance_id, "by": feedback.by}
            if feedback.opinion is None:
                connection.execute(delete(opinions).where(_is_row(row)))
            else:
                connection.execute(upsert, {**row, "opinion": feedback.opinion, "at": self._now()})
            return True

        return await self._write(write)

    async def _write(self, work: Callable[[Connection], T]) -> T:
        async with one_clear_line(self._database.url, "write"):
            return await self._database.run(work)


def _turn_of(channel: str, message_id: str) -> Select[tuple[int]]:
    """The turn that answers a message; of several, as after a crash, the last."""
    same = (turns.c.channel == channel) & (turns.c.message_id == message_id)
    return select(turns.c.number).where(same).order_by(turns.c.number.desc()).limit(1)


def _hold(connection: Connection, number: Select[tuple[int]]) -> int | None:
    """The turn of that number, which nobody can delete until the transaction is over."""
    same = select(turns.c.number).where(turns.c.number == number.scalar_subquery())
    return connection.scalar(same.with_for_update(read=True, key_share=True))


def _is_row(row: Mapping[str, object]) -> ColumnElement[bool]:
    return (
        (opinions.c.turn == row["turn"])
        & (opinions.c.utterance_id == row["utterance_id"])
        & (opinions.c.by == row["by"])
    )


def ratings_of(connection: Connection, conversation_id: str, first: int) -> dict[int, tuple[Rating, ...]]:
    """Feedback by the number of its turn, from turn `first` of a conversation on, oldest first."""
    found: dict[int, tuple[Rating, ...]] = {}
    for row in connection.execute(_RATINGS, {"conversation_id": conversation_id, "first": first}):
        found[row.turn] = (*found.get(row.turn, ()), Rating(row.utterance_id, row.opinion, row.by, row.at))
    return found


def forget_ratings(connection: Connection, by: str) -> None:
    """Delete what somebody thought of answers to others."""
    connection.execute(delete(opinions).where(opinions.c.by == by))
