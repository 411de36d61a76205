"""Who waits for a person, who has one, and what persons said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KEY = sa.String(255)
MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CONVERSATION = "conversations.id"


def upgrade() -> None:
    """See handoffs and remarks in schema.py."""
    op.create_table(
        "handoffs",
        sa.Column("conversation_id", KEY, sa.ForeignKey(CONVERSATION, ondelete="CASCADE"), primary_key=True),
        sa.Column("state", sa.String(8), nullable=False, index=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("reason", sa.String(255), nullable=False),
        sa.Column("agent", KEY),
        sa.Column("name", KEY),
        sa.Column("taken_at", MOMENT),
        sa.Column("lapses_at", MOMENT),
        sa.Column("thread", sa.JSON()),
    )
    op.create_table(
        "remarks",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("conversation_id", KEY, sa.ForeignKey(CONVERSATION, ondelete="CASCADE"), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False, index=True),
        sa.Column("delivered", sa.Boolean(), nullable=False, index=True),
        sa.UniqueConstraint("conversation_id", "id", name="uq_remarks_conversation_id_id"),
    )
