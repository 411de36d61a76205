"""What the pages of the console stand on; bot/console_serving.py puts it together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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

    @property
    def models(self) -> Path:
        """The folder of bundles."""
        return self.settings.model.bundle
