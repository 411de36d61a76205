"""Sentiment of the bundle on public sets, through the detector that serves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.base import Detector
from bot.detectors.sentiment import SentimentHead
from bot.models.bundle import Bundle
from training.benchmarks.bots import VocabularyEncoder, learn, make_catalog
from training.benchmarks.figures import Figure
from training.evaluation.metrics import accuracy, recall_per_intent
from training.sentiment.data import read_classes

BOT = {"order": ("where is my order",), "refund": ("i want my money back",)}
EXPERIMENT = "sentiment"


def sentiment_files(data: Path, asked: str) -> dict[str, Path]:
    """What the split `asked` is judged on. TweetEval's validation rows fitted the head, so only its test rows count."""
    folder = data / "sentiment"
    wanted = {"sst2": folder / "sst2" / f"{'dev' if asked == 'valid' else asked}.csv"}
    if asked == "test":
        wanted["tweeteval"] = folder / "tweeteval" / "test.csv"
    return {name: file for name, file in wanted.items() if file.is_file()}


def sentiment(data: Path, asked: str, bundle: Bundle, encoder: VocabularyEncoder) -> Iterator[Figure]:
    """SST-2, which knows no neutral, by the sign of the valence; TweetEval's three classes by the label."""
    if bundle.sentiment_path is None:
        return
    head = SentimentHead.load(bundle.sentiment_path)
    bot = learn(make_catalog(BOT), encoder, ArbiterPrior.load(bundle.arbiter_path), sentiment=head)
    files = sentiment_files(data, asked)
    if "sst2" in files:
        yield Figure("sst2", EXPERIMENT, "accuracy", (judge_sign(bot.detector, files["sst2"]),))
    if "tweeteval" in files:
        yield Figure("tweeteval", EXPERIMENT, "macro recall", (judge_labels(bot.detector, files["tweeteval"]),))


def judge_sign(detector: Detector, file: Path) -> float:
    """Share of texts, rated negative or positive, whose valence is on the right side of 0."""
    rows = read_classes(file)
    return accuracy([(detector.detect(text).sentiment.valence > 0) == (label == "positive") for text, label in rows])


def judge_labels(detector: Detector, file: Path) -> float:
    """Mean over the labels of the share of their texts that get that label."""
    rows = read_classes(file)
    found = [detector.detect(text).sentiment.label for text, _ in rows]
    recalls = recall_per_intent([label for _, label in rows], found)
    return sum(recalls.values()) / len(recalls)
