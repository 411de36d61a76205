"""Which agents are at the desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """See attendance in schema.py."""
    op.create_table(
        "attendance",
        sa.Column("agent", sa.String(255), primary_key=True),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
    )
