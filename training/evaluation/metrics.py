"""Numbers that say how good a detector is. All of them lie in [0, 1]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of about the same confidence: how sure on average, what share was right, and how many they are."""

    confidence: float
    accuracy: float
    count: int


def reliability(confidence: npt.ArrayLike, right: npt.ArrayLike, bins: int = BINS) -> tuple[Bin, ...]:
    """The bins that are not empty of `bins` equally wide ones over [0, 1], in order."""
    sure, hit = np.asarray(confidence, float), np.asarray(right, float)
    place = np.clip((sure * bins).astype(int), 0, bins - 1)
    inside = [place == number for number in np.unique(place)]
    return tuple(Bin(float(sure[at].mean()), float(hit[at].mean()), int(at.sum())) for at in inside)


def calibration_error(confidence: npt.ArrayLike, right: npt.ArrayLike, bins: int = BINS) -> float:
    """Expected calibration error (Guo et al., 2017): the mean distance of confidence and accuracy over equal bins."""
    found = reliability(confidence, right, bins)
    return sum(abs(one.confidence - one.accuracy) * one.count for one in found) / sum(one.count for one in found)


def selective_risk(answered: Sequence[bool], right: Sequence[bool]) -> float:
    """Of the messages that were answered, the share answered wrongly; 0 when none was answered."""
    wrong = [not hit for taken, hit in zip(answered, right, strict=True) if taken]
    return float(np.mean(wrong)) if wrong else 0.0


def recall_per_intent(truth: Sequence[str], found: Sequence[str]) -> dict[str, float]:
    """Of each true intent, the share of its messages that was found, in alphabetical order."""
    hits: dict[str, list[bool]] = {}
    for meant, got in zip(truth, found, strict=True):
        hits.setdefault(meant, []).append(meant == got)
    return {intent: accuracy(hits[intent]) for intent in sorted(hits)}
