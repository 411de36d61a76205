"""In which workspaces the bot is installed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

KEY = sa.String(255)


def upgrade() -> None:
    """See installations in schema.py."""
    op.create_table(
        "installations",
        sa.Column("channel", KEY, primary_key=True),
        sa.Column("workspace", KEY, primary_key=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
