"""The pairs of intents that are taken for one another, with their sentences, the reason, and what to do about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.catalog.catalog import Catalog
from bot.detectors.detector import LearnedDetector
from training.testing.answers import Answer
from training.testing.figures import known

ALIKE = 0.75
"""Cards at least this close say nearly the same; `ripen check` warns of such descriptions, too."""
FEW = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """Two intents that are confused. `answers` are the wrong ones of both directions, the surest first.

    `cards` is how alike their names and descriptions are, by cosine.
    """

    intents: tuple[str, str]
    answers: tuple[Answer, ...]
    cards: float
    remedy: str


def find_pairs(answers: Sequence[Answer], detector: LearnedDetector, catalog: Catalog) -> tuple[Pair, ...]:
    """Every pair with a wrong answer, those with most of them first."""
    wrong: dict[tuple[str, str], list[Answer]] = defaultdict(list)
    for one in known(answers):
        if not one.right and one.found:
            first, second = sorted((one.intent, one.found))
            wrong[first, second].append(one)
    cards = _cards(detector)
    pairs = [_pair(names, found, cards, catalog) for names, found in wrong.items()]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair.answers), -pair.answers[0].confidence)))


def _cards(detector: LearnedDetector) -> Mapping[str, np.ndarray[tuple[int], np.dtype[np.float32]]]:
    rows = np.vstack([detector.mature.exemplars.cards, detector.zero_shot.exemplars.cards])
    return dict(zip(detector.intents, rows, strict=True))


def _pair(
    names: tuple[str, str],
    found: list[Answer],
    cards: Mapping[str, np.ndarray[tuple[int], np.dtype[np.float32]]],
    catalog: Catalog,
) -> Pair:
    alike = float(cards[names[0]] @ cards[names[1]])
    ordered = tuple(sorted(found, key=lambda one: -one.confidence))
    return Pair(names, ordered, alike, _advise(names, ordered, alike, catalog))


def _advise(names: tuple[str, str], answers: Sequence[Answer], alike: float, catalog: Catalog) -> str:
    """The remedy for what most likely causes it."""
    if alike >= ALIKE:
        return f"Their descriptions say nearly the same ({alike:.2f} alike): say in each what the other is not."
    poorer = min(names, key=lambda name: len(catalog.intents[name].examples))
    missed = {one.intent for one in answers}
    if poorer in missed and len(catalog.intents[poorer].examples) < FEW:
        return f"{poorer} has {len(catalog.intents[poorer].examples)} examples: give it some like these sentences."
    near = [one.reason.near_found for one in answers if one.reason and one.reason.near_found]
    if near and max(one.similarity for one in near) >= 0.8:
        closest = max(near, key=lambda one: one.similarity)
        return f'Read "{closest.text}" ({closest.where}) again: does it belong where it stands?'
    if len(missed) == 1:
        (one,) = missed
        return f"Give {one} more examples that are worded like these sentences."
    return "Each takes the other's sentences: give both more varied examples, or make one intent of them."
