"""What assemble.py is to a running bot, this is to its console: a running bot in, the parts of the console out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock

from bot.assemble import make_encoder, make_example_encoder, make_learn, with_memory
from bot.catalog.catalog import Catalog, read_name
from bot.certainty import Certainty
from bot.config import ConsoleSettings
from bot.console.drafts import Drafts, Tools
from bot.console.files import Files
from bot.console.landscape import Landscape
from bot.console.memory import DraftEncoder, LateEncoder
from bot.console.parts import Parts
from bot.console.record import Record
from bot.detectors.recent import RecentEncoder
from bot.models.bundle import Bundle
from bot.review.desk import Criteria, Desk
from bot.running import RunningBot
from bot.slots import delexicalise_examples

MOST_ROWS = 60_000
"""Sentences of files and drafts that are remembered, about 3 kB each."""


def make_parts(bot: RunningBot, config: Path) -> Parts:
    """What the console of this bot stands on."""
    settings = bot.settings
    console = settings.console or ConsoleSettings()
    tools, certainty = _make_tools(bot), Certainty(settings)

    def live_catalog() -> Catalog:
        return bot.live.current.catalog

    store = bot.store.reviews()
    criteria = Criteria(console.days, language=settings.language)
    return Parts(
        settings,
        console,
        bot.live,
        Files(settings.intents),
        Record(store),
        Drafts(settings, config.absolute(), tools, bot.action_names),
        Desk(store, settings.intents, live_catalog, LateEncoder(lambda: tools().fresh), criteria),
        Landscape(lambda: tools().encoder),
        lambda: bot.bundle,
        lambda texts: certainty.of(texts, bot.live.current),
    )


def _make_tools(bot: RunningBot) -> Callable[[], Tools]:
    """Those of the model that serves, made when they are first asked for, and again when another one serves."""
    settings, lock = bot.settings, Lock()
    known: dict[str, Tools] = {}

    def tools() -> Tools:
        with lock:
            name = bot.bundle
            if name not in known:
                bundle = Bundle.open(settings.model.bundle / name)
                encoder = make_example_encoder(make_encoder(settings, bundle), bundle)
                either = DraftEncoder(with_memory(encoder, settings), encoder, _SavedTexts(bot))
                drafts = RecentEncoder(either, MOST_ROWS)
                known.clear()
                known[name] = Tools(drafts, make_learn(settings, bundle, drafts), encoder)
            return known[name]

    return tools


class _SavedTexts:
    """All that is embedded of the live catalog."""

    def __init__(self, bot: RunningBot) -> None:
        self._bot = bot
        self._of: Catalog | None = None
        self._texts: frozenset[str] = frozenset()

    def __call__(self) -> frozenset[str]:
        catalog = self._bot.live.current.catalog
        if catalog is not self._of:
            intents = delexicalise_examples(catalog).intents.values()
            cards = (text for intent in intents for text in (read_name(intent.name), intent.description))
            self._texts = frozenset([*cards, *(example.text for intent in intents for example in intent.examples)])
            self._of = catalog
        return self._texts
