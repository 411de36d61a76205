"""What the bot said and clients may not have yet, in the database of the conversations; see connectors/outbox.py."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, bindparam, case, delete, func, insert, or_, select, update

from bot.connectors.outbox import KEPT_FOR, KEPT_UTTERANCES, NOT_KEPT, Backlog, Said, Unsaid, Utterance
from bot.conversations.codec import parts_from, to_json
from bot.conversations.database import READ, WRITE, Database, one_clear_line
from bot.conversations.schema import as_key, conversations, turns, utterances

GATHERED_FOR = 0.05
"""Seconds: what arrived meanwhile, in all conversations, is noted in one transaction."""

T = TypeVar("T")

# Made once: to build a statement takes longer than to run it.
_OF_CONVERSATION = conversations.c.id == bindparam("its_id")
_UTTERANCE = utterances.c.conversation_id == bindparam("its_id")
_OF_TURN = turns.c.conversation_id == bindparam("its_id")

# The last sequence given, none without a conversation, and what is kept longest; others who would give one wait.
_OLDEST = select(utterances.c.sequence).where(_UTTERANCE).order_by(utterances.c.sequence).limit(1)
_LOCK_COUNT = (
    select(
        conversations.c.last_sequence,
        _OLDEST.scalar_subquery().label("oldest"),
        _OLDEST.with_only_columns(utterances.c.at).scalar_subquery().label("oldest_at"),
    )
    .where(_OF_CONVERSATION)
    .with_for_update()
)
_COUNTS = select(conversations.c.last_sequence, conversations.c.acknowledged).where(_OF_CONVERSATION)
_COUNT = update(conversations).where(_OF_CONVERSATION)

_KEPT = select(utterances).where(_UTTERANCE)
_NAMED = _KEPT.where(utterances.c.id.in_(bindparam("names", expanding=True)))
_KEPT_SINCE = _KEPT.where(utterances.c.at > bindparam("since")).order_by(utterances.c.sequence)
_TURN = select(func.max(turns.c.number)).where(_OF_TURN, turns.c.message_id == bindparam("its_message_id"))
_ADD = insert(utterances).values(turn=_TURN.scalar_subquery())
_AGE = delete(utterances).where(
    _UTTERANCE, or_(utterances.c.sequence <= bindparam("over"), utterances.c.at <= bindparam("since"))
)

_LATEST_SAID = select(func.max(utterances.c.turn)).where(_UTTERANCE).scalar_subquery()
_UNSAID = (
    select(turns.c.message_id, turns.c.outcome)
    .where(_OF_TURN, turns.c.number > func.coalesce(_LATEST_SAID, 0), turns.c.at > bindparam("since"))
    .where(turns.c.channel == bindparam("its_channel"))
    .where(turns.c.message_id.is_not(None), turns.c.outcome.is_not(None))
    .order_by(turns.c.number)
)

_REACHED = case(
    (conversations.c.last_sequence < bindparam("sequence"), conversations.c.last_sequence), else_=bindparam("sequence")
)
_ACKNOWLEDGE = (
    update(conversations).where(_OF_CONVERSATION, conversations.c.acknowledged < _REACHED).values(acknowledged=_REACHED)
)


class SqlOutbox:
    """One row for each utterance. The count stands with the conversation, so it goes on when the rows have aged."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now
        self._arrived: dict[str, int] = {}
        self._gathering: asyncio.Task[None] | None = None

    async def say(self, conversation_id: str, message_id: str | None, said: Sequence[Said]) -> tuple[Utterance, ...]:
        """See Outbox; so for all methods here."""
        now = self._now()

        def write(connection: Connection) -> tuple[Utterance, ...]:
            count = connection.execute(_LOCK_COUNT, {"its_id": conversation_id}).one_or_none()
            if count is None:
                return tuple(Utterance(each.id, each.payload, NOT_KEPT, now) for each in said)
            known = _find(connection, conversation_id, said)
            fresh = [each for each in {one.id: one for one in said}.values() if each.id not in known]
            if fresh:
                first = count.last_sequence + 1
                added = [Utterance(one.id, one.payload, index, now) for index, one in enumerate(fresh, first)]
                _add(connection, conversation_id, message_id, added)
                _trim(connection, conversation_id, count, added[-1].sequence, now - KEPT_FOR)
                known |= {each.id: each for each in added}
            return tuple(sorted((known[each.id] for each in said), key=lambda each: each.sequence))

        return await self._run(write)

    async def recall(self, conversation_id: str, channel: str) -> Backlog:
        since = self._now() - KEPT_FOR
        which = {"its_id": conversation_id, "since": since}

        def read(connection: Connection) -> Backlog:
            count = connection.execute(_COUNTS, {"its_id": conversation_id}).one_or_none()
            if count is None:
                return Backlog()
            found = tuple(_utterance(row) for row in connection.execute(_KEPT_SINCE, which))
            answers = connection.execute(_UNSAID, {**which, "its_channel": channel}).all()
            unsaid = ((row.message_id, parts_from(row.outcome["parts"])) for row in answers)
            missing = tuple(Unsaid(message_id, parts) for message_id, parts in unsaid if parts)
            return Backlog(found, count.acknowledged, count.last_sequence, missing)

        return await self._run(read, READ)

    async def acknowledge(self, conversation_id: str, sequence: int) -> None:
        self._arrived[conversation_id] = max(sequence, self._arrived.get(conversation_id, 0))
        if self._gathering is None:
            self._gathering = asyncio.create_task(self._write_arrived())
        await asyncio.shield(self._gathering)

    async def _write_arrived(self) -> None:
        await asyncio.sleep(GATHERED_FOR)
        arrived, self._arrived, self._gathering = self._arrived, {}, None
        rows = [{"its_id": name, "sequence": sequence} for name, sequence in sorted(arrived.items())]
        await self._run(lambda connection: connection.execute(_ACKNOWLEDGE, rows).close())

    async def _run(self, work: Callable[[Connection], T], begin: str = WRITE) -> T:
        async with one_clear_line(self._database.url, "read" if begin == READ else "write"):
            return await self._database.run(work, begin)


def _find(connection: Connection, conversation_id: str, said: Sequence[Said]) -> dict[str, Utterance]:
    names = {as_key(each.id): each.id for each in said}
    rows = connection.execute(_NAMED, {"its_id": conversation_id, "names": list(names)})
    return {names[row.id]: replace(_utterance(row), id=names[row.id]) for row in rows}


def _utterance(row: Row[Any]) -> Utterance:
    return Utterance(row.id, row.payload, row.sequence, row.at)


def _add(connection: Connection, conversation_id: str, message_id: str | None, added: Sequence[Utterance]) -> None:
    common = {"conversation_id": conversation_id, "its_id": conversation_id, "its_message_id": message_id}
    rows = [{**common, "sequence": e.sequence, "id": e.id, "payload": to_json(e.payload), "at": e.at} for e in added]
    connection.execute(_ADD, rows)


def _trim(connection: Connection, conversation_id: str, before: Any, last: int, since: datetime) -> None:
    """Set the count, and let go of what is over the bounds."""
    connection.execute(_COUNT, {"its_id": conversation_id, "last_sequence": last})
    over = last - KEPT_UTTERANCES
    if before.oldest is not None and (before.oldest <= over or before.oldest_at <= since):
        connection.execute(_AGE, {"its_id": conversation_id, "over": over, "since": since})


def expire_utterances(connection: Connection, before: datetime) -> None:
    """Delete what is older than anybody may ask for, or older than `before`."""
    connection.execute(delete(utterances).where(utterances.c.at < before))
