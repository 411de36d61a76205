"""What arrived and is not answered yet, in the database of the conversations; see connectors/inbox.py."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Connection, delete, select, update

from bot.connectors.inbox import LAPSES_AFTER, Entry, Orphan, State
from bot.conversations.codec import to_json
from bot.conversations.database import READ, Database, one_clear_line
from bot.conversations.schema import inbox

T = TypeVar("T")

AT_ONCE = 100
"""Entries that one `take` brings; the next brings the next."""


class SqlInbox:
    """One row for each name of an entry; the one of its own name holds the body until it is struck out."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now
        self._add = database.insert(inbox).on_conflict_do_nothing().returning(inbox.c.id)

    async def keep(self, entry: Entry) -> bool:
        """See Inbox; so for all methods here."""
        now = self._now()
        names = sorted(set(entry.ids))  # one order for all, or two processes could wait for each other
        rows = [{"channel": entry.channel, "id": name, "sender_id": entry.sender_id, "at": now} for name in names]
        own = update(inbox).where(inbox.c.channel == entry.channel, inbox.c.id == entry.id)
        own = own.values(body=to_json(entry.body), held_at=now)

        def write(connection: Connection) -> bool:
            for row in rows:
                if connection.execute(self._add, row).one_or_none() is None:
                    connection.rollback()
                    return False
            connection.execute(own)
            return True

        return await self._write(write)

    async def hold(self, channel: str, ids: Collection[str]) -> None:
        held = update(inbox).where(inbox.c.channel == channel, inbox.c.id.in_(ids), inbox.c.body.is_not(None))
        await self._write(lambda connection: connection.execute(held.values(held_at=self._now())).close())

    async def take(self, channel: str) -> Sequence[Orphan]:
        now = self._now()
        left = (inbox.c.channel == channel) & inbox.c.body.is_not(None) & (inbox.c.held_at <= now - LAPSES_AFTER)
        oldest = select(inbox.c.id).where(left).order_by(inbox.c.at).limit(AT_ONCE).with_for_update(skip_locked=True)
        taken = update(inbox).where(inbox.c.channel == channel, inbox.c.id.in_(oldest)).values(held_at=now)

        def write(connection: Connection) -> Sequence[Orphan]:
            rows = connection.execute(taken.returning(inbox)).all()
            found = [Orphan(Entry(channel, (row.id,), row.sender_id, row.body), row.at) for row in rows]
            return sorted(found, key=lambda orphan: orphan.at)

        return await self._write(write)

    async def strike(self, channel: str, entry_id: str) -> None:
        struck = update(inbox).where(inbox.c.channel == channel, inbox.c.id == entry_id).values(body=None, held_at=None)
        await self._write(lambda connection: connection.execute(struck).close())

    async def state(self, channel: str, entry_id: str) -> State:
        one = select(inbox.c.body).where(inbox.c.channel == channel, inbox.c.id == entry_id)
        async with one_clear_line(self._database.url, "read"):
            row = await self._database.run(lambda connection: connection.execute(one).one_or_none(), READ)
        if row is None:
            return "unknown"
        return "struck" if row.body is None else "open"

    async def _write(self, work: Callable[[Connection], T]) -> T:
        async with one_clear_line(self._database.url, "write"):
            return await self._database.run(work)


def forget_entries(connection: Connection, sender_id: str) -> None:
    """Delete what `sender_id` sent."""
    connection.execute(delete(inbox).where(inbox.c.sender_id == sender_id))


def expire_entries(connection: Connection, before: datetime) -> None:
    """Delete what arrived before `before`."""
    connection.execute(delete(inbox).where(inbox.c.at < before))
