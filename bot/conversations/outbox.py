"""What the bot said and clients may not have yet, in the database of the conversations; see connectors/outbox.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, case, delete, func, insert, or_, select, update

from bot.connectors.outbox import KEPT_FOR, KEPT_UTTERANCES, NOT_KEPT, Backlog, Said, Unsaid, Utterance
from bot.conversations.codec import parts_from, to_json
from bot.conversations.database import READ, WRITE, Database, one_clear_line
from bot.conversations.schema import as_key, conversations, turns, utterances

T = TypeVar("T")


class SqlOutbox:
    """One row for each utterance. The count stands with the conversation, so it goes on when the rows have aged."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    async def say(self, conversation_id: str, message_id: str | None, said: Sequence[Said]) -> tuple[Utterance, ...]:
        """See Outbox; so for all methods here."""
        now = self._now()

        def write(connection: Connection) -> tuple[Utterance, ...]:
            last: int | None = connection.scalar(_lock_count(conversation_id))
            if last is None:
                return tuple(Utterance(each.id, each.payload, NOT_KEPT, now) for each in said)
            known = _find(connection, conversation_id, said)
            fresh = [each for each in {one.id: one for one in said}.values() if each.id not in known]
            if fresh:
                added = [Utterance(one.id, one.payload, last + index, now) for index, one in enumerate(fresh, 1)]
                _add(connection, conversation_id, message_id, added)
                _trim(connection, conversation_id, last + len(fresh), now - KEPT_FOR)
                known |= {each.id: each for each in added}
            return tuple(sorted((known[each.id] for each in said), key=lambda each: each.sequence))

        return await self._run(write)

    async def recall(self, conversation_id: str, channel: str) -> Backlog:
        since = self._now() - KEPT_FOR
        counts = select(conversations.c.last_sequence, conversations.c.acknowledged)
        kept = _kept(conversation_id).where(utterances.c.at > since).order_by(utterances.c.sequence)

        def read(connection: Connection) -> Backlog:
            count = connection.execute(counts.where(conversations.c.id == conversation_id)).one_or_none()
            if count is None:
                return Backlog()
            found = tuple(_utterance(row) for row in connection.execute(kept))
            answers = connection.execute(_unsaid(conversation_id, channel, since)).all()
            unsaid = ((row.message_id, parts_from(row.outcome["parts"])) for row in answers)
            missing = tuple(Unsaid(message_id, parts) for message_id, parts in unsaid if parts)
            return Backlog(found, count.acknowledged, count.last_sequence, missing)

        return await self._run(read, READ)

    async def acknowledge(self, conversation_id: str, sequence: int) -> None:
        last, before = conversations.c.last_sequence, conversations.c.acknowledged
        reached = case((last < sequence, last), else_=sequence)
        further = update(conversations).where(conversations.c.id == conversation_id, before < reached)
        await self._run(lambda connection: connection.execute(further.values(acknowledged=reached)).close())

    async def _run(self, work: Callable[[Connection], T], begin: str = WRITE) -> T:
        async with one_clear_line(self._database.url, "read" if begin == READ else "write"):
            return await self._database.run(work, begin)


def _lock_count(conversation_id: str) -> Select[Any]:
    """The last sequence given, None without a conversation; others who would give one wait."""
    return select(conversations.c.last_sequence).where(conversations.c.id == conversation_id).with_for_update()


def _kept(conversation_id: str) -> Select[Any]:
    return select(utterances).where(utterances.c.conversation_id == conversation_id)


def _find(connection: Connection, conversation_id: str, said: Sequence[Said]) -> dict[str, Utterance]:
    names = {as_key(each.id): each.id for each in said}
    rows = connection.execute(_kept(conversation_id).where(utterances.c.id.in_(names)))
    return {names[row.id]: replace(_utterance(row), id=names[row.id]) for row in rows}


def _utterance(row: Row[Any]) -> Utterance:
    return Utterance(row.id, row.payload, row.sequence, row.at)


def _add(connection: Connection, conversation_id: str, message_id: str | None, added: Sequence[Utterance]) -> None:
    mine = (turns.c.conversation_id == conversation_id) & (turns.c.message_id == message_id)
    newest = select(turns.c.number).where(mine).order_by(turns.c.number.desc()).limit(1)
    turn = None if message_id is None else connection.scalar(newest)
    common = {"conversation_id": conversation_id, "turn": turn}
    rows = [{**common, "sequence": e.sequence, "id": e.id, "payload": to_json(e.payload), "at": e.at} for e in added]
    connection.execute(insert(utterances), rows)


def _trim(connection: Connection, conversation_id: str, last: int, since: datetime) -> None:
    """Set the count, and let go of what is over the bounds."""
    count = update(conversations).where(conversations.c.id == conversation_id)
    connection.execute(count.values(last_sequence=last))
    over = or_(utterances.c.sequence <= last - KEPT_UTTERANCES, utterances.c.at <= since)
    connection.execute(delete(utterances).where(utterances.c.conversation_id == conversation_id, over))


def _unsaid(conversation_id: str, channel: str, since: datetime) -> Select[Any]:
    latest = select(func.max(utterances.c.turn)).where(utterances.c.conversation_id == conversation_id)
    return (
        select(turns.c.message_id, turns.c.outcome)
        .where(turns.c.conversation_id == conversation_id, turns.c.number > func.coalesce(latest.scalar_subquery(), 0))
        .where(turns.c.channel == channel, turns.c.message_id.is_not(None), turns.c.outcome.is_not(None))
        .where(turns.c.at > since)
        .order_by(turns.c.number)
    )


def expire_utterances(connection: Connection, before: datetime) -> None:
    """Delete what is older than anybody may ask for, or older than `before`."""
    connection.execute(delete(utterances).where(utterances.c.at < before))
