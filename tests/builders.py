"""Short ways to build the values that tests talk about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.catalog.catalog import Catalog, Example, Intent, ResponseTemplate, Slot, Source
from bot.conversations.conversation import Conversation, Turn
from bot.messages import (
    Candidate,
    Decision,
    Detection,
    DetectorName,
    Message,
    Outcome,
    Requested,
    Sentiment,
    SentimentLabel,
)

HERE = Source(Path("intents/test.yml"), 1)
ORDER_ID = Slot("order_id", ask="Which order is it?", pattern=re.compile(r"[A-Z]-\d{4}", re.IGNORECASE))
ADDRESS = Slot("address", ask="Where should it go?")


def intent(
    name: str,
    *responses: str,
    description: str | None = None,
    examples: Sequence[str] = (),
    action: str | None = None,
    slots: Sequence[Slot] = (),
) -> Intent:
    """An intent that answers with `responses`."""
    return Intent(
        name,
        description or f"The customer wants {name.replace('_', ' ')}.",
        HERE,
        tuple(Example(text, HERE) for text in examples),
        action,
        tuple(ResponseTemplate(text=text) for text in responses),
        tuple(slots),
    )


def catalog(*intents: Intent, **responses: str) -> Catalog:
    """A catalog of `intents` and named responses."""
    named = {name: (ResponseTemplate(text=text),) for name, text in responses.items()}
    return Catalog({one.name: one for one in intents}, named)


def detection(
    *ranked: tuple[str, float],
    valence: float = 0.0,
    detector: DetectorName = "mature",
) -> Detection:
    """A detection of intents with their confidences, best first; its risk is a quarter of what the best leaves."""
    label: SentimentLabel = "negative" if valence < -0.2 else "positive" if valence > 0.2 else "neutral"
    return Detection(
        tuple(Candidate(name, confidence, detector) for name, confidence in ranked),
        max(0.0, 1.0 - sum(confidence for _, confidence in ranked)),
        Sentiment(label, valence),
        risk=(1.0 - ranked[0][1]) / 4 if ranked else 1.0,
    )


def message(text: str, conversation: str = "c1", sender: str = "u1", message_id: str | None = None) -> Message:
    """A message on the channel "test"."""
    return Message(text, conversation, sender, "test", message_id)


def turn(
    text: str = "hello",
    decision: Decision | None = None,
    *,
    valence: float = 0.0,
    requested: Requested | None = None,
) -> Turn:
    """A finished turn."""
    return Turn(
        message(text),
        datetime(2026, 1, 1, tzinfo=UTC),
        detection(valence=valence),
        decision,
        Outcome((), requested=requested),
    )


def conversation(*turns: Turn, requested: Requested | None = None, **slots: object) -> Conversation:
    """A conversation with `turns` behind it."""
    return Conversation("c1", "u1", "test", slots=slots, requested=requested, turns=turns)
