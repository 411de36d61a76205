"""What arrived from a platform and is not answered yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEY = sa.String(255)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """See the inbox in schema.py."""
    op.create_table(
        "inbox",
        sa.Column("channel", KEY, primary_key=True),
        sa.Column("id", KEY, primary_key=True),
        sa.Column("sender_id", KEY, nullable=False, index=True),
        sa.Column("at", MOMENT, nullable=False, index=True),
        sa.Column("held_at", MOMENT, index=True),
        sa.Column("body", sa.JSON()),
    )
