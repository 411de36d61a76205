"""An edit before it is saved: what is wrong with it, and what the bot would answer with it. Nothing is written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.catalog.catalog import Catalog
from bot.catalog.loader import CatalogLoader, unknown_actions
from bot.checks.check import Subject, check_bot
from bot.checks.wiring import check_wiring
from bot.config import Settings
from bot.console.memory import DraftMemory
from bot.console.rehearsal import Rehearsal, rehearse
from bot.detectors.base import Detector, Encoder
from bot.errors import CatalogError, Problem
from bot.live import Snapshot

Learn = Callable[[Catalog], Iterator[Detector]]


@dataclass(frozen=True, slots=True)
class Tools:
    """What drafts are read with: one model's encoder, and a learner of its own over it; `fresh` remembers nothing."""

    encoder: Encoder
    learn: Learn
    fresh: Encoder


@dataclass(slots=True)
class Drafts:
    """One for the whole console. One draft is looked at at a time; who waits too long has typed on meanwhile.

    `tools` gives those of the model that serves, `actions` the names that an intent may run.
    """

    settings: Settings
    config: Path
    tools: Callable[[], Tools]
    actions: Callable[[], frozenset[str] | None]
    _tools: Tools | None = None
    _memory: DraftMemory = field(default_factory=DraftMemory)
    _tried: tuple[Catalog, Snapshot] | None = None
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)
    _loader: CatalogLoader = field(init=False)

    def __post_init__(self) -> None:
        self._loader = CatalogLoader(self.settings.intents)

    async def check(self, edited: Mapping[Path, bytes]) -> tuple[Problem, ...]:
        """What `ripen check` would say about the edited files, if they were saved."""
        async with self._one:
            return await asyncio.to_thread(self._check, edited)

    async def saved(self) -> Catalog | None:
        """What the folder holds now, which the bot may not have learnt yet; None while it cannot be loaded."""
        async with self._one:
            catalog, told = await asyncio.to_thread(self.survey, {})
        return None if any(each.severity == "error" for each in told) else catalog

    async def loose_ends(self, edited: Mapping[Path, bytes]) -> tuple[Problem, ...]:
        """What the edit leaves behind that fitted before, in whatever file: a button to an intent that is renamed."""
        async with self._one:
            return await asyncio.to_thread(self._new_loose_ends, edited)

    async def answer(self, edited: Mapping[Path, bytes], text: str) -> Rehearsal:
        """What the bot would say to `text`, were the edit saved. Raises CatalogError for one that does not load."""
        async with self._one:
            return await rehearse(text, await asyncio.to_thread(self._learn, edited), self.settings)

    async def errors(self, edited: Mapping[Path, bytes]) -> tuple[Problem, ...]:
        """The errors that the edit would bring in, and that are not in the files already."""
        async with self._one:
            return await asyncio.to_thread(self._new_errors, edited)

    def survey(self, edited: Mapping[Path, bytes]) -> tuple[Catalog, tuple[Problem, ...]]:
        """What the folder would hold, and every error and warning."""
        catalog, told = self._loader.survey(edited)
        names = self.actions()
        if names is not None and not any(each.severity == "error" for each in told):
            told += unknown_actions(catalog, names)
        return catalog, told

    def ready(self) -> Tools:
        """The tools of the model that serves now."""
        tools = self.tools()
        if tools is not self._tools:
            self._tools, self._tried, self._memory = tools, None, DraftMemory()
        return tools

    def _check(self, edited: Mapping[Path, bytes]) -> tuple[Problem, ...]:
        subject = Subject(
            self.settings,
            self.config,
            self.actions(),
            self.ready().encoder,
            memory=self._memory,
            edited=edited,
            loader=self._loader,
            only=edited.keys(),
        )
        return check_bot(subject).problems

    def _learn(self, edited: Mapping[Path, bytes]) -> Snapshot:
        tools = self.ready()
        catalog, told = self.survey(edited)
        errors = tuple(each for each in told if each.severity == "error")
        if errors:
            raise CatalogError(errors)
        if self._tried is None or self._tried[0] != catalog:
            if (
                self._tried is None
            ):  # as thoroughly as the running bot; from then on each edit takes its first step only
                for _ in tools.learn(self.survey({})[0]):
                    pass
            self._tried = catalog, Snapshot(catalog, next(tools.learn(catalog)))
        return self._tried[1]

    def _new_loose_ends(self, edited: Mapping[Path, bytes]) -> tuple[Problem, ...]:
        known = {(each.file, each.message) for each in self._loose_ends({})}
        return tuple(each for each in self._loose_ends(edited) if (each.file, each.message) not in known)

    def _loose_ends(self, edited: Mapping[Path, bytes]) -> tuple[Problem, ...]:
        catalog, told = self.survey(edited)
        if errors := tuple(each for each in told if each.severity == "error"):
            return errors
        return tuple(each.problem for each in check_wiring(catalog, self.settings.model.mature_after))

    def _new_errors(self, edited: Mapping[Path, bytes]) -> tuple[Problem, ...]:
        before = {(each.file, each.message) for each in self.survey({})[1]}
        return tuple(
            each
            for each in self.survey(edited)[1]
            if each.severity == "error" and (each.file, each.message) not in before
        )
