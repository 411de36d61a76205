"""An encoder that keeps what it encoded, in memory and on disk: experiments ask the same messages over and over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from bot.detectors.base import Embeddings, Encoded, Encoder, Widths
from bot.detectors.embedding_cache import CachedEncoder
from training.benchmarks.bots import VocabularyEncoder

MOST_ON_DISK = 1_000_000
"""Rows: the cache of a bot holds far fewer, and making room in it for each message of a public set takes minutes."""


class RememberingEncoder:
    """The Encoder behind it, but each text once. Not for a bot: it forgets nothing."""

    def __init__(self, encoder: VocabularyEncoder, path: Path) -> None:
        """`path` is the file on disk; what comes one by one is not written there, for each write takes as long."""
        self.encoder = encoder
        self._on_disk = CachedEncoder(encoder, path, MOST_ON_DISK)
        self._known: dict[str, Embeddings] = {}

    @property
    def fingerprint(self) -> str:
        """That of the encoder behind."""
        return self.encoder.fingerprint

    @property
    def whole_words(self) -> Collection[str]:
        """Those of the encoder behind."""
        return self.encoder.whole_words

    @property
    def widths(self) -> Widths:
        """Those of the encoder behind."""
        return self.encoder.widths

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """The meaning of `texts`, as Encoder has it."""
        return self.encode_fully(texts).meaning

    def encode_fully(self, texts: Sequence[str]) -> Encoded:
        """All that one pass tells of `texts`, as Encoder has it."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            source: Encoder = self._on_disk if len(missing) > 1 else self.encoder
            self._known.update(zip(missing, source.encode_fully(missing).pack(), strict=True))
        rows = np.array([self._known[text] for text in texts], np.float32).reshape(len(texts), self.widths.packed)
        return Encoded.unpack(rows, self.widths)
