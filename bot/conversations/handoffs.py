"""Who waits for a person, who has one, and what persons said, in the database; see handoff/base.py."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, bindparam, delete, or_, select, update

from bot.connectors.desk import Agent, Handoff, Remark
from bot.conversations.codec import to_json
from bot.conversations.conversation import Conversation
from bot.conversations.database import READ, WRITE, Database, one_clear_line
from bot.conversations.schema import attendance, conversations, handoffs, remarks
from bot.handoff.base import ATTENDS_FOR, REDELIVERED_FOR, Addressed

WAITING, TAKEN, CLOSED = "waiting", "taken", "closed"
MOST_REMARKS = 200
NOBODY: Mapping[str, Any] = {"agent": None, "name": None, "taken_at": None, "lapses_at": None}

T = TypeVar("T")

WITH_PERSON = (
    select(conversations, handoffs.c.state, handoffs.c.name.label("person"))
    .select_from(conversations.outerjoin(handoffs, handoffs.c.conversation_id == conversations.c.id))
    .where(conversations.c.id == bindparam("conversation_id"))
)
"""The row of a conversation, with the `state` of its handoff, if it ever had one, and who has it (`person`)."""


class SqlHandoffs:
    """A HandoffStore. One row for each conversation that was ever handed off, whose `state` only one writer changes."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    async def ask(self, conversation_id: str, reason: str) -> bool:
        """See HandoffStore; so for all methods here."""
        fresh = {"state": WAITING, "asked_at": self._now(), "reason": reason, "thread": None, **NOBODY}
        again = self._database.insert(handoffs).values(conversation_id=conversation_id, **fresh)
        again = again.on_conflict_do_update(
            index_elements=["conversation_id"], set_=fresh, where=handoffs.c.state == CLOSED
        )

        def write(connection: Connection) -> bool:
            if not _hold(connection, conversation_id):
                return False
            return connection.execute(again.returning(handoffs.c.state)).one_or_none() is not None

        return await self._run(write)

    async def take(self, conversation_id: str, agent: Agent, joined: Remark) -> bool:
        now = self._now()
        mine = {"state": TAKEN, "agent": agent.key, "name": agent.name, "taken_at": now}
        taken = update(handoffs).values(**mine, lapses_at=now + agent.patience)
        taken = taken.where(handoffs.c.conversation_id == conversation_id, handoffs.c.state == WAITING)

        def write(connection: Connection) -> bool:
            if not _hold(connection, conversation_id):
                return False
            if connection.execute(taken).rowcount:
                self._add(connection, conversation_id, joined)
                return True
            return self._extend(connection, conversation_id, agent)

        return await self._run(write)

    async def say(self, conversation_id: str, agent: Agent, said: Remark) -> bool:
        def write(connection: Connection) -> bool:
            mine = _hold(connection, conversation_id) and self._extend(connection, conversation_id, agent)
            if mine:
                self._add(connection, conversation_id, said)
            return mine

        return await self._run(write)

    async def leave(self, conversation_id: str, agent: Agent, left: Remark) -> bool:
        back = _belonging_to(agent, conversation_id).values(state=CLOSED, **NOBODY)
        resumed = update(conversations).where(conversations.c.id == conversation_id).values(paused=False)

        def write(connection: Connection) -> bool:
            if not _hold(connection, conversation_id) or not connection.execute(back).rowcount:
                return False
            connection.execute(resumed)
            self._add(connection, conversation_id, left)
            return True

        return await self._run(write)

    async def stay(self, agent: Agent) -> None:
        longer = _belonging_to(agent).values(lapses_at=self._now() + agent.patience)
        await self._run(lambda connection: connection.execute(longer).close())

    async def attend(self, agent: Agent) -> None:
        now = self._now()
        here = self._database.insert(attendance).values(agent=agent.key, lapses_at=now + ATTENDS_FOR)
        here = here.on_conflict_do_update(index_elements=["agent"], set_={"lapses_at": here.excluded.lapses_at})
        gone = delete(attendance).where(attendance.c.lapses_at <= now)

        def write(connection: Connection) -> None:
            connection.execute(gone)
            connection.execute(here)

        await self._run(write)

    async def attended(self) -> bool:
        anybody = select(attendance.c.agent).where(attendance.c.lapses_at > self._now()).limit(1)
        return await self._run(lambda connection: connection.scalar(anybody), READ) is not None

    async def lapse(self, away: Remark) -> Sequence[str]:
        lapsed = (handoffs.c.state == TAKEN) & (handoffs.c.lapses_at <= self._now())
        gone = select(handoffs.c.conversation_id, handoffs.c.name).where(lapsed)
        if not await self._run(lambda connection: connection.execute(gone).all(), READ):
            return []

        def write(connection: Connection) -> Sequence[str]:
            rows = connection.execute(gone.order_by(handoffs.c.conversation_id)).all()
            done = []
            for row in rows:
                still = (handoffs.c.conversation_id == row.conversation_id) & lapsed
                if not _hold(connection, row.conversation_id):
                    continue
                if connection.execute(update(handoffs).where(still).values(state=WAITING, **NOBODY)).rowcount:
                    remark = replace(away, id=f"{away.id}/{uuid.uuid4().hex}", name=row.name)
                    self._add(connection, row.conversation_id, remark)
                    done.append(row.conversation_id)
            return done

        return await self._run(write)

    async def give_up(self, silent_for: timedelta) -> int:
        silent = select(conversations.c.id).where(conversations.c.updated_at < self._now() - silent_for)
        waiting = (handoffs.c.state == WAITING) & handoffs.c.conversation_id.in_(silent)
        closed = update(handoffs).where(waiting).values(state=CLOSED)
        return await self._run(lambda connection: connection.execute(closed).rowcount)

    async def open(self) -> Sequence[Handoff]:
        rows = select(handoffs).where(handoffs.c.state != CLOSED)
        rows = rows.order_by(handoffs.c.asked_at, handoffs.c.conversation_id)
        return await self._run(lambda connection: [_handoff(row) for row in connection.execute(rows)], READ)

    async def find(self, conversation_id: str) -> Handoff | None:
        one = select(handoffs).where(handoffs.c.conversation_id == conversation_id, handoffs.c.state != CLOSED)

        def read(connection: Connection) -> Handoff | None:
            row = connection.execute(one).one_or_none()
            return replace(_handoff(row), conversation_id=conversation_id) if row else None

        return await self._run(read, READ)

    async def knows(self, remark_id: str) -> bool:
        one = select(remarks.c.number).where(remarks.c.id == remark_id).limit(1)
        return await self._run(lambda connection: connection.scalar(one), READ) is not None

    async def pin(self, handoff: Handoff, thread: Mapping[str, Any]) -> bool:
        pinned = _same(handoff).where(handoffs.c.state != CLOSED).values(thread=to_json(thread))
        return await self._run(lambda connection: bool(connection.execute(pinned).rowcount))

    async def ended(self) -> Sequence[Handoff]:
        rows = select(handoffs).where(handoffs.c.state == CLOSED, handoffs.c.thread.is_not(None))
        rows = rows.order_by(handoffs.c.asked_at, handoffs.c.conversation_id)
        return await self._run(lambda connection: [_handoff(row) for row in connection.execute(rows)], READ)

    async def unpin(self, handoff: Handoff) -> None:
        over = _same(handoff).where(handoffs.c.state == CLOSED).values(thread=None)
        await self._run(lambda connection: connection.execute(over).close())

    async def undelivered(self) -> Sequence[Addressed]:
        since = self._now() - REDELIVERED_FOR
        rows = select(remarks).where(or_(remarks.c.delivered.is_(False), remarks.c.at > since))
        rows = rows.order_by(remarks.c.number)

        def read(connection: Connection) -> Sequence[Addressed]:
            return [Addressed(row.conversation_id, remark_from(row)) for row in connection.execute(rows)]

        return await self._run(read, READ)

    async def deliver(self, conversation_id: str, remark_id: str) -> None:
        one = (remarks.c.conversation_id == conversation_id) & (remarks.c.id == remark_id)
        done = update(remarks).where(one, remarks.c.delivered.is_(False)).values(delivered=True)
        await self._run(lambda connection: connection.execute(done).close())

    def _extend(self, connection: Connection, conversation_id: str, agent: Agent) -> bool:
        longer = _belonging_to(agent, conversation_id).values(lapses_at=self._now() + agent.patience)
        return bool(connection.execute(longer).rowcount)

    def _add(self, connection: Connection, conversation_id: str, remark: Remark) -> None:
        row = {name: getattr(remark, name) for name in ("id", "kind", "name", "text")}
        added = self._database.insert(remarks).values(
            conversation_id=conversation_id, **row, at=self._now(), delivered=False
        )
        connection.execute(added.on_conflict_do_nothing())

    async def _run(self, work: Callable[[Connection], T], begin: str = WRITE) -> T:
        async with one_clear_line(self._database.url, "read" if begin == READ else "write"):
            return await self._database.run(work, begin)


def _hold(connection: Connection, conversation_id: str) -> bool:
    """Whether the conversation is there. Locked first, as in `forget`: another order could wait for ever."""
    same = select(conversations.c.id).where(conversations.c.id == conversation_id)
    return connection.scalar(same.with_for_update(key_share=True)) is not None


def _belonging_to(agent: Agent, conversation_id: str | None = None) -> Any:
    mine = update(handoffs).where(handoffs.c.state == TAKEN, handoffs.c.agent == agent.key)
    return mine if conversation_id is None else mine.where(handoffs.c.conversation_id == conversation_id)


def _same(handoff: Handoff) -> Any:
    """Another one of its conversation has another time."""
    here = handoffs.c.conversation_id == handoff.conversation_id
    return update(handoffs).where(here, handoffs.c.asked_at == handoff.asked_at)


def _handoff(row: Row[Any]) -> Handoff:
    return Handoff(row.conversation_id, row.asked_at, row.reason, row.agent, row.name, row.taken_at, row.thread)


def remark_from(row: Row[Any]) -> Remark:
    """Of a row of the table of remarks."""
    return Remark(row.id, row.kind, row.name, row.text, row.at)


def remarks_of(connection: Connection, conversation: Conversation) -> tuple[Remark, ...]:
    """The latest remarks since the first turn that is shown, oldest first."""
    rows = select(remarks).where(remarks.c.conversation_id == conversation.id)
    if conversation.turns:
        rows = rows.where(remarks.c.at >= conversation.turns[0].at)
    latest = connection.execute(rows.order_by(remarks.c.number.desc()).limit(MOST_REMARKS)).all()
    return tuple(remark_from(row) for row in reversed(latest))


def forget_remarks(connection: Connection, ids: Sequence[str]) -> None:
    """Delete what persons said to somebody who is forgotten."""
    connection.execute(delete(remarks).where(remarks.c.conversation_id.in_(ids)))


def expire_remarks(connection: Connection, before: datetime) -> None:
    """Delete what persons said before `before`."""
    connection.execute(delete(remarks).where(remarks.c.at < before))
