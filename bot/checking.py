"""What assemble.py is to a running bot, this is to `ripen check`: config.yml in, findings out; nothing is learnt."""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path

from bot.actions.known import KnownActions, check_hand_off, unknown_hook
from bot.assemble import make_actions
from bot.checks.check import CheckReport, Subject, check_bot, config_problems
from bot.checks.memory import Memory
from bot.config import Settings, load_settings
from bot.detectors.abandonment import run_abandonably
from bot.detectors.batches import KEPT_AT_ONCE, BatchEncoder
from bot.detectors.embedding_cache import CachedEncoder
from bot.detectors.encoder import MEANING, OnnxEncoder
from bot.errors import BundleError, ConfigError, Problem
from bot.models.registry import active


async def find_all_problems(config: Path) -> CheckReport:
    """All that `ripen check` tells. Never raises for what config.yml and the intent files hold."""
    try:
        settings = load_settings(config)
    except ConfigError as error:
        return CheckReport(config_problems(config, error))
    known, unusable = KnownActions(make_actions(settings, config)), tuple[Problem, ...]()
    try:
        check_hand_off(settings.actions, await known.ask())
    except ConfigError as error:
        unusable = config_problems(config, error, "actions", unknown_hook(settings.actions, known.names) or "modules")
    finally:
        await known.actions.close()
    with ThreadPoolExecutor(1) as aside:
        subject = make_subject(settings, config, known.names, aside)
        return (await run_abandonably(partial(check_bot, subject))).add(unusable)


def make_subject(settings: Settings, config: Path, actions: frozenset[str] | None, aside: Executor) -> Subject:
    """What `ripen check` looks into; without a bundle, not into meanings. What they are is kept by `aside`."""
    folder = settings.model.bundle
    try:
        bundle = active(folder)
    except BundleError as error:
        return Subject(settings, config, actions, no_encoder=str(error))
    load = cache(partial(OnnxEncoder.from_bundle, bundle, outputs=(MEANING,)))
    encoder = BatchEncoder(load, bundle.fingerprint, bundle.manifest.dimensions)
    remembered = CachedEncoder(encoder, folder / "meanings.db", at_once=KEPT_AT_ONCE, aside=aside)
    return Subject(settings, config, actions, remembered, memory=Memory(folder / "checked.db"))
