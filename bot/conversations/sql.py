"""Conversations in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Row,
    Select,
    delete,
    exists,
    insert,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.conversations.base import CLAIM_LAPSES_AFTER, RECENT_TURNS, Claim, Conversation, Turn
from bot.conversations.codec import reply_from, requested_from, to_json, turn_from, turn_to_json
from bot.conversations.database import VERSION_TABLE, address, connect, migrate, one_clear_line, overwrite_log
from bot.conversations.events import since_restart
from bot.conversations.schema import claims, conversations, turns
from bot.messages import Message, Reply

BATCH = 500
"""Conversations that `forget` and `expire` clean in one transaction, so that messages need not wait for long."""


class SqlConversationStore:
    """Safe for many tasks and many processes. Any method may raise StoreError; see ConversationStore."""

    def __init__(self, engine: AsyncEngine, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Use `open`. `now` tells the time; tests may move it."""
        self._engine = engine
        self._reader = engine.execution_options(begin="BEGIN")
        self._now = now
        dialect = postgresql if engine.dialect.name == "postgresql" else sqlite
        self._upsert: Callable[..., Any] = dialect.insert
        touch = dialect.insert(conversations)
        # Updating locks the row, so that nobody deletes the conversation before the turn is in it.
        self._touch_conversation = touch.on_conflict_do_update(
            index_elements=["id"], set_={"updated_at": touch.excluded.updated_at}
        )

    @classmethod
    async def open(
        cls,
        url: str,
        folder: Path = Path(),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> SqlConversationStore:
        """Connect to `url` and bring its tables up to date; a SQLite file is relative to `folder`.

        Raises StoreError: unknown URL, no driver, unreachable, not writable, not a database, or of a newer version.
        """
        engine = connect(address(url, folder))
        try:
            async with one_clear_line(engine.url, "open"):
                await migrate(engine)
        except BaseException:
            await engine.dispose()
            raise
        return cls(engine, now)

    async def load(self, message: Message) -> Conversation:
        """See ConversationStore; so for all methods here."""
        found = await self.find(message.conversation_id)
        return found or Conversation(message.conversation_id, message.sender_id, message.channel)

    async def find(self, conversation_id: str) -> Conversation | None:
        async with self._reading() as connection:
            query = select(conversations).where(conversations.c.id == conversation_id)
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                return None
            recent = (await connection.execute(_recent_turns(conversation_id))).all()
        return _conversation(conversation_id, row, recent)

    async def record_message(self, message: Message) -> int:
        at = self._now()
        names = {"sender_id": message.sender_id, "channel": message.channel}
        new = {"id": message.conversation_id, **names, "slots": {}, "paused": False, "created_at": at, "updated_at": at}
        turn = {
            "conversation_id": message.conversation_id,
            **names,
            "message_id": message.message_id,
            "at": at,
            "message": to_json(message),
        }
        async with self._writing() as connection:
            await connection.execute(self._touch_conversation, new)
            result = await connection.execute(insert(turns), turn)
        return int(_inserted(result))

    async def record_turn(self, number: int, turn: Turn, state: Conversation) -> None:
        after = {
            "slots": to_json(state.slots),
            "requested": to_json(state.requested),
            "followup": state.followup,
            "paused": state.paused,
            "updated_at": self._now(),
        }
        steps = {**turn_to_json(turn), "slots": after["slots"], "at": turn.at}
        async with self._writing() as connection:
            # The conversation first, as in `forget`: whoever locks in another order may wait for ever.
            await connection.execute(update(conversations).where(conversations.c.id == state.id).values(after))
            kept = await connection.execute(update(turns).where(turns.c.number == number).values(steps))
            if not kept.rowcount:
                await connection.rollback()

    async def claim(self, channel: str, message_id: str) -> Claim | Reply:
        now = self._now()
        lapsed = claims.c.reply.is_(None) & (claims.c.claimed_at <= now - CLAIM_LAPSES_AFTER)
        take = (
            self._upsert(claims)
            .values(channel=channel, message_id=message_id, claimed_at=now)
            .on_conflict_do_update(index_elements=["channel", "message_id"], set_={"claimed_at": now}, where=lapsed)
            .returning(claims.c.channel)
        )
        async with self._writing() as connection:
            if (await connection.execute(take)).one_or_none() is not None:
                return Claim.MINE
            given = select(claims.c.reply).where(_is_claim(channel, message_id))
            reply = await connection.scalar(given)
        return reply_from(reply) if reply else Claim.BUSY

    async def hold(self, channel: str, message_id: str) -> None:
        async with self._writing() as connection:
            unsettled = _is_claim(channel, message_id) & claims.c.reply.is_(None)
            await connection.execute(update(claims).where(unsettled).values(claimed_at=self._now()))

    async def settle(self, channel: str, message_id: str, reply: Reply) -> None:
        async with self._writing() as connection:
            kept = update(claims).where(_is_claim(channel, message_id)).values(reply=to_json(reply))
            await connection.execute(kept)

    async def forget(self, sender_id: str) -> int:
        theirs = select(turns.c.conversation_id).where(turns.c.sender_id == sender_id)
        either = or_(conversations.c.sender_id == sender_id, conversations.c.id.in_(theirs))
        gone, ids = 0, None
        while ids is None or ids:
            async with self._writing() as connection:
                ids = await _lock(connection, select(conversations.c.id).where(either))
                gone += await _delete_turns(connection, ids, turns.c.sender_id == sender_id)
                await _clear_slots(connection, ids)
                await _hand_to_others(connection, ids, sender_id)
        async with one_clear_line(self._engine.url, "forget"):
            await overwrite_log(self._engine)
        return gone

    async def expire(self, before: datetime) -> int:
        old = select(turns.c.conversation_id).where(turns.c.at < before)
        gone = 0
        while True:
            async with self._writing() as connection:
                ids = await _lock(connection, select(conversations.c.id).where(conversations.c.id.in_(old)))
                if not ids:
                    await self._expire_claims(connection, before)
                    return gone
                gone += await _delete_turns(connection, ids, turns.c.at < before)

    async def _expire_claims(self, connection: AsyncConnection, before: datetime) -> None:
        lapsed = claims.c.reply.is_(None) & (claims.c.claimed_at <= self._now() - CLAIM_LAPSES_AFTER)
        await connection.execute(delete(claims).where(or_(claims.c.claimed_at < before, lapsed)))

    async def check(self) -> None:
        async with self._writing() as connection:
            same = f"UPDATE {VERSION_TABLE} SET version_num = version_num"  # noqa: S608 (a constant)
            await connection.execute(text(same))

    async def close(self) -> None:
        await self._engine.dispose()

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        async with one_clear_line(self._engine.url, "read"), self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        async with one_clear_line(self._engine.url, "write"), self._engine.connect() as connection:
            yield connection
            await connection.commit()


def _recent_turns(conversation_id: str) -> Select[Any]:
    return (
        select(turns)
        .where(turns.c.conversation_id == conversation_id)
        .order_by(turns.c.number.desc())
        .limit(RECENT_TURNS)
    )


def _conversation(conversation_id: str, row: Row[Any], recent: Sequence[Row[Any]]) -> Conversation:
    return Conversation(
        id=conversation_id,
        sender_id=row.sender_id,
        channel=row.channel,
        slots=row.slots,
        requested=requested_from(row.requested),
        followup=row.followup,
        paused=row.paused,
        turns=since_restart(tuple(turn_from(each._mapping, each.at) for each in reversed(recent))),
    )


def _inserted(result: CursorResult[Any]) -> Any:
    key = result.inserted_primary_key
    return key[0] if key else None


def _is_claim(channel: str, message_id: str) -> ColumnElement[bool]:
    return (claims.c.channel == channel) & (claims.c.message_id == message_id)


async def _lock(connection: AsyncConnection, ids: Select[Any]) -> Sequence[str]:
    """Lock a batch of conversations, in an order that all agree on. What is read later is not older than the lock."""
    batch = ids.order_by(conversations.c.id).limit(BATCH).with_for_update()
    return (await connection.scalars(batch)).all()


async def _delete_turns(connection: AsyncConnection, ids: Sequence[str], which: ColumnElement[bool]) -> int:
    """Delete turns of the conversations `ids`, the claims on their messages, and conversations left empty."""
    condition = turns.c.conversation_id.in_(ids) & which
    claimed = select(turns.c.channel, turns.c.message_id).where(condition, turns.c.message_id.is_not(None))
    await connection.execute(delete(claims).where(tuple_(claims.c.channel, claims.c.message_id).in_(claimed)))
    gone = await connection.execute(delete(turns).where(condition))
    left = exists().where(turns.c.conversation_id == conversations.c.id)
    await connection.execute(delete(conversations).where(conversations.c.id.in_(ids), ~left))
    return gone.rowcount


async def _clear_slots(connection: AsyncConnection, ids: Sequence[str]) -> None:
    """Nobody knows whose words a shared conversation's slots were."""
    empty: dict[str, Any] = {"slots": {}, "requested": None, "followup": None}
    await connection.execute(update(conversations).where(conversations.c.id.in_(ids)).values(empty))
    await connection.execute(update(turns).where(turns.c.conversation_id.in_(ids)).values(slots=None))


async def _hand_to_others(connection: AsyncConnection, ids: Sequence[str], sender_id: str) -> None:
    """Conversations that the sender began belong to whoever wrote last."""
    last = (
        select(turns.c.sender_id)
        .where(turns.c.conversation_id == conversations.c.id)
        .order_by(turns.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    theirs = conversations.c.id.in_(ids) & (conversations.c.sender_id == sender_id)
    await connection.execute(update(conversations).where(theirs).values(sender_id=last))
