"""The rated sentences that the sentiment head is fitted on, and those that it is judged on.

Public sets come from a folder laid out as `read_*` below expect; support.csv and chat.csv are Ripen's own: how people
talk to a support desk, rated by hand, since film reviews and tweets do not say "where is my order".
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np

from bot.detectors.sentiment import LABELS
from bot.errors import RipenError
from bot.messages import SentimentLabel

SUPPORT = tuple(Path(__file__).parent / name for name in ("support.csv", "chat.csv"))
"""Requests, thanks and complaints; negation, irony, emoji, terse chat, and questions that only sound like feelings."""

WEIGHTS: Mapping[str, tuple[float, float]] = {
    "sst2": (1.0, 0.3),
    "tweeteval": (3.0, 0.3),
    "tweeteval_emotion": (0.2, 0.0),  # emotions say on which side a text is, not how far
    "human_rated": (0.5, 1.0),
    "clinc150": (1.0, 1.0),
    "support": (10.0, 10.0),
}
"""What a row of each set counts when the label is fitted, and when the valence is."""

STRONGEST_MEAN = 3.0
"""Ten people hardly agree on -4 or 4: a mean rating of 3 is taken for the end of the scale."""

CLASS_VALENCE: Mapping[SentimentLabel, float] = {"negative": -0.55, "neutral": 0.0, "positive": 0.55}
"""What a bare class says about strength: little, so these rows weigh little when the valence is fitted."""

EMOTIONS: Mapping[str, SentimentLabel] = {
    "anger": "negative",
    "sadness": "negative",
    "joy": "positive",
    "optimism": "positive",
}


@dataclass(frozen=True, slots=True)
class RatedText:
    """A text, its label (None: too close to call), its valence in [-1, 1], and the set that it is from."""

    text: str
    label: SentimentLabel | None
    valence: float
    source: str

    @property
    def weights(self) -> tuple[float, float]:
        """What it counts in the fit of the label, and of the valence."""
        return WEIGHTS[self.source]


def read_training(data: Path) -> list[RatedText]:
    """All rows to fit on."""
    return [
        *(_classed(*row, "sst2") for row in read_classes(data / "sentiment/sst2/train.csv")),
        *(_classed(*row, "tweeteval") for row in read_classes(data / "sentiment/tweeteval/val.csv")),
        *_emotions(data / "sentiment/tweeteval_emotion/train.csv"),
        *_human_rated(data / "sentiment/human_rated/snippets.csv"),
        *_requests(data / "intents/clinc150/train_10.csv"),
        *read_support(),
    ]


def read_classes(path: Path) -> list[tuple[str, SentimentLabel]]:
    """Rows of a file with the columns text and sentiment."""
    named: Mapping[str, SentimentLabel] = {label: label for label in LABELS}
    return [(row["text"], named[row["sentiment"]]) for row in _rows(path)]


def read_support() -> list[RatedText]:
    """Ripen's own sentences."""
    rated = [(row["text"], float(row["valence"])) for path in SUPPORT for row in _rows(path)]
    return [RatedText(text, _label(valence, 0.25), valence, "support") for text, valence in rated]


def hold_out(
    rated: Sequence[RatedText], shares: Mapping[str, float], seed: int
) -> tuple[list[RatedText], list[RatedText]]:
    """Rows to train on, and rows to judge on: of each set in `shares`, that share of its rows, drawn by chance."""
    generator = np.random.default_rng(seed)
    drawn = generator.random(len(rated))
    held = [chance < shares.get(row.source, 0.0) for row, chance in zip(rated, drawn, strict=True)]
    return ([row for row, out in zip(rated, held, strict=True) if not out], list(compress(rated, held)))


def _classed(text: str, label: SentimentLabel, source: str) -> RatedText:
    return RatedText(text, label, CLASS_VALENCE[label], source)


def _emotions(path: Path) -> Iterable[RatedText]:
    return (_classed(row["text"], EMOTIONS[row["emotion"]], "tweeteval_emotion") for row in _rows(path))


def _human_rated(path: Path) -> Iterable[RatedText]:
    for row in _rows(path):
        mean = float(row["mean_rating"])
        label = None if 0.4 < abs(mean) < 1 else _label(mean, 0.4)
        valence = max(-1.0, min(1.0, mean / STRONGEST_MEAN))
        yield RatedText(row["text"], label, valence, "human_rated")


def _requests(path: Path) -> Iterable[RatedText]:
    """What people ask of an assistant: neutral, all but a few."""
    return (_classed(row["text"], "neutral", "clinc150") for row in _rows(path))


def _label(value: float, dead_zone: float) -> SentimentLabel:
    if abs(value) <= dead_zone:
        return "neutral"
    return "positive" if value > 0 else "negative"


def _rows(path: Path) -> Sequence[Mapping[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        raise RipenError(f"{path} cannot be read: {error.strerror}. --data names the folder that holds it.") from error
