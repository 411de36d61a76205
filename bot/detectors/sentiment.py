"""How the user feels, read from the embedding that the intents are read from anyway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open

from bot.errors import BundleAltered, BundleMissing, BundleVersion
from bot.messages import Sentiment, SentimentLabel
from bot.models.bundle import REMEDY

FORMAT = "ripen-sentiment 1"
LABELS: tuple[SentimentLabel, ...] = ("negative", "neutral", "positive")

Floats = npt.NDArray[np.float32]


class SentimentReader(Protocol):
    """Embedding -> Sentiment."""

    def read(self, embedding: Floats) -> Sentiment:
        """The sentiment of the text whose embedding, float32 of shape (dimensions,), this is."""


@dataclass(frozen=True, slots=True)
class SentimentHead:
    """A linear head: a score for each label, and a valence. `made_of` says how it was fitted, and its figures."""

    label_weights: Floats
    label_bias: Floats
    valence_weights: Floats
    valence_bias: float
    made_of: Mapping[str, str]

    @classmethod
    def load(cls, path: Path) -> SentimentHead:
        """Read a head from safetensors. Raises BundleMissing, BundleVersion or BundleAltered."""
        try:
            with safe_open(path, framework="numpy") as file:
                made_of = file.metadata() or {}
                if made_of.get("format") != FORMAT:
                    raise BundleVersion(f"{path} is not a {FORMAT!r} head. {REMEDY}")
                names = ("label.weights", "label.bias", "valence.weights", "valence.bias")
                weights, bias, valence, offset = (file.get_tensor(name) for name in names)
        except FileNotFoundError as error:
            raise BundleMissing(f"{path} is missing. {REMEDY}") from error
        except (OSError, SafetensorError) as error:
            raise BundleAltered(f"{path} cannot be read: {error}. {REMEDY}") from error
        if weights.shape != (len(LABELS), *valence.shape) or bias.shape != (len(LABELS),) or offset.shape != (1,):
            raise BundleAltered(f"{path} holds weights of shapes that do not fit together. {REMEDY}")
        return cls(weights, bias, valence, float(offset[0]), made_of)

    def read(self, embedding: Floats) -> Sentiment:
        """The sentiment of the text whose embedding, float32 of shape (dimensions,), this is."""
        label = LABELS[int(np.argmax(self.label_weights @ embedding + self.label_bias))]
        valence = float(np.tanh(self.valence_weights @ embedding + self.valence_bias))
        return Sentiment(label, valence)


class NeutralSentiment:
    """For a bundle built without a head: every text is neutral, so no rule of config.yml about sentiment ever fires."""

    def read(self, embedding: Floats) -> Sentiment:  # noqa: ARG002 - the seam's shape
        """Neutral."""
        return Sentiment("neutral", 0.0)
