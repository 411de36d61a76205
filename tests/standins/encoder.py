"""Encoders that are quick and can be reasoned about."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from zlib import crc32

import numpy as np

from bot.detectors.base import Embeddings, Encoded, Widths


class MeaningEncoder:
    """For a stand-in that says only what texts mean, in `dimensions`: the wording is the same once more."""

    fingerprint: str
    dimensions: int

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Shape (len(texts), dimensions)."""
        raise NotImplementedError

    def encode_fully(self, texts: Sequence[str]) -> Encoded:
        """Meaning and wording alike."""
        rows = self.encode(texts)
        return Encoded(rows, rows)

    @property
    def widths(self) -> Widths:
        """Of the same length."""
        return Widths(self.dimensions, self.dimensions)


class WordEncoder:
    """Texts are close when they share words: each is a fixed random direction, a text the unit sum of its words.

    `calls` records what was asked. It knows no word from another, so a bot that stands on it corrects no slips.
    """

    fingerprint = "words"
    widths = Widths(64, 48)
    whole_words: Collection[str] = ()

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """The meaning: shape (len(texts), 64), rows of length 1."""
        return self.encode_fully(texts).meaning

    def encode_fully(self, texts: Sequence[str]) -> Encoded:
        """Shapes (len(texts), 64) and (len(texts), 48), rows of length 1."""
        self.calls.append(list(texts))
        return Encoded(_sum_all(texts, self.widths.meaning), _sum_all(texts, self.widths.wording))


def _sum_all(texts: Sequence[str], width: int) -> Embeddings:
    rows = np.array([_sum(text, width) for text in texts], np.float32).reshape(-1, width)
    units: Embeddings = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return units


def _sum(text: str, width: int) -> Embeddings:
    total = np.zeros(width, np.float32)
    for word in re.findall(r"\w+", text.lower()) or ["[nothing]"]:
        total += np.random.default_rng(crc32(word.encode())).normal(size=width)
    return total
