"""What the pages of the console stand on; bot/console_serving.py puts it together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.catalog.catalog import Catalog
from bot.config import ConsoleSettings, Settings
from bot.console.drafts import Drafts
from bot.console.files import Files
from bot.console.landscape import Landscape
from bot.console.record import Record
from bot.live import LiveSnapshot
from bot.review.desk import ByNow, Desk


@dataclass(frozen=True, slots=True)
class Parts:
    """One set for each console. `serving` tells the name of the model that serves, `by_now` what the live bot is
    certain about."""

    settings: Settings
    console: ConsoleSettings
    live: LiveSnapshot
    files: Files
    record: Record
    drafts: Drafts
    desk: Desk
    landscape: Landscape
    serving: Callable[[], str]
    by_now: ByNow

    async def newest(self) -> Catalog:
        """What the files say now; while they cannot be loaded, what the bot goes by."""
        return await self.drafts.saved() or self.live.current.catalog

    def name_of(self, file: Path) -> str:
        """A file of the folder of intents, from there on."""
        folder = self.files.folder
        return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.name

    @property
    def models(self) -> Path:
        """The folder of bundles."""
        return self.settings.model.bundle
