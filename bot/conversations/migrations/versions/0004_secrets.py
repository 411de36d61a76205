"""Secrets that are made once, such as the one that signs the sessions of the web chat."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """See secrets in schema.py."""
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(255), primary_key=True),
        sa.Column("value", sa.String(64), nullable=False),
    )
