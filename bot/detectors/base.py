"""The seams of this room: text -> unit vector, message and hypotheses -> entailment, and text -> Detection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bot.messages import Detection

Embeddings = npt.NDArray[np.float32]
"""Rows are texts, columns are dimensions; each row has length 1."""


Probabilities = npt.NDArray[np.float64]


class Encoder(Protocol):
    """Text to unit vectors."""

    @property
    def fingerprint(self) -> str:
        """Names the exact weights: equal fingerprints give equal embeddings, so caches are keyed by it."""

    @property
    def dimensions(self) -> int:
        """Length of an embedding."""

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Embed `texts`: float32, shape (len(texts), dimensions), rows of length 1. Never fails on any text."""


class Entailment(Protocol):
    """Natural language inference: does a message entail a sentence about it? Thread-safe."""

    def judge(self, message: str, hypotheses: Sequence[str]) -> Probabilities:
        """How likely `message` entails each hypothesis, rather than contradicting it: shape (len(hypotheses),).

        Never fails on any text.
        """


class Detector(Protocol):
    """What the pipeline asks. Pure, thread-safe, and never raises for a text, however odd."""

    def detect(self, text: str) -> Detection:
        """Rank the intents for `text`, each with a calibrated confidence, and read its sentiment."""
