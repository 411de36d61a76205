from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from bot.detectors.abandonment import Abandoned, abandoned_when
from bot.detectors.batches import TOKENS_PER_BATCH, BatchEncoder
from bot.detectors.embedding_cache import CachedEncoder
from bot.detectors.encoder import OnnxEncoder
from bot.models.registry import active

TEXTS = ["where is my order", "cancel it", "where is my parcel", "", "thank you so much for all of your help"]


@pytest.fixture(scope="module")
def real(models: Path) -> OnnxEncoder:
    return OnnxEncoder.from_bundle(active(models))


def test_batches_say_nearly_what_single_passes_do(real: OnnxEncoder) -> None:
    batches = BatchEncoder(lambda: real, real.fingerprint, real.widths.meaning)
    meanings = batches.encode(TEXTS)
    assert meanings.shape == (5, real.widths.meaning)
    cosines = (meanings * real.encode(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.99
    assert np.allclose(np.linalg.norm(meanings, axis=1), 1, atol=1e-3)


def test_they_have_a_cache_of_their_own(real: OnnxEncoder, tmp_path: Path) -> None:
    batches = BatchEncoder(lambda: real, real.fingerprint, real.widths.meaning)
    assert batches.fingerprint != real.fingerprint
    first = CachedEncoder(batches, tmp_path / "c.db").encode(TEXTS)
    never = BatchEncoder(lambda: pytest.fail("loaded for nothing"), real.fingerprint, real.widths.meaning)
    assert np.array_equal(CachedEncoder(never, tmp_path / "c.db").encode(TEXTS), first)


class Counting:
    """Stands in for OnnxEncoder: a token a letter, a vector of the first; notes the shape of each pass."""

    def __init__(self) -> None:
        self.passes: list[tuple[int, int]] = []

    def tokenize(self, text: str) -> list[int]:
        return [ord(letter) for letter in text]

    def encode_ids(self, ids: Sequence[Sequence[int]]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        assert len({len(tokens) for tokens in ids}) == 1
        self.passes.append((len(ids), len(ids[0])))
        return np.array([[tokens[0], 0] for tokens in ids], np.float32)


def test_rows_of_a_pass_are_equally_long_and_come_back_in_order() -> None:
    counting = Counting()
    texts = [letter * length for length in (3, 1, 2) for letter in "abcdefgh"] * 200
    batches = BatchEncoder(lambda: counting, "f", 2)
    assert [chr(int(row[0])) for row in batches.encode(texts)] == [text[0] for text in texts]
    assert all(rows * length <= TOKENS_PER_BATCH for rows, length in counting.passes)
    assert len(counting.passes) < len(texts) / 150
    assert batches.encode([]).shape == (0, 2)


def test_the_first_pass_runs_before_all_is_tokenized() -> None:
    class Slow(Counting):
        def tokenize(self, text: str) -> list[int]:
            assert text != "last" or self.begun.wait(30), "all texts are tokenized before the first pass"
            return super().tokenize(text)

        def encode_ids(self, ids: Sequence[Sequence[int]]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
            self.begun.set()
            return super().encode_ids(ids)

        begun = Event()

    texts = ["some"] * (TOKENS_PER_BATCH // 4) + ["last"]
    batches = BatchEncoder(Slow, "f", 2)
    assert batches.encode(texts)[:, 0].tolist() == [ord(text[0]) for text in texts]


def test_nothing_more_is_encoded_once_nobody_waits_and_what_was_kept_stays(tmp_path: Path) -> None:
    unwanted = Event()
    texts = [f"{number:05}" for number in range(3 * TOKENS_PER_BATCH)]

    class Stopped(Counting):
        """Nobody waits any more after the first thousand rows."""

        def encode_ids(self, ids: Sequence[Sequence[int]]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
            rows = super().encode_ids(ids)
            if sum(count for count, _ in self.passes) > 1000:
                unwanted.set()
            rows[:] = (1, 0)
            return rows

    stopped = Stopped()
    cached = CachedEncoder(BatchEncoder(lambda: stopped, "f", 2), tmp_path / "c.db", at_once=500)
    with abandoned_when(unwanted), pytest.raises(Abandoned):
        cached.encode(texts)
    assert sum(count for count, _ in stopped.passes) <= 1500
    never = BatchEncoder(lambda: pytest.fail("encoded for nothing"), "f", 2)
    assert len(CachedEncoder(never, tmp_path / "c.db").encode(texts[:1000])) == 1000
