"""What a group of open turns is worth to the model: how many people x how wrong the bot was x how new it is.

    worth = frequency x uncertainty x diversity

- frequency: log2(1 + people). People, not messages: who says a thing twenty times is one person. The logarithm is
  that of learning curves: the tenth example of a meaning teaches less than the second.
- uncertainty: the mean over turns of (1 - confidence of the best guess) + 1 if thumbed down or called wrong + 1/2 if
  rephrased. The first term is least confidence (Lewis and Gale, "A Sequential Algorithm for Training Text
  Classifiers", 1994); the others are what the person knew better than the model: a sure answer that is thumbed down
  is worth more than an unsure one that nobody minded.
- diversity: 1 - cosine to the nearest group that is placed before it, at least 0.05. The groups are placed one by one,
  each time the one of the highest worth (maximal marginal relevance: Carbonell and Goldstein, 1998).

The product of how unsure the model is and how much of the pool is like it is information density (Settles and Craven,
"An Analysis of Active Learning Strategies for Sequence Labeling Tasks", 2008), here with groups in place of
similarities to every other message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

import numpy as np

from bot.detectors.base import Embeddings
from bot.review.signals import TOLD_WRONG, Entry

CALLED_WRONG, REPHRASED = 1.0, 0.5
LEAST_DIVERSITY = 0.05


@dataclass(frozen=True, slots=True)
class Worth:
    """The terms of a group's worth."""

    frequency: float
    uncertainty: float
    diversity: float

    @property
    def total(self) -> float:
        """What groups are ordered by."""
        return self.frequency * self.uncertainty * self.diversity


def count_people(entries: Sequence[Entry]) -> int:
    """How many different senders they are from."""
    return len({entry.sender_id for entry in entries})


def doubt(entry: Entry) -> float:
    """How far the bot was from right about one turn, from 0 to 2.5."""
    wrong = not TOLD_WRONG.isdisjoint(entry.reasons)
    told = CALLED_WRONG * wrong + REPHRASED * ("rephrased" in entry.reasons)
    return max(0.0, 1.0 - entry.confidence) + told


def rank(groups: Sequence[Sequence[Entry]], middles: Embeddings) -> list[tuple[int, Worth]]:
    """Indices of `groups` with what they are worth, the most telling first; `middles` (n, d) are their directions."""
    frequency = np.array([log2(1 + count_people(group)) for group in groups])
    uncertainty = np.array([sum(map(doubt, group)) / len(group) for group in groups])
    diversity = np.ones(len(groups))
    left = np.ones(len(groups), dtype=bool)
    placed = []
    for _ in groups:
        best = int(np.argmax(np.where(left, frequency * uncertainty * diversity, -1.0)))
        left[best] = False
        worth = Worth(float(frequency[best]), float(uncertainty[best]), float(diversity[best]))
        placed.append((best, worth))
        diversity = np.minimum(diversity, np.maximum(1.0 - middles @ middles[best], LEAST_DIVERSITY))
    return placed
