"""Chooses the concrete classes: config.yml in, a running bot out. serving.py does so for channels.

Channels, the database and rasa-sdk are imported where they are chosen, so that `ripen parse` does not wait for them.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.actions.base import ActionRunner
from bot.actions.known import KnownActions, check_hand_off
from bot.catalog.catalog import Catalog
from bot.catalog.loader import CatalogLoader, unknown_actions
from bot.catalog.watcher import watch_catalog
from bot.config import AgentSettings, Settings, load_settings
from bot.connectors.base import Outlet, Parse, is_web_session
from bot.conversations.base import ConversationStore
from bot.conversations.retention import expire_daily
from bot.detectors.abandonment import if_wanted
from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.base import Encoder
from bot.detectors.detector import IntentHealth, LearnedDetector
from bot.detectors.embedding_cache import CachedEncoder
from bot.detectors.encoder import MEANING, WORDING, OnnxEncoder
from bot.detectors.example_encoder import ExampleEncoder
from bot.detectors.learner import Learner
from bot.detectors.learnt import LearntFolder
from bot.detectors.reliability import Reliability, describe_reliability
from bot.detectors.reranker import Reranker
from bot.detectors.sentiment import NeutralSentiment, SentimentHead
from bot.detectors.speller import Speller
from bot.dispatcher import Dispatcher
from bot.edits import Edits, learn_first
from bot.errors import BundleError, CatalogError, SecretMissing
from bot.handoff.room import Room
from bot.live import LiveSnapshot, Snapshot
from bot.messages import Answer
from bot.middleware.apology import apologise
from bot.middleware.one_at_a_time import one_at_a_time
from bot.middleware.repeats import ignore_repeats
from bot.middleware.timing import time_turns
from bot.models.bundle import Bundle
from bot.models.registry import active, doubt
from bot.models.watcher import watch_active
from bot.pipeline import Pipeline
from bot.running import RunningBot, parse, push_through
from bot.slots import delexicalise_examples
from bot.yaml_files import parse_yaml

log = logging.getLogger(__name__)


def make_encoder(settings: Settings, bundle: Bundle) -> OnnxEncoder:
    """Embeds texts, and remembers none: for users' messages, which are never written to disk."""
    return OnnxEncoder.from_bundle(bundle, threads=settings.model.threads)


def make_example_encoder(encoder: OnnxEncoder, bundle: Bundle) -> ExampleEncoder:
    """Embeds what detectors learn from as `encoder`, of the same `bundle`, does, and remembers none."""
    return ExampleEncoder(encoder, partial(OnnxEncoder.from_bundle, bundle, outputs=(MEANING, WORDING)))


def with_memory(encoder: ExampleEncoder, settings: Settings, private: frozenset[str] = frozenset()) -> CachedEncoder:
    """Embeds what people wrote into the intent files, each sentence once; of `private` texts nothing is kept."""
    return CachedEncoder(encoder, settings.model.bundle / "embeddings.db", private=private)


def make_learn(
    settings: Settings, bundle: Bundle, memory: Encoder | None = None
) -> Callable[[Catalog], Iterator[LearnedDetector]]:
    """What turns a catalog into ever better detectors. With a `memory` of one's own nothing learnt is kept on disk, but
    what is there is used."""
    encoder = make_encoder(settings, bundle)
    sentiment = SentimentHead.load(bundle.sentiment_path) if bundle.sentiment_path else NeutralSentiment()
    prior = ArbiterPrior.load(bundle.arbiter_path)
    kept = LearntFolder(settings.model.bundle / "learnt", read_only=memory is not None)
    reads = memory or with_memory(make_example_encoder(encoder, bundle), settings)
    learner = Learner(reads, encoder, sentiment, prior, settings.model.mature_after, kept)
    reranker = make_reranker(settings, bundle)

    def learn(catalog: Catalog) -> Iterator[LearnedDetector]:
        read = delexicalise_examples(catalog)
        speller = Speller.of(read, encoder.whole_words, settings.language)
        for detector in learner.learn(read):
            yield replace(detector, reranker=reranker, speller=speller)

    return learn


def make_reranker(settings: Settings, bundle: Bundle) -> Reranker | None:
    """The second look at new intents, where config.yml wants one (zero_shot.engine: nli)."""
    chosen = settings.zero_shot
    if chosen.model is None:
        return None
    from bot.detectors.entailment import OnnxEntailment

    entailment = OnnxEntailment.from_bundle(bundle, chosen.model, threads=settings.model.threads)
    return Reranker(entailment, chosen.hypothesis_template, chosen.candidates)


def make_actions(settings: Settings, config: Path) -> ActionRunner:
    """Actions in process, from modules beside config.yml, or behind an action server's URL."""
    if settings.actions.endpoint:
        from bot.actions.rasa_bridge.over_http import ActionServer

        return ActionServer(settings.actions.endpoint, settings.actions.timeout)
    from bot.actions.rasa_bridge.in_process import InProcessActions

    return InProcessActions(settings.actions.modules, config.absolute().parent, settings.actions.timeout)


def make_reader(settings: Settings, known: KnownActions | None) -> Callable[[], Catalog]:
    """Reads the intent files, again and again; raises CatalogError with every problem found."""
    loader = CatalogLoader(settings.intents, if_wanted(parse_yaml))

    def read() -> Catalog:
        catalog = loader.load()
        names = known.names if known else None
        problems = unknown_actions(catalog, names) if names is not None else ()
        if problems:
            raise CatalogError(problems)
        return catalog

    return read


async def open_store(settings: Settings, config: Path) -> ConversationStore:
    """The conversations, in the database that config.yml names."""
    from bot.conversations.sql import SqlConversationStore

    kept = settings.conversations
    if kept.url_env is None:
        return await SqlConversationStore.open(kept.url)
    url = os.environ.get(kept.url_env)
    if not url:
        raise SecretMissing(f"config.yml's conversations.url_env names {kept.url_env}, which is not set: export it.")
    return await SqlConversationStore.open(url, folder=config.parent)


def with_middleware(pipeline: Answer, store: ConversationStore, settings: Settings) -> Answer:
    """Around the pipeline, innermost first."""
    answer = one_at_a_time(pipeline)
    answer = ignore_repeats(answer, store)
    answer = apologise(answer, settings.texts.apology)
    return time_turns(answer)


async def assemble(config: Path, store: ConversationStore | None = None) -> RunningBot:
    """A bot ready to answer, from its config.yml; `store` stands in for the configured database.

    Raises ConfigError, CatalogError, BundleError, ActionError or StoreError: what is wrong, and what to do.
    """
    settings = load_settings(config)
    bundle = active(settings.model.bundle)
    if odd := doubt(bundle, settings.model.base):
        log.warning("%s", odd)
    actions = make_actions(settings, config)
    known = KnownActions(actions)
    check_hand_off(settings.actions, await known.ask())
    read = make_reader(settings, known)
    changes = watch_catalog(settings.intents)  # before the first reading, so that no edit falls between
    catalog = read()
    learn = make_learn(settings, bundle)
    steps = learn(catalog)
    live = LiveSnapshot(Snapshot(catalog, await learn_first(catalog, steps)))
    store = store or await open_store(settings, config)
    outlets: list[Outlet] = []
    room = make_room(settings, store, outlets)
    dispatcher = Dispatcher(actions, settings, attended=room.attended if room else None)
    pipeline = Pipeline(live, store, dispatcher, settings, room)
    edits = Edits(read, learn, live)
    bot = RunningBot(
        settings=settings,
        bundle=bundle.name,
        live=live,
        store=store,
        turn=with_middleware(pipeline, store, settings),
        checks=[store.check, actions.check],
        background=[partial(expire_daily, store, settings.conversations.keep_days)],
        closing=[actions.close, store.close],
        outlets=outlets,
        action_names=lambda: known.names,
        room=room,
    )
    bot.background += [partial(edits.ripen_and_follow, catalog, steps, known.ask_at(changes))]
    bot.background += [partial(follow_models, bot, edits)]
    bot.background += [room.watch] if room is not None else []
    return bot


async def follow_models(bot: RunningBot, edits: Edits) -> None:
    """Serve each bundle that becomes active, once it has learnt the intents; a broken one is a line in the log."""
    async for newer in watch_active(bot.settings.model.bundle, bot.bundle):
        try:
            learn = await asyncio.to_thread(make_learn, bot.settings, newer)
        except BundleError as error:
            log.error("the bot goes on with the bundle that it has: %s", error)
            continue
        if await edits.relearn(learn, newer.name):
            bot.bundle = newer.name


def make_room(settings: Settings, store: ConversationStore, outlets: Sequence[Outlet]) -> Room | None:
    """Where conversations wait for a person, when config.yml has a desk for them. Web chats can: they hear unasked."""
    slack_desk = settings.slack is not None and settings.slack.handoff_channel is not None
    if settings.agents is None and not slack_desk:
        return None
    push = partial(push_through, outlets)
    agents = settings.agents or AgentSettings()
    return Room(store, push, is_web_session, settings.texts, agents, sees_all=not slack_desk)


async def chat_with_bot(config: Path, *, explain: bool, sender: str) -> None:
    """Talk to the bot in this terminal."""
    from bot.connectors.terminal import chat

    bot = await assemble(config)
    async with bot.running():
        await chat(bot, explain=explain, sender=sender)


def learn_intents(config: Path) -> tuple[Catalog, Mapping[str, IntentHealth]]:
    """The catalog, and how each of its intents is doing once all is learnt."""
    settings = load_settings(config)
    catalog, detector = _learn_all(settings)
    return catalog, detector.health


def measure_confidence(config: Path) -> Reliability:
    """How the bot's confidence did on held-out messages, once all is learnt."""
    settings = load_settings(config)
    _, detector = _learn_all(settings)
    return describe_reliability(detector.curve, settings.decision)


def _learn_all(settings: Settings) -> tuple[Catalog, LearnedDetector]:
    catalog = make_reader(settings, None)()
    *_, detector = make_learn(settings, active(settings.model.bundle))(catalog)
    return catalog, detector


def parse_text(config: Path, text: str) -> Parse:
    """What the bot makes of `text` once all is learnt."""
    settings = load_settings(config)
    catalog, detector = _learn_all(settings)
    return parse(text, Snapshot(catalog, detector), settings)


async def forget_sender(config: Path, sender: str) -> int:
    """Delete everything about a sender; how many turns went."""
    store = await open_store(load_settings(config), config)
    try:
        return await store.forget(sender)
    finally:
        await store.close()
