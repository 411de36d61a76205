"""A repeat of a message is answered by the turn that was recorded; replies were kept twice."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """See claims in schema.py."""
    op.drop_column("claims", "reply")
