"""Conversations, their turns, and claims on messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.String(255)
MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Spelt out rather than made from schema.py: a migration must not change when the code does."""
    op.create_table(
        "conversations",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("sender_id", KEY, nullable=False, index=True),
        sa.Column("channel", KEY, nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("requested", sa.JSON()),
        sa.Column("followup", KEY),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
    op.create_table(
        "turns",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("conversation_id", KEY, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("sender_id", KEY, nullable=False, index=True),
        sa.Column("channel", KEY, nullable=False),
        sa.Column("message_id", KEY),
        sa.Column("at", MOMENT, nullable=False, index=True),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("detection", sa.JSON()),
        sa.Column("decision", sa.JSON()),
        sa.Column("outcome", sa.JSON()),
        sa.Column("slots", sa.JSON()),
        sa.Column("timings", sa.JSON()),
        sa.Index("ix_turns_conversation_id_number", "conversation_id", "number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "claims",
        sa.Column("channel", KEY, primary_key=True),
        sa.Column("message_id", KEY, primary_key=True),
        sa.Column("claimed_at", MOMENT, nullable=False, index=True),
        sa.Column("reply", sa.JSON()),
    )
