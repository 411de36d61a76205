"""How good a sentiment head is, in the figures that others publish."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import recall_score

from bot.detectors.base import Embeddings
from bot.detectors.sentiment import LABELS, SentimentHead
from bot.messages import SentimentLabel
from training.sentiment.data import RatedText, read_classes
from training.sentiment.fit import fit_head

FOLDS = 5
STRONG = -0.55  # as config.yml has it, unless it says otherwise
BINS = 10  # of equally many rows, for the calibration error

Floats = npt.NDArray[np.float64]
Names = npt.NDArray[np.generic]
Feel = Callable[[Sequence[str]], Embeddings]
"""Texts -> what a head reads."""


def measure_classes(head: SentimentHead, feel: Feel, data: Path, *, test: bool) -> dict[str, float]:
    """Accuracy on SST-2 (the neutral label put aside, since the set has none) and macro recall on TweetEval.

    On sst2/dev while choosing; on the test files, `test`, only for the number that is reported.
    """
    name = "test" if test else "dev"
    sst2 = read_classes(data / f"sentiment/sst2/{name}.csv")
    feelings, true = _read(feel, sst2)
    scores = feelings @ head.label_weights.T + head.label_bias
    by_label = np.where(scores[:, 0] > scores[:, 2], "negative", "positive")
    by_valence = np.where(_valences(head, feelings) > 0, "positive", "negative")
    figures = {
        f"sst2_{name}_accuracy": float(np.mean(by_label == true)),
        f"sst2_{name}_accuracy_by_valence": float(np.mean(by_valence == true)),
    }
    if test:  # tweeteval/val is trained on; judge_unseen and cross_validate measure on rows of it that were not
        feelings, true = _read(feel, read_classes(data / "sentiment/tweeteval/test.csv"))
        figures["tweeteval_test_macro_recall"] = _macro_recall(_labels(head, feelings), true)
    return figures


def judge_unseen(head: SentimentHead, feelings: Embeddings, rated: Sequence[RatedText]) -> dict[str, float]:
    """Figures on rows that the head has not seen, with what an encoder feels at them: as `cross_validate` gives."""
    return _figures(_labels(head, feelings), _valences(head, feelings), rated)


def cross_validate(embeddings: Embeddings, rated: Sequence[RatedText], seed: int) -> dict[str, float]:
    """Figures on rows that a head has not seen: TweetEval's validation rows by label, the rest by valence."""
    fold = np.random.default_rng(seed).integers(0, FOLDS, len(rated))
    labels, valences = np.empty(len(rated), dtype=object), np.empty(len(rated))
    for number in range(FOLDS):
        kept = [row for row, at in zip(rated, fold, strict=True) if at != number]
        head, out = fit_head(embeddings[fold != number], kept, {}), fold == number
        labels[out], valences[out] = _labels(head, embeddings[out]), _valences(head, embeddings[out])
    return _figures(labels, valences, rated)


def calibration_error(predicted: Floats, true: Floats) -> float:
    """Mean distance between what is said and what people say, over bins of equally many rows of like prediction."""
    order = np.argsort(predicted, kind="stable")
    bins = [rows for rows in np.array_split(order, BINS) if len(rows)]
    gaps = [abs(predicted[rows].mean() - true[rows].mean()) for rows in bins]
    return float(np.average(gaps, weights=[len(rows) for rows in bins]))


def _figures(labels: Names, valences: Floats, rated: Sequence[RatedText]) -> dict[str, float]:
    source, true = np.array([row.source for row in rated]), np.array([row.valence for row in rated])
    wanted = np.array([row.label or "" for row in rated])
    tweets, people, own = (source == name for name in ("tweeteval", "human_rated", "support"))
    strong = people & (valences <= STRONG)
    return {
        "tweeteval_val_macro_recall": _macro_recall(labels[tweets], wanted[tweets]),
        "human_rated_correlation": float(np.corrcoef(valences[people], true[people])[0, 1]),
        "human_rated_calibration_error": calibration_error(valences[people], true[people]),
        "support_correlation": float(np.corrcoef(valences[own], true[own])[0, 1]),
        "support_accuracy": float(np.mean(labels[own] == wanted[own])),
        "mean_rating_where_read_as_strongly_negative": float(true[strong].mean()) if strong.any() else float("nan"),
    }


def _read(feel: Feel, rows: Sequence[tuple[str, SentimentLabel]]) -> tuple[Embeddings, Names]:
    return feel([text for text, _ in rows]), np.array([label for _, label in rows])


def _labels(head: SentimentHead, feelings: Embeddings) -> Names:
    scores = feelings @ head.label_weights.T + head.label_bias
    labels: Names = np.array(LABELS)[scores.argmax(axis=1)]
    return labels


def _valences(head: SentimentHead, feelings: Embeddings) -> Floats:
    return np.tanh(feelings.astype(np.float64) @ head.valence_weights + head.valence_bias)


def _macro_recall(found: Names, wanted: Names) -> float:
    return float(recall_score([str(one) for one in wanted], [str(one) for one in found], average="macro"))
