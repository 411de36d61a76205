"""Confidence as a risk: of answers at least as sure as this one, how many are wrong. Measured on held-out messages.

The curve is the selective risk of Geifman and El-Yaniv (2017, arXiv:1705.08500), with the correction of conformal risk
control (2022, arXiv:2208.02814): one more message than were seen, and that one wrong. So no risk is ever 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

BINS = 100
"""Confidences are told apart to a hundredth."""

CHOICES = 3
"""How many of the best intents count as `together`: those that a clarifying question offers by default."""

TOGETHER_BINS = 20

PRIOR_MESSAGES = 200.0
"""What the public bots count beside a bot's own held-out messages; 77 intents of ten examples give some 600."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """How messages went that were held out of learning. Counts may be fractions: messages are weighted.

    seen (BINS, TOGETHER_BINS): by confidence in the best intent, and by confidence in the best CHOICES together.
    wrong (BINS,): those whose best intent was not what was meant, by confidence in it.
    """

    seen: Doubles
    wrong: Doubles

    @classmethod
    def none(cls) -> HeldOut:
        """No messages."""
        return cls(np.zeros((BINS, TOGETHER_BINS)), np.zeros(BINS))

    @classmethod
    def count(cls, confidence: Doubles, together: Doubles, right: Booleans, weights: Doubles) -> HeldOut:
        """Sort n messages into bins; all arguments have shape (n,), the first two are in [0, 1], weights at least 0.

        Weights are scaled so that they sum to Kish's effective number of messages: uneven ones say less.
        """
        total, squares = weights.sum(), (weights**2).sum()
        if not squares > 0:
            return cls.none()
        scaled = weights * (total / squares)
        found = cls.none()
        rows = _bins(confidence, BINS)
        np.add.at(found.seen, (rows, _bins(together, TOGETHER_BINS)), scaled)
        np.add.at(found.wrong, rows[~right], scaled[~right])
        return found

    @property
    def total(self) -> float:
        """How many messages."""
        return float(self.seen.sum())

    def worth(self, messages: float) -> HeldOut:
        """The same shares of that many `messages`; none stay none."""
        factor = messages / self.total if self.total else 0.0
        return HeldOut(self.seen * factor, self.wrong * factor)

    def beside(self, other: HeldOut) -> HeldOut:
        """The messages of both."""
        return HeldOut(self.seen + other.seen, self.wrong + other.wrong)


@dataclass(frozen=True)
class RiskCurve:
    """From confidence to risk, by a bot's `own` held-out messages and those of public bots, the `prior`.

    The prior counts as PRIOR_MESSAGES, so a bot without its own is the prior. One message in twenty is taken to mean
    none of the intents (episodes.OUT_OF_SCOPE_SHARE), and intents to be asked for equally often: where strangers are
    more, more answers are wrong than the curve says.
    """

    own: HeldOut
    prior: HeldOut

    @cached_property
    def risks(self) -> Doubles:
        """By bin of confidence, in (0, 1], never rising: the least risk at which an answer as sure as this is given."""
        known = self.own.beside(self.prior.worth(PRIOR_MESSAGES))
        seen, wrong = (np.cumsum(each[::-1])[::-1] for each in (known.seen.sum(axis=1), known.wrong))
        # A stricter threshold may be no safer by what was seen; a risk that allows the looser one allows both.
        return np.minimum.accumulate(np.clip((wrong + 1) / (seen + 1), 0.0, 1.0))

    def at(self, confidence: float) -> float:
        """The share of wrong answers among those at least this sure, estimated upwards, in (0, 1]."""
        return float(self.risks[_bins(np.array([confidence]), BINS)[0]])

    def confidence_for(self, risk: float) -> float | None:
        """The least confidence at which the risk is at most `risk`; None when no answer is so safe."""
        allowed = np.flatnonzero(self.risks <= risk)
        return float(allowed[0] / BINS) if len(allowed) else None


def _bins(values: Doubles, count: int) -> npt.NDArray[np.intp]:
    """Which of `count` equal parts of [0, 1] each value lies in; what is no number is in the lowest."""
    return np.clip(np.nan_to_num(values) * count + 1e-9, 0, count - 1).astype(np.intp)
