"""Edits of the intent files go live while the bot runs: re-read, learn, swap; or report, and keep the last good."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

from bot.catalog.catalog import Catalog, Intent, Source
from bot.detectors.abandonment import run_abandonably
from bot.detectors.base import Detector
from bot.errors import CatalogError, RipenError
from bot.live import LiveSnapshot, Snapshot

log = logging.getLogger(__name__)

_NOWHERE = Source(Path(), 0)

SLOW_SECONDS = 2.0
"""After which learning that is still not live is told about in the log."""

Learn = Callable[[Catalog], Iterator[Detector]]
"""Yields ever better detectors for a catalog."""


@dataclass(slots=True)
class Edits:
    """Follows the files. One thread ripens at a time; the quick first step of an edit never waits for it."""

    read: Callable[[], Catalog]
    learn: Learn
    live: LiveSnapshot
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="learn"))
    _learning: asyncio.Task[None] | None = None
    _one_change: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ripen_and_follow(
        self, catalog: Catalog, steps: Iterator[Detector], changes: AsyncIterator[object]
    ) -> None:
        """All that there is to do while a bot runs: learn the live `catalog` to its end, and take up every change."""
        self._start_ripening(catalog, steps)
        await self.follow(changes)

    async def follow(self, changes: AsyncIterator[object]) -> None:
        """Take up every change until cancelled."""
        try:
            async for _ in changes:
                async with self._one_change:
                    await self._take_up()
        finally:
            await self._abandon()
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def ripen(self, steps: Iterator[Detector]) -> None:
        """Swap in each better detector for the live catalog as it comes."""
        while (detector := await run_abandonably(lambda: next(steps, None), self._thread)) is not None:
            self.live.improve(detector)

    async def relearn(self, learn: Learn, model: str) -> bool:
        """Learn the live catalog with another model, through and through; the old one answers until that is done.

        False when it could not be learnt: then the old model goes on.
        """
        start = perf_counter()
        async with self._one_change:
            catalog = self.live.current.catalog
            try:
                detector = await run_abandonably(lambda: _last(learn(catalog)), self._thread)
            except Exception:
                log.exception("%s could not learn the intents; the bot goes on with the model that it has", model)
                return False
            await self._abandon()
            self.learn = learn
            self.live.improve(detector)
        log.info("%s is live after %.2f s", model, perf_counter() - start)
        return True

    def _start_ripening(self, catalog: Catalog, steps: Iterator[Detector]) -> None:
        """Go on improving in the background; the next edit abandons it."""
        self._learning = asyncio.create_task(self._ripen_or_report(catalog, steps))

    async def _take_up(self) -> None:
        start = perf_counter()
        before = self.live.current.catalog
        try:
            catalog = await run_abandonably(self.read)
            if catalog == before:
                if self.live.error is not None:
                    log.info("the intent files are in order again, and as they were")
                self.live.swap(self.live.current)
                return
            await self._abandon()
            steps = self.learn(catalog)
            detector = await learn_first(catalog, steps)
        except Exception as error:
            self._keep_last_good(error)
            return
        self.live.swap(Snapshot(catalog, detector))
        log.info("%s live after %.2f s", describe_change(before, catalog), perf_counter() - start)
        self._start_ripening(catalog, steps)

    def _keep_last_good(self, error: Exception) -> None:
        if isinstance(error, CatalogError):
            for problem in error.problems:
                log.error("%s", problem)
        elif isinstance(error, RipenError):
            log.error("%s", error)
        else:
            log.error("learning failed", exc_info=error)
        self.live.keep(str(error) if isinstance(error, RipenError) else f"learning failed: {type(error).__name__}")
        log.error("the edit is not live; the bot goes on with the last good intents")

    async def _ripen_or_report(self, catalog: Catalog, steps: Iterator[Detector]) -> None:
        start = perf_counter()
        try:
            await self.ripen(steps)
        except Exception:
            log.exception("learning stopped, the quick detector goes on")
        else:
            log.info("learnt %d intents in %.2f s", len(catalog.intents), perf_counter() - start)

    async def _abandon(self) -> None:
        if self._learning is not None:
            self._learning.cancel()
            with suppress(asyncio.CancelledError):
                await self._learning
            self._learning = None


async def learn_first(catalog: Catalog, steps: Iterator[Detector]) -> Detector:
    """The first and quick of the `steps`, in a thread of its own: not behind the learning of an older edit.

    With thousands of new examples it is not quick, and the log says so.
    """

    def tell() -> None:
        examples = sum(len(intent.examples) for intent in catalog.intents.values())
        log.info("learning %d intents with %d examples: this takes a while", len(catalog.intents), examples)

    notice = asyncio.get_running_loop().call_later(SLOW_SECONDS, tell)
    try:
        return await run_abandonably(lambda: next(steps))
    finally:
        notice.cancel()


def _last(steps: Iterator[Detector]) -> Detector:
    *_, detector = steps
    return detector


def describe_change(before: Catalog, after: Catalog) -> str:
    """What an edit did, for the log: intent names only. An intent that only moved has not changed."""
    was, now = _meanings(before), _meanings(after)
    added = [name for name in now if name not in was]
    removed = [name for name in was if name not in now]
    changed = [name for name in now if name in was and now[name] != was[name]]
    told = [
        f"{verb} {', '.join(names[:5])}{f' and {len(names) - 5} more' if len(names) > 5 else ''}"
        for verb, names in (("added", added), ("changed", changed), ("removed", removed))
        if names
    ]
    if told:
        return f"intents: {'; '.join(told)};"
    return "responses:" if before.responses != after.responses else "intents: the same in other places;"


def _meanings(catalog: Catalog) -> dict[str, Intent]:
    """The intents, without where they are written."""
    return {
        name: replace(
            intent,
            source=_NOWHERE,
            examples=tuple(replace(example, source=_NOWHERE) for example in intent.examples),
        )
        for name, intent in catalog.intents.items()
    }
