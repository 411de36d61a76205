"""Conversations in SQLite or PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    CursorResult,
    bindparam,
    insert,
    or_,
    select,
    text,
    update,
)

from bot.connectors.outbox import KEPT_FOR
from bot.conversations.base import RECENT_TURNS, Claim
from bot.conversations.claims import Claims, expire_claims, hold_claim
from bot.conversations.codec import to_json, turn_from, turn_to_json
from bot.conversations.conversation import Conversation, Turn
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
from bot.conversations.feedback import SqlFeedback, forget_ratings
from bot.conversations.handoffs import SqlHandoffs, expire_remarks, forget_remarks
from bot.conversations.inbox import SqlInbox, expire_entries, forget_entries
from bot.conversations.installations import SqlInstallations
from bot.conversations.outbox import SqlOutbox, expire_utterances
from bot.conversations.review_sql import SqlReviews
from bot.conversations.schema import conversations, turns
from bot.conversations.schema import secrets as kept_secrets
from bot.conversations.transcript import Transcripts
from bot.errors import StoreError
from bot.messages import Message, Reply

T = TypeVar("T")

# Made once: to build a statement takes longer than to run it.
_BEGIN_TURN = insert(turns)
_KEEP_STATE = update(conversations).where(conversations.c.id == bindparam("its_id"))
_COMPLETE_TURN = update(turns).where(turns.c.number == bindparam("its_number"))


class SqlConversationStore:
    """Safe for many tasks and many processes. Any method may raise StoreError; see ConversationStore."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Use `open`. `now` tells the time; tests may move it."""
        self._database = database
        self._now = now
        self._claims = Claims(database.insert)
        self._transcripts = Transcripts()
        touch = database.insert(conversations)
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
        return found or _new_conversation(message)

    async def find(self, conversation_id: str, turns: int = RECENT_TURNS) -> Conversation | None:
        return await self._read(lambda connection: self._transcripts.find(connection, conversation_id, turns))

    async def record_message(self, message: Message) -> tuple[int, Conversation]:
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

        def write(connection: Connection) -> tuple[int, Conversation]:
            before = self._transcripts.find(connection, message.conversation_id, RECENT_TURNS)
            connection.execute(self._touch_conversation, new)
            return int(_inserted(connection.execute(_BEGIN_TURN, turn))), before or _new_conversation(message)

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
            connection.execute(_KEEP_STATE, {"its_id": state.id, **after})
            kept = connection.execute(_COMPLETE_TURN, {"its_number": number, **steps})
            if kept.rowcount:
                self._transcripts.keep(number, turn_from(steps, turn.at.astimezone(UTC)))
            else:
                connection.rollback()

        try:
            await self._write(write)
        except StoreError:
            self._transcripts.drop()
            raise

    async def claim(self, channel: str, message_id: str) -> Claim | Reply:
        return await self._write(lambda connection: self._claims.take(connection, channel, message_id, self._now()))

    async def hold(self, channel: str, message_id: str) -> None:
        await self._write(lambda connection: hold_claim(connection, channel, message_id, self._now()))

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

        def write(connection: Connection) -> tuple[int, Sequence[str]]:
            ids = lock(connection, select(conversations.c.id).where(conversations.c.id.in_(old)))
            return delete_turns(connection, ids, turns.c.at < before), ids

        gone = await self._write_batches(write)
        await self._write(lambda connection: expire_claims(connection, before, self._now()))
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
        make = (
            self._database.insert(kept_secrets).values(name=name, value=secrets.token_hex(32)).on_conflict_do_nothing()
        )
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
            self._transcripts.drop()
            total += done
            if not ids:
                return total


def _new_conversation(message: Message) -> Conversation:
    return Conversation(message.conversation_id, message.sender_id, message.channel)


def _inserted(result: CursorResult[Any]) -> Any:
    key = result.inserted_primary_key
    return key[0] if key else None
