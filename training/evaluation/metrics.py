"""Numbers that say how good a detector is. All of them lie in [0, 1]."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

BINS = 15


def accuracy(right: Sequence[bool]) -> float:
    """Share of True; raises ValueError for none at all."""
    if not len(right):
        raise ValueError("accuracy of no messages")
    return float(np.mean(right))


def harmonic_mean(mature: float, new: float) -> float:
    """H of the accuracy on mature and on new intents: high only when neither starves the other."""
    return 2 * mature * new / (mature + new) if mature + new else 0.0


def auroc(known: npt.ArrayLike, strangers: npt.ArrayLike) -> float:
    """How well a score tells strangers (high) from known messages (low): area under the ROC curve."""
    scores = np.concatenate([np.asarray(known, float), np.asarray(strangers, float)])
    labels = np.concatenate([np.zeros(np.size(known)), np.ones(np.size(strangers))])
    return float(roc_auc_score(labels, scores))


def calibration_error(confidence: npt.ArrayLike, right: npt.ArrayLike, bins: int = BINS) -> float:
    """Expected calibration error (Guo et al., 2017): the mean distance of confidence and accuracy over equal bins."""
    sure, hit = np.asarray(confidence, float), np.asarray(right, float)
    place = np.clip((sure * bins).astype(int), 0, bins - 1)
    gaps = [abs(sure[place == b].mean() - hit[place == b].mean()) * (place == b).mean() for b in np.unique(place)]
    return float(sum(gaps))


def recall_per_intent(truth: Sequence[str], found: Sequence[str]) -> dict[str, float]:
    """Of each true intent, the share of its messages that was found, in alphabetical order."""
    hits: dict[str, list[bool]] = {}
    for meant, got in zip(truth, found, strict=True):
        hits.setdefault(meant, []).append(meant == got)
    return {intent: accuracy(hits[intent]) for intent in sorted(hits)}
