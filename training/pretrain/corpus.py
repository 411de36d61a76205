"""The intents that the adapter learns from: public ones, training splits only and never BANKING77, and our own.

Our own stand in intents/, one file a domain, written for this purpose: desks of shops, carriers, landlords, clinics and
so on, each with some twenty intents that differ by one aspect. A bank is left out, so that BANKING77 stays unseen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.catalog.catalog import read_name
from bot.catalog.intent_file import parse_intent_file
from bot.errors import CatalogError
from training.evaluation.intent_sets import read_rows, read_split

PUBLIC = ("clinc150", "hwu64", "snips", "sgd")
WRITTEN = "written"
DATA_SETS = (*PUBLIC, WRITTEN)
INTENTS = Path(__file__).parent / "intents"
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
    """An intent of a set. `name` is words; `description` (one line) and `domain` are empty where a set has none."""

    name: str
    description: str
    utterances: tuple[str, ...]
    domain: str = ""

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
    return {name: read_written() if name == WRITTEN else _read_public(data, name, generator) for name in names}


def read_written(folder: Path = INTENTS) -> list[TaughtIntent]:
    """Our own intents, all utterances; a file is a domain. Raises CatalogError for one that is not an intent file."""
    read = [parse_intent_file(file, file.read_bytes()) for file in sorted(folder.glob("*.yml"))]
    errors = tuple(problem for one in read for problem in one.problems if problem.severity == "error")
    if errors:
        raise CatalogError(errors)
    return [
        TaughtIntent(
            read_name(intent.name), intent.description, tuple(said.text for said in intent.examples), one.file.stem
        )
        for one in read
        for intent in one.intents
    ]


def _read_public(data: Path, name: str, generator: np.random.Generator) -> list[TaughtIntent]:
    return [
        TaughtIntent(intent, description, tuple(texts[i] for i in generator.permutation(len(texts))[:PER_INTENT]))
        for intent, description, texts in (_schema_guided(data) if name == "sgd" else _split(data, name))
        if len(texts) >= FEWEST
    ]


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
