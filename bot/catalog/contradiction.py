"""Intents whose examples contradict their description: two descriptions swapped, or one pasted from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from bot.catalog.catalog import Intent
from bot.detectors.base import Embeddings

FEWEST_EXAMPLES = 3
MOST_SENTENCES = 3

# An intent is flagged when its margin is more below zero than PER_INTENTS ln(intents) + PER_EXAMPLES / sqrt(examples)
# - EASE: more intents hold a closer stranger by chance, and the mean of fewer examples is less certain. Chosen on bots
# drawn from HWU64, CLINC150, Schema-Guided Dialogue and Ripen's own intents, not BANKING77, so that under 1 % of honest
# intents are flagged on each. `python -m training.evaluation.contradictions` measures it; docs/research.md has figures.
PER_INTENTS = 0.75
PER_EXAMPLES = 5.5
EASE = 2.1
LEAST_DEFICIT = 0.3
SMALLEST_SPREAD = 0.01


@dataclass(frozen=True, slots=True)
class Described:
    """An intent: `description` (dimensions,) and `examples` (n, dimensions) as unit vectors; `texts`, its examples."""

    name: str
    description: Embeddings
    examples: Embeddings
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What the examples of `intent` are at odds with.

    `at_odds` "examples": they are nearer to the description of `resembles` than to their own. "description": the
    examples of `resembles` are nearer to this intent's description than its own are. `sentences`: the examples
    furthest from the description, compared with the other one, furthest first.
    """

    intent: str
    resembles: str
    at_odds: Literal["examples", "description"]
    sentences: tuple[str, ...]

    @property
    def told(self) -> str:
        """In words, for people."""
        if self.at_odds == "examples":
            return f"its examples read like `{self.resembles}`, not like its description"
        return f"its description reads like the examples of `{self.resembles}`, not like its own"


def embed_described(intents: Sequence[Intent], encode: Callable[[Sequence[str]], Embeddings]) -> list[Described]:
    """The intents that have a description, each sentence of theirs embedded once."""
    read = [
        (intent, tuple(dict.fromkeys(example.text for example in intent.examples)))
        for intent in intents
        if intent.description.strip()
    ]
    texts = list(dict.fromkeys(text for intent, examples in read for text in (intent.description, *examples)))
    if not texts:  # an encoder may refuse to encode nothing
        return []
    vectors, row = encode(texts), {text: index for index, text in enumerate(texts)}
    return [
        Described(intent.name, vectors[row[intent.description]], vectors[[row[text] for text in examples]], examples)
        for intent, examples in read
    ]


def find_contradictions(intents: Sequence[Described]) -> dict[str, Contradiction]:
    """Of the intents with FEWEST_EXAMPLES or more, by name, those whose examples lie nearer to something else.

    The margin of an intent is how much closer the mean of its examples is to its description than to the best other
    description, plus how much closer the description is to it than to the best other intent's mean, in units of how
    much closeness varies between an intent and what is not its own in this bot: so it fits any encoder. One product of
    (judged, dimensions) and (dimensions, intents).
    """
    judged = np.array([i for i, one in enumerate(intents) if len(one.examples) >= FEWEST_EXAMPLES], np.intp)
    if len(judged) < 2:  # nothing else to resemble
        return {}
    means = np.array([intents[i].examples.mean(axis=0) for i in judged])
    closeness = means @ np.array([one.description for one in intents]).T
    own = closeness[np.arange(len(judged)), judged]
    others = closeness.copy()
    others[np.arange(len(judged)), judged] = np.nan
    spread = np.nanstd(others) + SMALLEST_SPREAD
    by_examples = (own - np.nanmax(others, axis=1)) / spread
    by_description = (own - np.nanmax(others[:, judged], axis=0)) / spread
    flagged = by_examples + by_description < -_allowed(len(intents), np.array([len(intents[i].texts) for i in judged]))
    found = {}
    for row in np.flatnonzero(flagged).tolist():
        if by_examples[row] <= by_description[row]:
            contradiction = _describe(intents[judged[row]], intents[int(np.nanargmax(others[row]))], "examples")
        else:
            nearest = judged[int(np.nanargmax(others[:, judged[row]]))]
            contradiction = _describe(intents[judged[row]], intents[nearest], "description")
        found[contradiction.intent] = contradiction
    return found


def _allowed(intents: int, examples: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    """How far below zero the margin of an honest intent may fall."""
    allowed: npt.NDArray[np.float64] = PER_INTENTS * np.log(intents) + PER_EXAMPLES / np.sqrt(examples) - EASE
    return np.clip(allowed, LEAST_DEFICIT, None)


def _describe(intent: Described, other: Described, at_odds: Literal["examples", "description"]) -> Contradiction:
    fit = intent.examples @ (intent.description - other.description)
    sentences = tuple(intent.texts[i] for i in np.argsort(fit, kind="stable")[:MOST_SENTENCES])
    return Contradiction(intent.name, other.name, at_odds, sentences)
