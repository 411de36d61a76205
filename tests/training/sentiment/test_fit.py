from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from bot.detectors.base import Embeddings
from bot.detectors.sentiment import SentimentHead
from bot.errors import RipenError
from training.sentiment.data import CLASS_VALENCE, RatedText, hold_out, read_support, read_training
from training.sentiment.figures import calibration_error, cross_validate
from training.sentiment.fit import calibrate, fit_head
from training.sentiment.head_file import write_head

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


def test_calibration_stretches_a_timid_valence_and_moves_no_zero() -> None:
    embeddings, rated = made_up()
    head = fit_head(embeddings, rated, {})
    timid = replace(head, valence_weights=head.valence_weights / np.float32(3), valence_bias=head.valence_bias / 3)
    mended = calibrate(timid, embeddings, rated)
    true = np.array([row.valence for row in rated])

    def say(head: SentimentHead) -> npt.NDArray[np.float64]:
        return np.array([head.read(row).valence for row in embeddings])

    assert calibration_error(say(mended), true) < calibration_error(say(timid), true) / 2
    assert np.array_equal(np.sign(say(mended)), np.sign(say(timid)))
    np.testing.assert_array_equal(mended.label_weights, timid.label_weights)


def test_calibration_error_is_the_mean_distance_by_bins() -> None:
    said = np.linspace(-1, 1, 100)
    assert calibration_error(said, said) == 0
    assert calibration_error(said, said + 0.25) == pytest.approx(0.25)
    assert calibration_error(said, np.zeros(100)) == pytest.approx(0.5, abs=0.01)


def test_rows_are_held_out_by_set_and_seed() -> None:
    rated = made_up()[1]
    training, held = hold_out(rated, {"tweeteval": 0.5}, seed=1)
    assert {row.source for row in held} == {"tweeteval"}
    assert 0.35 < len(held) / sum(row.source == "tweeteval" for row in rated) < 0.65
    assert sorted(map(id, training + held)) == sorted(map(id, rated))
    assert hold_out(rated, {"tweeteval": 0.5}, seed=1)[1] == held
    assert hold_out(rated, {"tweeteval": 0.5}, seed=2)[1] != held
