"""How much an adapter is worth at a scale: quick figures on validation data, through the encoder as it is served."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.catalog.catalog import Example, Intent, read_name
from bot.detectors.base import Encoded, Encoder, Widths
from bot.detectors.encoder import OnnxEncoder
from bot.detectors.exemplars import EmbeddedIntent, Exemplars, embed_intents
from bot.detectors.mature import Mature
from training.benchmarks.bots import HERE
from training.evaluation.intent_sets import IntentSet, read_split
from training.evaluation.metrics import accuracy
from training.export.build import Recipe, build_bundle

JUDGED = ("banking77", "hwu64", "clinc150")


def served_encoder(base: str, adapter: Path | None, scale: float, folder: Path) -> Encoder:
    """The int8 encoder of a bundle with `adapter` merged at `scale`."""
    recipe = Recipe(base=base, adapter=adapter, adapter_scale=scale, without=("sentiment", "arbiter"))
    return OnnxEncoder.from_bundle(build_bundle(recipe, folder))


def judge(base: str, adapter: Path | None, scale: float, data: Path, names: Sequence[str]) -> dict[str, float]:
    """Accuracy on the validation split of each set: nearest card by name, and the head with 5 examples an intent."""
    with tempfile.TemporaryDirectory() as scratch:
        encoder = served_encoder(base, adapter, scale, Path(scratch))
        figures: dict[str, float] = {}
        for name in names:
            asked = read_split(data, name, "valid")
            messages = encoder.encode_fully([one.text for one in asked.utterances])
            embedded = embed_intents(_as_catalog(read_split(data, name, "train_5")), encoder)
            figures |= {
                f"{name} {kind}": value for kind, value in _measure(embedded, encoder.widths, messages, asked).items()
            }
        return figures


def _as_catalog(few: IntentSet) -> list[Intent]:
    return [
        Intent(name, read_name(name), HERE, tuple(Example(text, HERE) for text in texts))
        for name, texts in few.by_intent().items()
    ]


def _measure(
    embedded: dict[str, EmbeddedIntent], widths: Widths, messages: Encoded, asked: IntentSet
) -> dict[str, float]:
    known = Exemplars.gather(list(embedded.values()), widths)
    seen = Mature.train(known).read(messages).candidates
    truth = np.array([known.intents.index(one.intent) for one in asked.utterances])
    by_card = (messages.meaning @ known.cards.T).argmax(axis=1)
    by_head = (seen[..., 0] + 3 * seen[..., 5]).argmax(axis=1)  # as bot/detectors/mature.py weighs head and kernel
    return {
        "zero-shot": accuracy((by_card == truth).tolist()),
        "5-shot": accuracy((by_head == truth).tolist()),
    }
