"""Zero-shot: understands an intent by its card (name and description), and by its first few examples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.detectors.base import Embeddings
from bot.detectors.exemplars import Exemplars, Reading, best_two, unit

CANDIDATE_FEATURES = ("best_row", "card", "prototype", "log_examples")
CONTEXT_FEATURES = ("any_new", "log_new", "best_new", "margin_new")


@dataclass(frozen=True, slots=True)
class ZeroShot:
    """Compares a message with cards, examples and their prototypes (unit means). Nothing here is trained."""

    exemplars: Exemplars
    prototypes: Embeddings

    @classmethod
    def of(cls, exemplars: Exemplars) -> ZeroShot:
        """Ready at once for `exemplars`."""
        return cls(exemplars, unit(exemplars.means))

    def read(self, messages: Embeddings) -> Reading:
        """Measure the new intents; `messages` has shape (n, dimensions)."""
        known = self.exemplars
        context = np.full((len(messages), len(CONTEXT_FEATURES)), np.nan, np.float32)
        context[:, 0] = len(known) > 0
        similarities = messages @ known.rows.T
        if not len(known):
            return Reading(np.zeros((len(messages), 0, len(CANDIDATE_FEATURES)), np.float32), context, similarities)
        prototypes = messages @ self.prototypes.T
        candidates = np.empty((*prototypes.shape, len(CANDIDATE_FEATURES)), np.float32)
        candidates[..., 0] = known.best_per_intent(similarities)
        candidates[..., 1] = messages @ known.cards.T
        candidates[..., 2] = prototypes
        candidates[..., 3] = np.log1p(known.counts)
        best, second = best_two(prototypes)
        context[:, 1] = np.log(len(known))
        context[:, 2] = best
        context[:, 3] = best - second
        return Reading(candidates, context, similarities)
