"""The sentiment head of a tuned encoder: what the head before it says, read from the new embeddings.

A head fits only the encoder that it was fitted for, tuning moves embeddings, and a bot has no rated data sets at hand.
So the head is corrected, not fitted anew: ridge regression of the change in its scores that the tuning caused, on
sentences of which no rating is needed, since the old head on the old encoder rates them. No correction is where it
starts from, so few sentences do little harm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bot.detectors.base import Embeddings
from bot.detectors.sentiment import SentimentHead

Doubles = npt.NDArray[np.float64]

PENALTIES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Agreement:
    """On sentences that the correction had not seen: share of equal labels, and mean distance of the valences."""

    label: float
    valence: float


def distil(head: SentimentHead, before: Embeddings, after: Embeddings) -> tuple[SentimentHead, Agreement]:
    """A head for the encoder that gave `after`, from `head` for the one that gave `before`: rows are the same texts.

    The penalty is the one whose corrections, cross-validated, come nearest to the old scores. Deterministic.
    """
    wanted = scores(head, before)
    folds = np.arange(len(before)) % FOLDS
    held_out = {penalty: _held_out(head, after, wanted, folds, penalty) for penalty in PENALTIES}
    best = min(PENALTIES, key=lambda penalty: float(((held_out[penalty] - wanted) ** 2).mean()))
    return _corrected(head, after, wanted, best), agreement(held_out[best], wanted)


def scores(head: SentimentHead, embeddings: Embeddings) -> Doubles:
    """(n, labels + 1): a score for each label and, last, the valence before tanh."""
    weights, bias = _stacked(head)
    return embeddings.astype(np.float64) @ weights.T + bias


def agreement(found: Doubles, wanted: Doubles) -> Agreement:
    """How much two sets of scores of the same texts say the same."""
    same = found[:, :-1].argmax(axis=1) == wanted[:, :-1].argmax(axis=1)
    return Agreement(float(same.mean()), float(np.abs(np.tanh(found[:, -1]) - np.tanh(wanted[:, -1])).mean()))


def _held_out(
    head: SentimentHead, after: Embeddings, wanted: Doubles, folds: npt.NDArray[np.intp], penalty: float
) -> Doubles:
    found = np.empty_like(wanted)
    for fold in range(FOLDS):
        out = folds == fold
        found[out] = scores(_corrected(head, after[~out], wanted[~out], penalty), after[out])
    return found


def _corrected(head: SentimentHead, after: Embeddings, wanted: Doubles, penalty: float) -> SentimentHead:
    rows = np.hstack([after.astype(np.float64), np.ones((len(after), 1))])
    missing = wanted - scores(head, after)
    ridge = rows.T @ rows + penalty * np.eye(rows.shape[1])
    change = np.linalg.solve(ridge, rows.T @ missing).T
    weights, bias = _stacked(head)
    weights, bias = weights + change[:, :-1], bias + change[:, -1]
    return replace(
        head,
        label_weights=weights[:-1].astype(np.float32),
        label_bias=bias[:-1].astype(np.float32),
        valence_weights=weights[-1].astype(np.float32),
        valence_bias=float(bias[-1]),
    )


def _stacked(head: SentimentHead) -> tuple[Doubles, Doubles]:
    weights = np.vstack([head.label_weights, head.valence_weights[None]]).astype(np.float64)
    return weights, np.append(head.label_bias.astype(np.float64), head.valence_bias)
