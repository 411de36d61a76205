"""The tables, and how text and time that a database would refuse are written into them."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

LONGEST_KEY = 255
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL, which PostgreSQL refuses, and lone surrogates, which nothing can encode."""


class Moment(TypeDecorator[datetime]):
    """A point in time. SQLite has no zones, so there it is written in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        """A time without a zone is local, as everywhere in Python."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Always in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def as_key(name: str) -> str:
    """What a column of names holds for `name`. Two different names never become one."""
    if len(name) <= LONGEST_KEY and not UNSTORABLE.search(name):
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{UNSTORABLE.sub('?', name)[:180]} sha256:{digest}"


class Key(TypeDecorator[str]):
    """A name given by someone else: kept as it is when a column can hold it, else shortened and made unique."""

    impl = String(LONGEST_KEY)
    cache_ok = True

    def process_bind_param(self, value: str | None, _: Dialect) -> str | None:
        """See as_key."""
        return None if value is None else as_key(value)


def json_column(name: str, nullable: bool = True) -> Column[object]:
    """None is NULL, not the JSON null."""
    return Column(name, JSON(none_as_null=True), nullable=nullable)


NUMBER = BigInteger().with_variant(Integer(), "sqlite")
METADATA = MetaData()

conversations = Table(
    "conversations",
    METADATA,
    Column("id", Key, primary_key=True),
    Column("sender_id", Key, nullable=False, index=True),
    Column("channel", Key, nullable=False),
    json_column("slots", nullable=False),
    json_column("requested"),
    Column("followup", Key),
    Column("paused", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("last_sequence", Integer, nullable=False, server_default="0"),
    Column("acknowledged", Integer, nullable=False, server_default="0"),
)

turns = Table(
    "turns",
    METADATA,
    # Numbers are never used twice, or a turn forgotten in mid-air could complete another one.
    Column("number", NUMBER, primary_key=True, autoincrement=True),
    Column("conversation_id", Key, ForeignKey("conversations.id"), nullable=False),
    Column("sender_id", Key, nullable=False, index=True),
    Column("channel", Key, nullable=False),
    Column("message_id", Key),
    Column("at", Moment, nullable=False, index=True),
    json_column("message", nullable=False),
    json_column("detection"),
    json_column("decision"),
    json_column("outcome"),
    json_column("slots"),
    json_column("timings"),
    Index("ix_turns_conversation_id_number", "conversation_id", "number"),
    Index("ix_turns_channel_message_id", "channel", "message_id"),
    sqlite_autoincrement=True,
)

claims = Table(
    "claims",
    METADATA,
    Column("channel", Key, primary_key=True),
    Column("message_id", Key, primary_key=True),
    Column("claimed_at", Moment, nullable=False, index=True),
)

inbox = Table(
    "inbox",
    METADATA,
    Column("channel", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("sender_id", Key, nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
    Column("held_at", Moment, index=True),
    json_column("body"),
)

utterances = Table(
    "utterances",
    METADATA,
    Column("conversation_id", Key, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("id", Key, nullable=False),
    Column("turn", NUMBER, ForeignKey("turns.number", ondelete="CASCADE"), index=True),
    json_column("payload", nullable=False),
    Column("at", Moment, nullable=False, index=True),
    UniqueConstraint("conversation_id", "id", name="uq_utterances_conversation_id_id"),
)

said = Table(
    "said",
    METADATA,
    Column("channel", Key, primary_key=True),
    Column("utterance_id", Key, primary_key=True),
    Column("turn", NUMBER, ForeignKey("turns.number", ondelete="CASCADE"), nullable=False, index=True),
)

secrets = Table(
    "secrets",
    METADATA,
    Column("name", Key, primary_key=True),
    Column("value", String(64), nullable=False),
)

feedback = Table(
    "feedback",
    METADATA,
    Column("turn", NUMBER, ForeignKey("turns.number", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("utterance_id", Key, primary_key=True),
    Column("by", Key, primary_key=True, index=True),
    Column("opinion", String(8), nullable=False),
    Column("at", Moment, nullable=False),
)

handoffs = Table(
    "handoffs",
    METADATA,
    Column("conversation_id", Key, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("state", String(8), nullable=False, index=True),
    Column("asked_at", Moment, nullable=False),
    Column("reason", Key, nullable=False),
    Column("agent", Key),
    Column("name", Key),
    Column("taken_at", Moment),
    Column("lapses_at", Moment),
    json_column("thread"),
)

remarks = Table(
    "remarks",
    METADATA,
    Column("number", NUMBER, primary_key=True, autoincrement=True),
    Column("conversation_id", Key, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("id", Key, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("name", Key, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("delivered", Boolean, nullable=False, index=True),
    UniqueConstraint("conversation_id", "id", name="uq_remarks_conversation_id_id"),
)

attendance = Table(
    "attendance",
    METADATA,
    Column("agent", Key, primary_key=True),
    Column("lapses_at", Moment, nullable=False),
)

installations = Table(
    "installations",
    METADATA,
    Column("channel", Key, primary_key=True),
    Column("workspace", Key, primary_key=True),
    json_column("body", nullable=False),
    Column("at", Moment, nullable=False),
)

reviews = Table(
    "reviews",
    METADATA,
    Column("turn", NUMBER, ForeignKey("turns.number", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("intent", Key),
    Column("by", Key, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)
