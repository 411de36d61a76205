"""Conversations in SQLite or PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Row,
    Select,
    delete,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.connectors.outbox import KEPT_FOR
from bot.conversations.base import CLAIM_LAPSES_AFTER, RECENT_TURNS, Claim, Conversation, Rating, Turn
from bot.conversations.codec import reply_from, requested_from, to_json, turn_from, turn_to_json
from bot.conversations.database import (
    READ,
    VERSION_TABLE,
    Database,
    address,
    connect,
    migrate,
    one_clear_line,
    overwrite_log,
)
from bot.conversations.deletion import clear_slots, delete_turns, hand_to_others, lock
from bot.conversations.events import since_restart
from bot.conversations.feedback import SqlFeedback, forget_ratings, ratings_of
from bot.conversations.handoffs import TAKEN, SqlHandoffs, expire_remarks, forget_remarks, remarks_of, with_person
from bot.conversations.inbox import SqlInbox, expire_entries, forget_entries
from bot.conversations.installations import SqlInstallations
from bot.conversations.outbox import SqlOutbox, expire_utterances
from bot.conversations.review_sql import SqlReviews
from bot.conversations.schema import claims, conversations, turns
from bot.conversations.schema import secrets as kept_secrets
from bot.messages import Message, Reply

T = TypeVar("T")


class SqlConversationStore:
    """Safe for many tasks and many processes. Any method may raise StoreError; see ConversationStore."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Use `open`. `now` tells the time; tests may move it."""
        self._database = database
        self._now = now
        dialect = postgresql if database.url.get_backend_name() == "postgresql" else sqlite
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
        database = connect(address(url, folder))
        try:
            async with one_clear_line(database.url, "open"):
                await migrate(database)
        except BaseException:
            await database.close()
            raise
        return cls(database, now)

    async def load(self, message: Message) -> Conversation:
        """See ConversationStore; so for all methods here."""
        found = await self.find(message.conversation_id)
        return found or Conversation(message.conversation_id, message.sender_id, message.channel)

    async def find(self, conversation_id: str, turns: int = RECENT_TURNS) -> Conversation | None:
        def read(connection: Connection) -> Conversation | None:
            row = connection.execute(with_person(conversation_id)).one_or_none()
            if row is None:
                return None
            recent = connection.execute(_recent_turns(conversation_id, turns)).all()
            ratings = ratings_of(connection, [turn.number for turn in recent])
            found = _conversation(conversation_id, row, recent, ratings)
            return replace(found, remarks=remarks_of(connection, found)) if row.state else found

        return await self._read(read)

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

        def write(connection: Connection) -> int:
            connection.execute(self._touch_conversation, new)
            return int(_inserted(connection.execute(insert(turns), turn)))

        return await self._write(write)

    async def record_turn(self, number: int, turn: Turn, state: Conversation) -> None:
        after = {
            "slots": to_json(state.slots),
            "requested": to_json(state.requested),
            "followup": state.followup,
            "paused": state.paused,
            "updated_at": self._now(),
        }
        steps = {**turn_to_json(turn), "slots": after["slots"], "at": turn.at}

        def write(connection: Connection) -> None:
            # The conversation first, as in `forget`: whoever locks in another order may wait for ever.
            connection.execute(update(conversations).where(conversations.c.id == state.id).values(after))
            kept = connection.execute(update(turns).where(turns.c.number == number).values(steps))
            if not kept.rowcount:
                connection.rollback()

        await self._write(write)

    async def claim(self, channel: str, message_id: str) -> Claim | Reply:
        now = self._now()
        lapsed = claims.c.reply.is_(None) & (claims.c.claimed_at <= now - CLAIM_LAPSES_AFTER)
        take = (
            self._upsert(claims)
            .values(channel=channel, message_id=message_id, claimed_at=now)
            .on_conflict_do_update(index_elements=["channel", "message_id"], set_={"claimed_at": now}, where=lapsed)
            .returning(claims.c.channel)
        )

        def write(connection: Connection) -> Claim | Reply:
            if connection.execute(take).one_or_none() is not None:
                return Claim.MINE
            reply = connection.scalar(select(claims.c.reply).where(_is_claim(channel, message_id)))
            return reply_from(reply) if reply else Claim.BUSY

        return await self._write(write)

    async def hold(self, channel: str, message_id: str) -> None:
        unsettled = _is_claim(channel, message_id) & claims.c.reply.is_(None)
        held = update(claims).where(unsettled).values(claimed_at=self._now())
        await self._write(lambda connection: connection.execute(held).close())

    async def settle(self, channel: str, message_id: str, reply: Reply) -> None:
        kept = update(claims).where(_is_claim(channel, message_id)).values(reply=to_json(reply))
        await self._write(lambda connection: connection.execute(kept).close())

    async def forget(self, sender_id: str) -> int:
        theirs = select(turns.c.conversation_id).where(turns.c.sender_id == sender_id)
        either = or_(conversations.c.sender_id == sender_id, conversations.c.id.in_(theirs))

        def write(connection: Connection) -> tuple[int, Sequence[str]]:
            ids = lock(connection, select(conversations.c.id).where(either))
            gone = delete_turns(connection, ids, turns.c.sender_id == sender_id)
            clear_slots(connection, ids)
            forget_remarks(connection, ids)
            hand_to_others(connection, ids, sender_id)
            forget_entries(connection, sender_id)
            forget_ratings(connection, sender_id)
            return gone, ids

        gone = await self._write_batches(write)
        async with one_clear_line(self._database.url, "forget"):
            await overwrite_log(self._database)
        return gone

    async def expire(self, before: datetime) -> int:
        old = select(turns.c.conversation_id).where(turns.c.at < before)
        lapsed = claims.c.reply.is_(None) & (claims.c.claimed_at <= self._now() - CLAIM_LAPSES_AFTER)
        done = delete(claims).where(or_(claims.c.claimed_at < before, lapsed))

        def write(connection: Connection) -> tuple[int, Sequence[str]]:
            ids = lock(connection, select(conversations.c.id).where(conversations.c.id.in_(old)))
            return delete_turns(connection, ids, turns.c.at < before), ids

        gone = await self._write_batches(write)
        await self._write(lambda connection: connection.execute(done).close())
        await self._write(lambda connection: expire_entries(connection, before))
        await self._write(lambda connection: expire_remarks(connection, before))
        await self._write(lambda connection: expire_utterances(connection, max(before, self._now() - KEPT_FOR)))
        return gone

    def inbox(self) -> SqlInbox:
        return SqlInbox(self._database, self._now)

    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self._database, self._now)

    def feedback(self) -> SqlFeedback:
        return SqlFeedback(self._database, self._now)

    def handoffs(self) -> SqlHandoffs:
        return SqlHandoffs(self._database, self._now)

    async def secret(self, name: str) -> bytes:
        make = self._upsert(kept_secrets).values(name=name, value=secrets.token_hex(32)).on_conflict_do_nothing()
        kept = select(kept_secrets.c.value).where(kept_secrets.c.name == name)

        def write(connection: Connection) -> str:
            connection.execute(make)
            return str(connection.execute(kept).scalar_one())

        return bytes.fromhex(await self._write(write))

    def installations(self) -> SqlInstallations:
        return SqlInstallations(self._database, self._now)

    def reviews(self) -> SqlReviews:
        return SqlReviews(self._database, self._now)

    async def check(self) -> None:
        same = f"UPDATE {VERSION_TABLE} SET version_num = version_num"  # noqa: S608 (a constant)
        await self._write(lambda connection: connection.execute(text(same)).close())

    async def close(self) -> None:
        await self._database.close()

    async def _read(self, work: Callable[[Connection], T]) -> T:
        async with one_clear_line(self._database.url, "read"):
            return await self._database.run(work, READ)

    async def _write(self, work: Callable[[Connection], T]) -> T:
        async with one_clear_line(self._database.url, "write"):
            return await self._database.run(work)

    async def _write_batches(self, work: Callable[[Connection], tuple[int, Sequence[str]]]) -> int:
        """Transactions of `work`, which tells what it did to which conversations, until there are none left."""
        total = 0
        while True:
            done, ids = await self._write(work)
            total += done
            if not ids:
                return total


def _recent_turns(conversation_id: str, most: int) -> Select[Any]:
    return select(turns).where(turns.c.conversation_id == conversation_id).order_by(turns.c.number.desc()).limit(most)


def _conversation(
    conversation_id: str, row: Row[Any], recent: Sequence[Row[Any]], ratings: Mapping[int, tuple[Rating, ...]]
) -> Conversation:
    rows = reversed(recent)
    turns = [replace(turn_from(row._mapping, row.at), ratings=ratings.get(row.number, ())) for row in rows]
    return Conversation(
        id=conversation_id,
        sender_id=row.sender_id,
        channel=row.channel,
        slots=row.slots,
        requested=requested_from(row.requested),
        followup=row.followup,
        paused=row.paused,
        turns=since_restart(tuple(turns)),
        person=row.person if row.state == TAKEN else None,
    )


def _inserted(result: CursorResult[Any]) -> Any:
    key = result.inserted_primary_key
    return key[0] if key else None


def _is_claim(channel: str, message_id: str) -> ColumnElement[bool]:
    return (claims.c.channel == channel) & (claims.c.message_id == message_id)
