"""What the arbiter learns from: messages with their candidates measured, and which of them was right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bot.detectors import mature, zero_shot
from bot.detectors.arbiter import CONTEXT, PARAMETERS, Arbiter, Doubles
from bot.detectors.base import Encoded
from bot.detectors.exemplars import Floats, Integers
from bot.detectors.mature import Mature
from bot.detectors.risk import CHOICES
from bot.detectors.zero_shot import ZeroShot

SHORT_LIST = 8
"""Candidates kept of each side: the rest have next to no probability, and would make fitting slow."""

NONE = -1
"""The truth of a message that means none of the intents."""

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lessons:
    """n messages. The first SHORT_LIST candidates are mature, the others new; shapes, with S = 2 * SHORT_LIST:

    candidates (n, S, features of both sides), present (n, S) is there such a candidate, right (n, S) is it the truth
    (no True at all: none of them), context (n, features), sides (n,) 0 mature, 1 new, 2 none, weights (n,).
    """

    candidates: Floats
    present: Booleans
    right: Booleans
    context: Floats
    sides: Integers
    weights: Doubles

    @classmethod
    def join(cls, parts: Sequence[Lessons]) -> Lessons:
        """All lessons of `parts`."""
        columns = ("candidates", "present", "right", "context", "sides", "weights")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))

    def balanced(self, shares: Sequence[float]) -> Lessons:
        """The same lessons, weighted so that the three sides have these shares (a side without lessons has none)."""
        counts = np.bincount(self.sides, minlength=3)
        each = np.divide(shares, counts, out=np.zeros(3), where=counts > 0)
        weights = each[self.sides]
        return replace(self, weights=weights * len(self.sides) / max(weights.sum(), 1e-9))


def measure(matured: Mature, new: ZeroShot, messages: Encoded, truths: Integers) -> Lessons:
    """Lessons from n `messages`. `truths` (n,) count mature intents first, then new ones; or NONE."""
    left, right = matured.read(messages), new.read(messages.meaning)
    split = len(matured.exemplars)
    picked = [
        _short_list(left.candidates, left.candidates[..., 0], truths, 0),
        _short_list(right.candidates, right.candidates[..., 2], truths, split),
    ]
    n, width = len(messages), len(mature.CANDIDATE_FEATURES)
    candidates = np.zeros((n, 2 * SHORT_LIST, width + len(zero_shot.CANDIDATE_FEATURES)), np.float32)
    present, correct = (np.zeros((n, 2 * SHORT_LIST), np.bool_) for _ in range(2))
    for side, (features, is_right) in enumerate(picked):
        columns = slice(side * SHORT_LIST, side * SHORT_LIST + is_right.shape[1])
        candidates[:, columns, side * width : side * width + features.shape[2]] = features
        present[:, columns], correct[:, columns] = True, is_right
    sides = np.where(truths == NONE, 2, (truths >= split).astype(np.intp))
    context = np.hstack([left.context, right.context])
    return Lessons(candidates, present, correct, context, sides, np.ones(n))


def _short_list(features: Floats, keys: Floats, truths: Integers, offset: int) -> tuple[Floats, Booleans]:
    """The SHORT_LIST best candidates by `keys`, the truth always among them, and which of them is the truth."""
    count = features.shape[1]
    keep = min(SHORT_LIST, count)
    if not keep:
        return features, np.zeros((len(features), 0), np.bool_)
    here = np.flatnonzero((truths >= offset) & (truths < offset + count))
    keys = keys.copy()
    keys[here, truths[here] - offset] = np.inf
    chosen = np.argpartition(-keys, keep - 1, axis=1)[:, :keep]
    return np.take_along_axis(features, chosen[..., None], axis=1), chosen + offset == truths[:, None]


def fit_scale(lessons: Lessons) -> tuple[Doubles, Doubles]:
    """Centre and scale of the context's features, over the messages where they could be measured."""
    measured = np.ma.masked_invalid(lessons.context.astype(np.float64))
    centre, scale = measured.mean(axis=0).filled(0.0), measured.std(axis=0).filled(1.0)
    for index, name in enumerate(CONTEXT):
        if name.startswith("any_"):  # a switch stays 0 or 1
            centre[index], scale[index] = 0.0, 1.0
    return centre, np.maximum(scale, 1e-3)


def fit_arbiter(lessons: Lessons, start: Arbiter, strength: float, near: Arbiter | None = None) -> Arbiter:
    """The arbiter most likely given the lessons and a normal prior around `start`, worth `strength` lessons.

    That is how a bot's own episodes and the public ones are mixed: few lessons leave the prior as it is. The answer is
    the same with `near`, one that is close to it, and comes sooner.
    """
    from scipy.optimize import minimize  # slow to import, and a start from what was kept fits nothing

    problem = _Likelihood(lessons, start, strength)
    found = minimize(problem, (near or start).weights, jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return replace(start, weights=np.asarray(found.x, np.float64))


def judge(lessons: Lessons, arbiter: Arbiter) -> tuple[Doubles, Doubles, Booleans]:
    """What `arbiter` makes of n lessons: its confidence in the best intent, in the best CHOICES together, is it right.

    All have shape (n,). A message that means none of the intents has no right answer.
    """
    utilities = _utilities(lessons, arbiter.scaled(lessons.context), arbiter.weights)
    highest = np.maximum(utilities.max(axis=1), 0.0)
    odds = np.exp(utilities - highest[:, None])
    chances = odds / (odds.sum(axis=1) + np.exp(-highest))[:, None]
    together = np.sort(chances, axis=1)[:, -CHOICES:].sum(axis=1)
    best = chances.argmax(axis=1)[:, None]
    right = np.take_along_axis(lessons.right & lessons.present, best, axis=1)[:, 0]
    return chances.max(axis=1), np.minimum(together, 1.0), right


def _utilities(lessons: Lessons, context: Doubles, weights: Doubles) -> Doubles:
    """Of every candidate, shape (n, S); -inf for one that is not there. `context` is centred and scaled."""
    own = lessons.candidates.shape[2]
    given_mature, given_new = np.split(weights[own:], 2)
    utilities: Doubles = lessons.candidates @ weights[:own]
    utilities[:, :SHORT_LIST] += (context @ given_mature)[:, None]
    utilities[:, SHORT_LIST:] += (context @ given_new)[:, None]
    utilities[~lessons.present] = -np.inf
    return utilities


class _Likelihood:
    """Minus the penalised log likelihood of a conditional logit, and its gradient."""

    def __init__(self, lessons: Lessons, start: Arbiter, strength: float) -> None:
        self.lessons, self.start, self.strength = lessons, start, strength
        self.context = start.scaled(lessons.context)

    def __call__(self, weights: Doubles) -> tuple[float, Doubles]:
        lessons, context = self.lessons, self.context
        utilities = _utilities(lessons, context, weights)
        highest = np.maximum(utilities.max(axis=1), 0.0)
        odds = np.exp(utilities - highest[:, None])
        total = odds.sum(axis=1) + np.exp(-highest)
        of_truth = np.where(lessons.right, utilities, 0.0).sum(axis=1)
        loss = -(lessons.weights * (of_truth - highest - np.log(total))).sum()
        slope = (odds / total[:, None] - lessons.right) * lessons.weights[:, None]
        away = weights - self.start.weights
        gradient = np.concatenate(
            [
                np.tensordot(slope, lessons.candidates, ([0, 1], [0, 1])),
                context.T @ slope[:, :SHORT_LIST].sum(axis=1),
                context.T @ slope[:, SHORT_LIST:].sum(axis=1),
            ]
        )
        return float(loss + self.strength / 2 * (away @ away)), gradient + self.strength * away


def untaught(centre: Doubles, scale: Doubles) -> Arbiter:
    """Where fitting starts without a prior: all weights 0."""
    return Arbiter(np.zeros(len(PARAMETERS)), centre, scale)
