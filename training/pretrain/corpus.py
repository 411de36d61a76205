"""The public intents that the adapter learns from. Training splits only, and never BANKING77."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.detectors.exemplars import read_name
from training.evaluation.intent_sets import read_rows, read_split

DATA_SETS = ("clinc150", "hwu64", "snips", "sgd")
PER_INTENT = 60
FEWEST = 8

PHRASINGS = (
    "the user asks about {}",
    "I have a question about {}",
    "the customer wants: {}",
    "{}?",
    "can you help me with {}",
    "a message about {}",
)
"""Ways to put a name, so that a card may be written in more than one style."""


@dataclass(frozen=True, slots=True)
class TaughtIntent:
    """An intent of a public set. `name` is words; `description` is one line, empty where the set has none."""

    name: str
    description: str
    utterances: tuple[str, ...]

    @property
    def phrasings(self) -> tuple[str, ...]:
        """All ways to write its card."""
        said = [self.name, *(phrasing.format(self.name) for phrasing in PHRASINGS)]
        return (*said, self.description) if self.description else tuple(said)


Corpus = Mapping[str, Sequence[TaughtIntent]]
"""Intents by data set."""


def read_corpus(data: Path, names: Sequence[str], generator: np.random.Generator) -> Corpus:
    """Up to PER_INTENT utterances, drawn by chance, of each intent of the data sets `names`.

    Even and few: a thousand ways to ask for the weather teach no more about intents than sixty do.
    """
    return {
        name: [
            TaughtIntent(intent, description, tuple(texts[i] for i in generator.permutation(len(texts))[:PER_INTENT]))
            for intent, description, texts in (_schema_guided(data) if name == "sgd" else _split(data, name))
            if len(texts) >= FEWEST
        ]
        for name in names
    }


def _split(data: Path, name: str) -> list[tuple[str, str, list[str]]]:
    return [(read_name(intent), "", texts) for intent, texts in read_split(data, name, "train").by_intent().items()]


def _schema_guided(data: Path) -> list[tuple[str, str, list[str]]]:
    """Each service's intent by itself: services that share a name describe it in their own ways."""
    grouped: dict[tuple[str, str, str], dict[str, None]] = {}
    for row in read_rows(data / "intents" / "sgd" / "opening_turns.csv"):
        if row["split"] == "train":
            grouped.setdefault((row["intent"], row["service"], row["description"]), {})[row["text"]] = None
    return [
        (read_name(intent), description, list(texts)) for (intent, _, description), texts in sorted(grouped.items())
    ]
