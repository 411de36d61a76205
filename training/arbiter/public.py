"""The public intents that the prior learns from, embedded. Train and validation splits only, and never BANKING77."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.catalog.catalog import Example, Intent, Source, read_name
from bot.detectors.base import Encoded, Encoder, Widths
from bot.detectors.exemplars import EmbeddedIntent, embed_intents
from training.evaluation.intent_sets import OUT_OF_SCOPE, IntentSet, read_schema_guided, read_split

DATA_SETS = ("clinc150", "hwu64", "snips", "sgd")
PER_INTENT = 60
FEWEST = 12


@dataclass(frozen=True, slots=True)
class Public:
    """Embedded intents by data set, messages that no set's intents cover, and how wide their rows are."""

    sets: dict[str, list[EmbeddedIntent]]
    strangers: Encoded
    widths: Widths


def read_public(data: Path, encoder: Encoder, names: Sequence[str], generator: np.random.Generator) -> Public:
    """Embed up to PER_INTENT utterances of each intent of the data sets `names`."""
    sets = {}
    for name in names:
        intents = to_intents(_read(data, name), PER_INTENT, generator)
        embedded = embed_intents([one for one in intents if len(one.examples) >= FEWEST], encoder)
        sets[name] = list(embedded.values())
    stray = read_split(data, "clinc150", "oos_train", "oos_valid").utterances if "clinc150" in names else ()
    texts = [*(one.text for one in stray if one.intent == OUT_OF_SCOPE), *nonsense(200, generator)]
    return Public(sets, encoder.encode_fully(texts), encoder.widths)


def to_intents(intents: IntentSet, most: int, generator: np.random.Generator) -> list[Intent]:
    """As a catalog would hold them, with at most `most` examples each. Without a description, the name says it all."""
    made = []
    for name, texts in intents.by_intent().items():
        chosen = [texts[i] for i in generator.permutation(len(texts))[:most]]
        source = Source(Path(f"{intents.name}.yml"), 1)
        description = intents.descriptions.get(name, read_name(name))
        made.append(Intent(name, description, source, tuple(Example(text, source) for text in chosen)))
    return made


def nonsense(count: int, generator: np.random.Generator) -> list[str]:
    """Keyboard noise, lone punctuation and digits: what people type when testing a bot."""
    letters = np.array(list("asdfghjklqwertyuiopzxcvbnm"))
    texts = []
    for _ in range(count):
        words = ["".join(generator.choice(letters, generator.integers(1, 9))) for _ in range(generator.integers(1, 5))]
        texts.append(
            " ".join(words) if generator.random() < 0.8 else str(generator.choice(["???", "...", "12345", "!", "-"]))
        )
    return texts


def _read(data: Path, name: str) -> IntentSet:
    return read_schema_guided(data, ("train", "dev")) if name == "sgd" else read_split(data, name, "train", "valid")
