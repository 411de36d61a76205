"""From stage to stage: new, mature, and then the encoder itself. Where each intent stands, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from bot.catalog.catalog import Intent
from bot.catalog.contradiction import Contradiction, Described, find_contradictions
from bot.detectors.base import Encoder
from bot.detectors.detector import IntentHealth
from bot.detectors.exemplars import EmbeddedIntent

GOOD_RECALL = 0.6
"""Below that, people are told. It keeps no intent from maturing: on HWU64 and CLINC150, the card alone did worse than a
head that is often wrong."""

TUNABLE_INTENTS, TUNABLE_EXAMPLES = 6, 2
"""Mature intents, and examples of each, from which `ripen train` can tune the encoder and judge what it did."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What was learnt about a bot: its mature intents, `recall` in [0, 1], contradictions, and examples to mature."""

    mature: Set[str]
    recall: Mapping[str, float]
    flagged: Mapping[str, Contradiction]
    mature_after: int


def count_examples(intent: Intent) -> int:
    """Different ones."""
    return len({example.text for example in intent.examples})


def may_be_mature(intent: Intent, mature_after: int) -> bool:
    """Whether it is pinned so, or has the examples and is not pinned otherwise."""
    return intent.stage == "mature" if intent.stage is not None else count_examples(intent) >= mature_after


def flag(
    intents: Sequence[Intent], embedded: Mapping[str, EmbeddedIntent], encoder: Encoder
) -> dict[str, Contradiction]:
    """The intents that contradict themselves, by name. Only their descriptions are not among what is embedded.

    A description that only repeats the name is no second witness: on HWU64, accusing intents by their names cost half a
    point.
    """
    read = [intent for intent in intents if intent.is_described]
    if not read:  # an encoder may refuse to encode nothing
        return {}
    described = [
        Described(intent.name, description, embedded[intent.name].examples.meaning, embedded[intent.name].texts)
        for intent, description in zip(read, encoder.encode([intent.description for intent in read]), strict=True)
    ]
    return find_contradictions(described)


def tell_progress(intents: Sequence[Intent], progress: Progress) -> dict[str, IntentHealth]:
    """How each intent is doing, by name."""
    tunable = sum(one.name in progress.mature and count_examples(one) >= TUNABLE_EXAMPLES for one in intents)
    return {
        intent.name: IntentHealth(
            intent.name,
            "mature" if intent.name in progress.mature else "new",
            count_examples(intent),
            progress.recall.get(intent.name),
            _tell_next(intent, progress, tunable),
            progress.flagged.get(intent.name),
        )
        for intent in intents
    }


def _tell_next(intent: Intent, progress: Progress, tunable: int) -> str:
    flagged = progress.flagged.get(intent.name)
    at_odds = f"{flagged.told}: change the description or the examples" if flagged else ""
    if intent.stage is not None:
        return "; ".join(part for part in (f"pinned by stage: {intent.stage}", at_odds) if part)
    if flagged:
        return at_odds
    if intent.name in progress.mature:
        return _tell_tuning(progress.recall.get(intent.name), tunable)
    missing = progress.mature_after - count_examples(intent)
    return f"{missing} more example{'s' * (missing > 1)} until it matures" if missing > 0 else "being learnt"


def _tell_tuning(recall: float | None, tunable: int) -> str:
    if recall is not None and recall < GOOD_RECALL:
        return "often mistaken for others: check that its examples belong together, and add more varied ones"
    if tunable >= TUNABLE_INTENTS:
        return "`ripen train` can tune the encoder for it"
    missing = TUNABLE_INTENTS - tunable
    return f"{missing} more mature intent{'s' * (missing > 1)} until `ripen train` can tune the encoder"
