"""How good a sentiment head is, in the figures that others publish."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import recall_score

from bot.detectors.base import Embeddings, Encoder
from bot.detectors.sentiment import LABELS, SentimentHead
from bot.messages import SentimentLabel
from training.sentiment.data import RatedText, read_classes
from training.sentiment.fit import fit_head

FOLDS = 5
STRONG = -0.6


def measure_classes(head: SentimentHead, encoder: Encoder, data: Path, *, test: bool) -> dict[str, float]:
    """Accuracy on SST-2 (the neutral label put aside, since the set has none) and macro recall on TweetEval.

    On sst2/dev while choosing; on the test files, `test`, only for the number that is reported.
    """
    name = "test" if test else "dev"
    sst2 = read_classes(data / f"sentiment/sst2/{name}.csv")
    scores = _scores(head, encoder, [text for text, _ in sst2])
    found = np.where(scores[:, 0] > scores[:, 2], "negative", "positive")
    figures = {f"sst2_{name}_accuracy": float(np.mean(found == [label for _, label in sst2]))}
    if test:  # tweeteval/val is trained on; cross_validate measures on it
        tweets = read_classes(data / "sentiment/tweeteval/test.csv")
        found = np.array(LABELS)[_scores(head, encoder, [text for text, _ in tweets]).argmax(axis=1)]
        figures["tweeteval_test_macro_recall"] = _macro_recall(found, [label for _, label in tweets])
    return figures


def cross_validate(embeddings: Embeddings, rated: Sequence[RatedText], seed: int) -> dict[str, float]:
    """Figures on rows that a head has not seen: TweetEval's validation rows by label, the rest by valence."""
    fold = np.random.default_rng(seed).integers(0, FOLDS, len(rated))
    labels, valences = np.empty(len(rated), dtype=object), np.empty(len(rated))
    for number in range(FOLDS):
        kept = [row for row, at in zip(rated, fold, strict=True) if at != number]
        head = fit_head(embeddings[fold != number], kept, {})
        for at in np.flatnonzero(fold == number):
            read = head.read(embeddings[at])
            labels[at], valences[at] = read.label, read.valence
    source, true = np.array([row.source for row in rated]), np.array([row.valence for row in rated])
    tweets, people, own = (source == name for name in ("tweeteval", "human_rated", "support"))
    strong = people & (valences <= STRONG)
    wanted = [row.label for row in rated if row.source == "tweeteval" and row.label]
    return {
        "tweeteval_val_macro_recall": _macro_recall(labels[tweets], wanted),
        "human_rated_correlation": float(np.corrcoef(valences[people], true[people])[0, 1]),
        "support_correlation": float(np.corrcoef(valences[own], true[own])[0, 1]),
        "mean_rating_where_read_as_strongly_negative": float(true[strong].mean()) if strong.any() else float("nan"),
    }


def _scores(head: SentimentHead, encoder: Encoder, texts: Sequence[str]) -> Embeddings:
    scores: Embeddings = encoder.encode(texts) @ head.label_weights.T + head.label_bias
    return scores


def _macro_recall(found: npt.NDArray[np.generic], wanted: Sequence[SentimentLabel]) -> float:
    return float(recall_score(wanted, list(found), average="macro"))
