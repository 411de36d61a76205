"""Texts by the thousand -> their meaning, as fast as the machine can: for comparing what is written, not for answering.

Int8 activations share one step per pass, so an embedding depends a little on its neighbours in a batch (cosine with
the same sentence served: 0.997 and more). Detectors must not learn from these; to find sentences that are too close
they do, in half the time that `OnnxEncoder` takes, and on all cores.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import numpy as np

from bot.detectors.abandonment import go_on
from bot.detectors.base import Embeddings, Encoded, Widths

TOKENS_PER_BATCH = 384
"""Rows times tokens of one pass: what a core's cache holds. 32 sentences of ten words."""

KEPT_AT_ONCE = 10_000
"""Texts that are encoded before a cache in front keeps them, some seconds' worth: what Ctrl-C costs at most."""


class Passes(Protocol):
    """What is asked of an OnnxEncoder here: many passes at once, from several threads."""

    def tokenize(self, text: str) -> list[int]:
        """The ids of `text`."""

    def encode_ids(self, ids: Sequence[Sequence[int]]) -> Embeddings:
        """The meaning of texts of equally many tokens, in one pass."""


class BatchEncoder:
    """An Encoder of meaning alone (`widths.wording` is 0), with rows of equal length in one pass: no padding.

    The graph is loaded when the first text comes that a cache in front of it does not know.
    """

    def __init__(self, load: Callable[[], Passes], fingerprint: str, dimensions: int) -> None:
        self._load = load
        self.fingerprint = f"{fingerprint} in batches"
        self.widths = Widths(dimensions, 0)

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Shape (len(texts), dimensions), rows of length 1."""
        return self.encode_fully(texts).meaning

    def encode_fully(self, texts: Sequence[str]) -> Encoded:
        """The same, with a wording of no width."""
        rows = np.empty((len(texts), self.widths.meaning), np.float32)
        if texts:
            encoder = self._load()
            batches: list[list[int]] = []
            pool = ThreadPoolExecutor(_cores())
            try:
                passes = pool.map(encoder.encode_ids, _batches(map(encoder.tokenize, texts), batches))
                for batch, meanings in zip(batches, passes, strict=True):
                    go_on()
                    rows[batch] = meanings
            finally:
                pool.shutdown(cancel_futures=True)
        return Encoded(rows, np.empty((len(texts), 0), np.float32))


def _batches(ids: Iterable[Sequence[int]], batches: list[list[int]]) -> Iterator[list[Sequence[int]]]:
    """As many texts of equally many tokens as one pass takes, as soon as there are; which rows goes to `batches`."""
    by_length: dict[int, list[tuple[int, Sequence[int]]]] = defaultdict(list)
    for row, tokens in enumerate(ids):
        waiting = by_length[len(tokens)]
        waiting.append((row, tokens))
        if (len(waiting) + 1) * max(1, len(tokens)) > TOKENS_PER_BATCH:
            go_on()
            yield _close(by_length.pop(len(tokens)), batches)
    for waiting in by_length.values():
        yield _close(waiting, batches)


def _close(waiting: list[tuple[int, Sequence[int]]], batches: list[list[int]]) -> list[Sequence[int]]:
    batches.append([row for row, _ in waiting])
    return [tokens for _, tokens in waiting]


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this platform
        return os.cpu_count() or 1
