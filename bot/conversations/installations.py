"""Where the bot is installed, in the database of the conversations; see connectors/installations.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from bot.connectors.installations import Change
from bot.conversations.codec import to_json
from bot.conversations.database import READ, Database, one_clear_line
from bot.conversations.schema import installations


class SqlInstallations:
    """One row for each workspace. Not a user's data: `forget` and `expire` leave it alone."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now
        upsert = database.insert(installations)
        self._upsert = upsert.on_conflict_do_update(
            index_elements=["channel", "workspace"], set_={"body": upsert.excluded.body, "at": upsert.excluded.at}
        )

    async def save(self, channel: str, workspace: str, body: Mapping[str, Any]) -> None:
        """See InstallationStore; so for all methods here."""
        row = {"channel": channel, "workspace": workspace, "body": to_json(body), "at": self._now()}
        async with one_clear_line(self._database.url, "write"):
            await self._database.run(lambda connection: connection.execute(self._upsert, row).close())

    async def find(self, channel: str, workspace: str) -> Mapping[str, Any] | None:
        place = (installations.c.channel == channel) & (installations.c.workspace == workspace)
        async with one_clear_line(self._database.url, "read"):
            found: Mapping[str, Any] | None = await self._database.run(
                lambda connection: connection.scalar(select(installations.c.body).where(place)), READ
            )
        return found

    async def remove(self, channel: str, workspace: str) -> None:
        place = (installations.c.channel == channel) & (installations.c.workspace == workspace)
        async with one_clear_line(self._database.url, "write"):
            await self._database.run(lambda connection: connection.execute(delete(installations).where(place)).close())

    async def rewrite(self, channel: str, change: Change) -> int:
        own = installations.c.channel == channel
        rows = select(installations.c.workspace, installations.c.body).where(own).order_by(installations.c.workspace)

        def write(connection: Connection) -> int:
            changed = 0
            for row in connection.execute(rows.with_for_update()).all():
                if (body := change(row.body)) is not None:
                    one = update(installations).where(own, installations.c.workspace == row.workspace)
                    connection.execute(one.values(body=to_json(body)))
                    changed += 1
            return changed

        async with one_clear_line(self._database.url, "write"):
            return await self._database.run(write)
