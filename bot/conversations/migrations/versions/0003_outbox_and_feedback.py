"""What was said and may not have arrived, and what users think of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

KEY = sa.String(255)
MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """See utterances, said and feedback in schema.py."""
    for count in ("last_sequence", "acknowledged"):
        op.add_column("conversations", sa.Column(count, sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_turns_channel_message_id", "turns", ["channel", "message_id"])
    op.create_table(
        "utterances",
        sa.Column("conversation_id", KEY, sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("sequence", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("turn", NUMBER, sa.ForeignKey("turns.number", ondelete="CASCADE"), index=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False, index=True),
        sa.UniqueConstraint("conversation_id", "id", name="uq_utterances_conversation_id_id"),
    )
    op.create_table(
        "said",
        sa.Column("channel", KEY, primary_key=True),
        sa.Column("utterance_id", KEY, primary_key=True),
        sa.Column("turn", NUMBER, sa.ForeignKey("turns.number", ondelete="CASCADE"), nullable=False, index=True),
    )
    op.create_table(
        "feedback",
        sa.Column("turn", NUMBER, sa.ForeignKey("turns.number", ondelete="CASCADE"), primary_key=True),
        sa.Column("utterance_id", KEY, primary_key=True),
        sa.Column("by", KEY, primary_key=True, index=True),
        sa.Column("opinion", sa.String(8), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
