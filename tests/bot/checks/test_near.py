from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.checks.memory import Memory
from bot.checks.near import DIRECTIONS, near_pairs
from bot.detectors.base import Embeddings


def some_vectors(count: int, dimensions: int, seed: int) -> Embeddings:
    """Unit vectors in clusters, so that many pairs are near any threshold."""
    generator = np.random.default_rng(seed)
    rows = generator.normal(size=(count, dimensions)) + 4 * generator.normal(size=(5, dimensions))[np.arange(count) % 5]
    units: Embeddings = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return units


def every_pair(vectors: Embeddings, least: float) -> set[tuple[int, int]]:
    cosines = vectors @ vectors.T
    return {(int(one), int(other)) for one, other in np.argwhere(np.triu(cosines >= least, k=1))}


@given(st.integers(0, 60), st.sampled_from([3, DIRECTIONS + 1, 200]), st.integers(0, 99), st.floats(0.8, 0.98))
@settings(max_examples=40)
def test_none_is_missed_and_none_is_added(count: int, dimensions: int, seed: int, least: float) -> None:
    vectors = some_vectors(count, dimensions, seed)
    texts = [str(number) for number in range(count)]
    pairs = near_pairs(texts, vectors, least, Memory(None), "f")
    close = every_pair(vectors, least - 1e-5)
    assert every_pair(vectors, least + 1e-5) <= {pair[:2] for pair in pairs} <= close


@pytest.mark.parametrize("count", [0, 1, 1500, 6000])
def test_pairs_are_found_across_blocks(count: int) -> None:
    vectors = np.random.default_rng(0).normal(size=(count, 100)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    if count > 1:
        vectors[-1] = vectors[0]
    pairs = near_pairs([str(number) for number in range(count)], vectors, 0.9, Memory(None), "f")
    assert [pair[:2] for pair in pairs] == ([(0, count - 1)] if count > 1 else [])


def test_what_was_compared_before_is_recalled(tmp_path: Path) -> None:
    vectors = some_vectors(40, 100, 1)
    texts = [f"text {number}" for number in range(40)]
    memory = Memory(tmp_path / "checked.db")
    first = near_pairs(texts, vectors, 0.9, memory, "f")
    assert first
    blind = np.zeros_like(vectors)  # nothing is near anything, if it is looked at
    assert near_pairs(texts, blind, 0.9, memory, "f") == first
    assert near_pairs(texts, blind, 0.9, memory, "another encoder") == []


def test_edits_are_compared_with_all_that_is_known(tmp_path: Path) -> None:
    vectors = some_vectors(50, 100, 2)
    texts = [f"text {number}" for number in range(50)]
    memory = Memory(tmp_path / "checked.db")
    near_pairs(texts[:40], vectors[:40], 0.9, memory, "f")
    order = [*range(45, 50), *range(10, 45)]  # some are new, some are gone, and all stand elsewhere
    edited = near_pairs([texts[at] for at in order], vectors[order], 0.9, memory, "f")
    assert {pair[:2] for pair in edited} == every_pair(vectors[order], 0.9)
