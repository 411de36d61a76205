"""Runs alembic. Kept apart because alembic is slow to import, and database.py needs it at an upgrade only."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from bot.conversations.database import MIGRATIONS, VERSION_TABLE


def upgrade(connection: Connection) -> None:
    """Run the missing migrations in the transaction that `connection` is in."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["version_table"] = VERSION_TABLE
    command.upgrade(config, "head")
