"""The running bot, as connectors see it (connectors/base.py: Bot)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from bot import __version__
from bot.catalog.catalog import Catalog
from bot.config import Settings
from bot.connectors.base import Outlet, Parse, Push, Status
from bot.conversations.base import ConversationStore
from bot.conversations.conversation import Conversation
from bot.conversations.events import tracker_of
from bot.decision import decide
from bot.errors import RipenError
from bot.handoff.room import Room
from bot.live import LiveSnapshot, Snapshot
from bot.messages import Answer, Decision, Detection, Message, Reply
from bot.pipeline import detect, detect_all
from bot.situation import Situation

log = logging.getLogger(__name__)

NOBODY = Conversation(id="", sender_id="", channel="")

Work = Callable[[], Coroutine[Any, Any, None]]


@dataclass(slots=True)
class RunningBot:
    """Everything a connector may ask, over the parts that assemble.py chose."""

    settings: Settings
    bundle: str
    live: LiveSnapshot
    store: ConversationStore
    turn: Answer
    checks: list[Work]
    background: list[Work]
    closing: list[Work]
    outlets: list[Outlet] = field(default_factory=list)
    action_names: Callable[[], frozenset[str] | None] = lambda: None
    """Every action that an intent may name; None when nobody knows."""

    room: Room | None = None

    async def answer(self, message: Message) -> Reply:
        """One turn, through the middleware. Never raises."""
        return await self.turn(message)

    async def parse(self, text: str) -> Parse:
        """Detect and decide outside any conversation."""
        return await asyncio.to_thread(parse, text, self.live.current, self.settings)

    async def tracker(self, conversation_id: str) -> Mapping[str, Any] | None:
        """The conversation in Rasa's tracker JSON; None when it is unknown."""
        conversation = await self.store.find(conversation_id)
        return tracker_of(conversation) if conversation else None

    async def status(self) -> Status:
        """What is served, and what is wrong."""
        not_ready = []
        for check in self.checks:
            try:
                await check()
            except RipenError as error:
                not_ready.append(str(error))
        intents = len(self.live.current.catalog.intents)
        return Status(__version__, self.bundle, intents, self.live.error, tuple(not_ready))

    async def push(self, push: Push) -> bool:
        """Say something unasked, through the first of `outlets` whose conversation it is."""
        return await push_through(self.outlets, push)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[RunningBot]:
        """Start the background work; end it, and let go of everything, on the way out."""
        tasks = [asyncio.create_task(_report_end(work)) for work in self.background]
        try:
            yield self
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task
            for close in self.closing:
                await close()


async def push_through(outlets: Sequence[Outlet], push: Push) -> bool:
    """Say something through the first of `outlets` whose conversation it is."""
    for outlet in outlets:
        if await outlet(push):
            return True
    return False


async def _report_end(work: Work) -> None:
    """Background work that breaks must not end in silence."""
    try:
        await work()
    except Exception:
        log.exception("work in the background broke off")


def parse(text: str, snapshot: Snapshot, settings: Settings) -> Parse:
    """What the bot makes of `text` outside any conversation: detect and decide, nothing recorded."""
    start = perf_counter()
    detection = detect(text[: settings.max_message_chars], snapshot, settings.language)
    detected = perf_counter()
    decision = decide_alone(text, detection, snapshot.catalog, settings)
    timings = {"detect": (detected - start) * 1000, "decide": (perf_counter() - detected) * 1000}
    return Parse(text, detection, decision, {step: round(value, 3) for step, value in timings.items()})


def confidences(texts: Sequence[str], snapshot: Snapshot, settings: Settings) -> list[float]:
    """How sure the bot is of what it would do about each of `texts`, as `parse` tells; 0 where it would not act."""
    cut = [text[: settings.max_message_chars] for text in texts]
    detections = detect_all(cut, snapshot, settings.language)
    decisions = (decide_alone(*found, snapshot.catalog, settings) for found in zip(cut, detections, strict=True))
    return list(map(_certainty, decisions, detections))


def _certainty(decision: Decision, detection: Detection) -> float:
    if decision.kind != "act":
        return 0.0
    if decision.says is not None:  # by words alone, whatever the detector makes of them
        return decision.confidence
    return detection.candidates[0].confidence if detection.candidates else 0.0


def decide_alone(text: str, detection: Detection, catalog: Catalog, settings: Settings) -> Decision:
    """What the bot would do about `text`, in which `detection` was found, outside any conversation."""
    return decide(Situation(text, detection, catalog, settings, NOBODY))
