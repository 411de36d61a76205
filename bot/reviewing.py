"""What assemble.py is to a running bot, this is to the reviewer's desk: config.yml in, a desk out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bot.assemble import make_encoder, make_example_encoder, make_learn, make_reader, open_store
from bot.catalog.catalog import Catalog
from bot.certainty import Certainty
from bot.config import Settings, load_settings
from bot.detectors.abandonment import run_abandonably
from bot.live import Snapshot
from bot.models.bundle import Bundle
from bot.models.registry import active
from bot.review.desk import ByNow, Criteria, Desk
from bot.review.inbox import Inbox


@dataclass(slots=True)
class Reviewing:
    """A desk in a program of its own, beside the bot that serves: it learns the intent files as they change."""

    desk: Desk
    settings: Settings
    bundle: Bundle
    read: Callable[[], Catalog]
    _learnt: Snapshot | None = None
    _certainty: Certainty = field(init=False)

    def __post_init__(self) -> None:
        self._certainty = Certainty(self.settings)

    async def look(self) -> Inbox:
        """The inbox, without what the bot has learnt to understand meanwhile."""
        return await self.desk.look(await run_abandonably(self._learn))

    def _learn(self) -> ByNow:
        catalog = self.read()
        if self._learnt is None or self._learnt.catalog != catalog:
            *_, detector = make_learn(self.settings, self.bundle)(catalog)
            self._learnt = Snapshot(catalog, detector)
        return partial(self._certainty.of, snapshot=self._learnt)


@asynccontextmanager
async def open_desk(config: Path, days: int, certainty: float) -> AsyncIterator[Reviewing]:
    """The desk of the bot of this config.yml, until the block ends.

    Raises ConfigError, CatalogError, BundleError or StoreError: what is wrong, and what to do.
    """
    settings = load_settings(config)
    bundle = active(settings.model.bundle)
    read = make_reader(settings, None)
    store = await open_store(settings, config)
    try:
        criteria = Criteria(days, certainty, settings.language)
        encoder = make_example_encoder(make_encoder(settings, bundle), bundle)
        desk = Desk(store.reviews(), settings.intents, read, encoder, criteria)
        yield Reviewing(desk, settings, bundle, read)
    finally:
        await store.close()
