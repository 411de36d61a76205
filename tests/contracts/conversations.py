"""Where and what the contract of conversation stores is tried with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.conversations.base import ConversationStore
from bot.conversations.conversation import Turn
from bot.messages import (
    Button,
    Candidate,
    Decision,
    Detection,
    Entity,
    Message,
    Neighbour,
    Outcome,
    Part,
    Requested,
    Sentiment,
)

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass
class Clock:
    """The time that the stores go by."""

    time: datetime = START

    def __call__(self) -> datetime:
        return self.time


@dataclass
class Place:
    """Where conversations are kept; `open` gives another process's view of the same place."""

    open: Callable[[], Awaitable[ConversationStore]]
    clock: Clock = field(default_factory=Clock)


def message(words: str = "hello", **changes: Any) -> Message:
    return replace(Message(words, "C1", "ada", "web", metadata={"page": "/shop"}), **changes)


FULL = Turn(
    message=message(),
    at=START,
    detection=Detection(
        candidates=(Candidate("greet", 0.75, "mature"), Candidate("bye", 0.125, "zero_shot")),
        out_of_scope=0.0625,
        sentiment=Sentiment("positive", 0.5),
        entities=(Entity("order_id", "A-1042", 3, 9),),
        neighbours=(Neighbour("greet", "hi there", 0.875),),
        features={"top": 0.75},
        risk=0.0625,
        corrections=(("wher", "where"),),
    ),
    decision=Decision("act", "greet", 0.75, "greet is the best", (Candidate("bye", 0.125, "zero_shot"),)),
    outcome=Outcome(
        parts=(Part(text="Hi!", buttons=(Button("Bye", "/bye"),)), Part(image="https://shop.example/a.png")),
        events=({"event": "slot", "name": "order_id", "value": "A-1042"},),
        requested=Requested("order_status", "order_id"),
    ),
    timings={"detect": 1.5},
)
REPLY = FULL.reply


async def say(store: ConversationStore, said: Message, **state: Any) -> int:
    """One whole turn."""
    number, _ = await store.record_message(said)
    before = await store.load(said)
    await store.record_turn(number, replace(FULL, message=said), replace(before, **state))
    return number
