"""An encoder that is quick and can be reasoned about: texts are close when they share words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from bot.detectors.base import Embeddings


class WordEncoder:
    """Each word is a fixed random direction; a text is the unit sum of its words. `calls` records what was asked."""

    fingerprint = "words"
    dimensions = 64

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Shape (len(texts), 64), rows of length 1."""
        self.calls.append(list(texts))
        rows = np.array([self._sum(text) for text in texts], np.float32).reshape(-1, self.dimensions)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return rows

    def _sum(self, text: str) -> Embeddings:
        words = re.findall(r"\w+", text.lower()) or ["[nothing]"]
        total = np.zeros(self.dimensions, np.float32)
        for word in words:
            total += np.random.default_rng(crc32(word.encode())).normal(size=self.dimensions)
        return total
