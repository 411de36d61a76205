"""A second look at the few best new intents: does the message entail what their descriptions say?

As in two-stage retrieval, a cheap first stage ranks everything, and a model that reads message and description
together ranks its best few again. Here it speaks as one more feature in the arbiter's conditional logit: the utility of
a new intent grows by `WEIGHT * (entailment - 0.5)`, that of mature intents and of "none of them" by nothing. So all
remains one distribution, the odds of mature intents and none among themselves are what the arbiter made them, and where
no new intent is entailed, probability goes over to them.

Unlike the arbiter's weights, this one is set and not fitted: Ripen comes with no NLI model to fit it on, and such
models differ in how sure they are. So a confidence that the second look moved is not known to be calibrated, and a
verdict can multiply odds by e^2 = 7.4 at most, up or down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.detectors.base import Entailment, Probabilities

WEIGHT = 4.0

LEAST = 0.05
"""A probability that even full entailment lifts to 0.28 at most: too little to act on, so not worth a second look."""


@dataclass(frozen=True, slots=True)
class Reranker:
    """Asks `entailment` about the new intents among the `candidates` likeliest. Immutable, so threads share it.

    `template` is transformers' hypothesis_template: {} in it stands for a description.
    """

    entailment: Entailment
    template: str
    candidates: int

    def judge(self, message: str, chances: Probabilities, descriptions: Sequence[str]) -> Probabilities:
        """How likely `message` entails each description, NaN for those that were not worth asking about.

        `chances` is as Arbiter.decide gives it, for one message; `descriptions` are those of the new intents.
        """
        judged = np.full(len(descriptions), np.nan)
        asked = self.choose(chances, len(descriptions))
        if len(asked):
            hypotheses = [self.template.replace("{}", descriptions[index]) for index in asked]
            judged[asked] = self.entailment.judge(message, hypotheses)
        return judged

    def choose(self, chances: Probabilities, new: int) -> npt.NDArray[np.intp]:
        """Which of the `new` new intents are among the likeliest, and likely enough: their indices, best first."""
        first = len(chances) - 1 - new
        best = np.argsort(-chances[:-1], kind="stable")[: self.candidates]
        return best[(best >= first) & (chances[best] >= LEAST)] - first


def reweigh(chances: Probabilities, entailed: Probabilities) -> Probabilities:
    """The probabilities after the second look, again a distribution.

    `chances` has shape (mature intents + new intents + 1,), `entailed` (new intents,), in [0, 1] or NaN where not
    judged. What was not judged was less likely than all that was; it counts as the least entailed of them, lest one
    that nobody looked at gain from their denial.
    """
    judged = ~np.isnan(entailed)
    if not judged.any():
        return chances
    filled = np.where(judged, entailed, min(0.5, float(entailed[judged].min())))
    factors = np.ones(len(chances))
    factors[len(chances) - 1 - len(entailed) : -1] = np.exp(WEIGHT * (filled - 0.5))
    odds = chances * factors
    again: Probabilities = odds / odds.sum()
    return again
