"""Which agents are at the desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """See attendance in schema.py."""
    op.create_table(
        "attendance",
        sa.Column("agent", sa.String(255), primary_key=True),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
    )
