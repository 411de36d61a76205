"""Rated embeddings -> the sentiment head: a logistic label, and a valence on the scale of people's ratings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize, minimize_scalar
from sklearn.linear_model import LogisticRegression

from bot.detectors.base import Embeddings
from bot.detectors.sentiment import LABELS, SentimentHead
from training.sentiment.data import RatedText

Floats = npt.NDArray[np.float64]

INVERSE_PENALTY = 5.0  # of the label; 1 to 20 differ by less than 0.01 on sst2/dev and tweeteval/val
PENALTY = 1.0  # of the valence; 0.3 to 1 alike


def fit_head(embeddings: Embeddings, rated: Sequence[RatedText], made_of: Mapping[str, str]) -> SentimentHead:
    """A head fitted on rows of `embeddings`, one for each of `rated`. Deterministic."""
    labels = np.array([LABELS.index(row.label) if row.label else -1 for row in rated])
    label_weights, valence_weights = np.array([row.weights for row in rated]).T
    clear = labels >= 0
    label = LogisticRegression(C=INVERSE_PENALTY, max_iter=1000)
    label.fit(embeddings[clear], labels[clear], sample_weight=label_weights[clear])
    ratings = np.array([row.valence for row in rated])
    valence, offset = _fit_valence(embeddings.astype(np.float64), ratings, valence_weights)
    return SentimentHead(
        label.coef_.astype(np.float32), label.intercept_.astype(np.float32), valence.astype(np.float32), offset, made_of
    )


def _fit_valence(embeddings: Floats, valence: Floats, weights: Floats) -> tuple[Floats, float]:
    """Least squares through tanh: a prediction is the mean rating to expect, so it is calibrated, if timid."""
    size = embeddings.shape[1]

    def loss(parameters: Floats) -> tuple[float, Floats]:
        predicted = np.tanh(embeddings @ parameters[:size] + parameters[size])
        error = predicted - valence
        slope = 2 * weights * error * (1 - predicted**2)
        gradient = np.append(embeddings.T @ slope + 2 * PENALTY * parameters[:size], slope.sum())
        return float((weights * error**2).sum() + PENALTY * (parameters[:size] ** 2).sum()), gradient

    found = minimize(loss, np.zeros(size + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return found[:size], float(found[size])


def calibrate(head: SentimentHead, feelings: Embeddings, rated: Sequence[RatedText]) -> SentimentHead:
    """The head with its valence stretched or shrunk to the ratings of rows that it has not seen. Zero stays zero."""
    raw = feelings.astype(np.float64) @ head.valence_weights + head.valence_bias
    ratings = np.array([row.valence for row in rated])

    def loss(stretch: float) -> float:
        return float(((np.tanh(stretch * raw) - ratings) ** 2).sum())

    stretch = float(minimize_scalar(loss, bounds=(0.2, 5.0), method="bounded").x)
    weights = (stretch * head.valence_weights).astype(np.float32)
    return replace(head, valence_weights=weights, valence_bias=stretch * head.valence_bias)
