from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.detectors.base import Embeddings
from bot.detectors.sentiment import SentimentHead
from bot.errors import RipenError
from training.sentiment.__main__ import write_head
from training.sentiment.data import CLASS_VALENCE, RatedText, read_support, read_training
from training.sentiment.figures import cross_validate
from training.sentiment.fit import fit_head

DIMENSIONS = 12


def made_up() -> tuple[Embeddings, list[RatedText]]:
    """Unit vectors whose first dimension is the valence, more or less."""
    chance = np.random.default_rng(11)
    rows = chance.normal(size=(400, DIMENSIONS))
    rows[:, 0] *= 3
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rated = []
    for at, value in enumerate(rows[:, 0]):
        label = "neutral" if abs(value) < 0.3 else "positive" if value > 0 else "negative"
        source = ("support", "human_rated", "tweeteval")[at % 3]
        rated.append(RatedText("", label, float(value), source))  # type: ignore[arg-type]  # a chain of literals
    return rows.astype(np.float32), rated


def test_a_head_learns_and_survives_the_file(tmp_path: Path) -> None:
    embeddings, rated = made_up()
    head = fit_head(embeddings, rated, {})
    write_head(head, tmp_path / "head.safetensors", {"encoder": "made up"})
    loaded = SentimentHead.load(tmp_path / "head.safetensors")
    assert loaded.made_of["encoder"] == "made up"
    np.testing.assert_array_equal(loaded.label_weights, head.label_weights)
    read = [loaded.read(row) for row in embeddings]
    assert np.mean([found.label == row.label for found, row in zip(read, rated, strict=True)]) > 0.85
    assert np.corrcoef([found.valence for found in read], [row.valence for row in rated])[0, 1] > 0.95


def test_fitting_twice_gives_the_same_head() -> None:
    embeddings, rated = made_up()
    first, second = fit_head(embeddings, rated, {}), fit_head(embeddings, rated, {})
    np.testing.assert_array_equal(first.label_weights, second.label_weights)
    assert first.valence_bias == second.valence_bias


def test_cross_validation_measures_rows_that_were_not_seen() -> None:
    embeddings, rated = made_up()
    figures = cross_validate(embeddings, rated, seed=1)
    assert figures["human_rated_correlation"] > 0.9
    shuffled = np.random.default_rng(0).permutation(embeddings)
    assert cross_validate(shuffled, rated, seed=1)["human_rated_correlation"] < 0.4


def test_ripens_own_sentences_are_rated_on_the_scale() -> None:
    rows = read_support()
    assert len(rows) > 150
    assert all(-1 <= row.valence <= 1 for row in rows)
    assert {row.label for row in rows} == set(CLASS_VALENCE)
    assert len({row.text for row in rows}) == len(rows)


def test_a_folder_without_the_sets_is_named(tmp_path: Path) -> None:
    with pytest.raises(RipenError, match="--data names the folder"):
        read_training(tmp_path)
