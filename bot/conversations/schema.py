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


class Key(TypeDecorator[str]):
    """A name given by someone else: kept as it is when a column can hold it, else shortened and made unique."""

    impl = String(LONGEST_KEY)
    cache_ok = True

    def process_bind_param(self, value: str | None, _: Dialect) -> str | None:
        """Two different names never become one."""
        if value is None or (len(value) <= LONGEST_KEY and not UNSTORABLE.search(value)):
            return value
        digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
        return f"{UNSTORABLE.sub('?', value)[:180]} sha256:{digest}"


def json_column(name: str, nullable: bool = True) -> Column[object]:
    """None is NULL, not the JSON null."""
    return Column(name, JSON(none_as_null=True), nullable=nullable)


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
)

turns = Table(
    "turns",
    METADATA,
    # Numbers are never used twice, or a turn forgotten in mid-air could complete another one.
    Column("number", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True),
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
    sqlite_autoincrement=True,
)

claims = Table(
    "claims",
    METADATA,
    Column("channel", Key, primary_key=True),
    Column("message_id", Key, primary_key=True),
    Column("claimed_at", Moment, nullable=False, index=True),
    json_column("reply"),
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
