"""What the bot would say to a message outside any conversation, in its own words, without running an action."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from typing import Any, TypeVar

from bot.actions.base import ActionResult
from bot.config import Settings
from bot.connectors.base import Parse
from bot.conversations.conversation import Turn
from bot.dispatcher import Dispatcher
from bot.live import Snapshot
from bot.messages import Message, Part
from bot.occasion import Occasion
from bot.pipeline import refuse
from bot.running import NOBODY, parse

T = TypeVar("T")

CHANNEL = "rehearsal"
MOST_WAYS = 10
"""Ways to say it that are looked for; an author reads no more."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the bot makes of a message, and what it would do.

    `ways` are the answers of which it would say one: several where the author wrote several that fit. `actions` would
    run, in this order, and may say more; `with_nobody_there` is one of them that runs only while nobody is at a desk.
    """

    parse: Parse
    ways: tuple[tuple[Part, ...], ...]
    actions: tuple[str, ...] = ()
    with_nobody_there: str | None = None


async def rehearse(text: str, snapshot: Snapshot, settings: Settings) -> Rehearsal:
    """The answer to `text` as the first message of a conversation. Nothing is recorded, and nobody is called."""
    made = await asyncio.to_thread(parse, text, snapshot, settings)
    message = Message(text[: settings.max_message_chars], NOBODY.id, NOBODY.sender_id, CHANNEL)
    if refusal := refuse(replace(message, text=text), settings):
        decision, said = refusal
        return Rehearsal(replace(made, decision=decision), ((Part(text=said),),))
    turn = Turn(message, datetime.now(UTC), made.detection, made.decision)
    occasion = Occasion(turn, made.detection, snapshot.catalog, NOBODY)
    ways: list[tuple[Part, ...]] = []
    number, taken = 0, _Taken(0)
    while number < min(taken.variants, MOST_WAYS):
        taken = _Taken(number)
        left_alone = _LeftAlone()
        outcome = await Dispatcher(left_alone, settings, taken).dispatch(made.decision, occasion)
        if outcome.parts not in ways:
            ways.append(outcome.parts)
        number += 1
    return Rehearsal(made, tuple(ways), tuple(left_alone.named), settings.actions.on_nobody_there)


class _Taken(Random):
    """No chance: of variants the one of this number is taken. Remembers how many there were at most."""

    def __init__(self, number: int) -> None:
        super().__init__(0)
        self._number = number
        self.variants = 1

    def choice(self, seq: Sequence[T]) -> T:  # type: ignore[override]
        self.variants = max(self.variants, len(seq))
        return seq[self._number % len(seq)]


@dataclass(slots=True)
class _LeftAlone:
    """An ActionRunner that runs nothing, and remembers what it was asked for."""

    named: list[str] = field(default_factory=list)

    async def names(self) -> frozenset[str]:
        return frozenset()

    async def check(self) -> None:
        """There is nothing that could be wrong."""

    async def run(self, name: str, tracker: Mapping[str, Any]) -> ActionResult:  # noqa: ARG002
        self.named.append(name)
        return ActionResult()

    async def close(self) -> None:
        """There is nothing to let go of."""
