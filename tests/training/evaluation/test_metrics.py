from __future__ import annotations

import pytest

from training.evaluation.metrics import (
    accuracy,
    auroc,
    calibration_error,
    harmonic_mean,
    recall_per_intent,
    reliability,
    selective_risk,
)


def test_accuracy_is_the_share_of_right_answers() -> None:
    assert accuracy([True, True, False, False]) == 0.5


def test_accuracy_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no messages"):
        accuracy([])


def test_h_is_high_only_when_neither_side_starves() -> None:
    assert harmonic_mean(0.8, 0.8) == pytest.approx(0.8)
    assert harmonic_mean(1.0, 0.0) == 0.0
    assert harmonic_mean(0.0, 0.0) == 0.0
    assert harmonic_mean(0.9, 0.6) == pytest.approx(0.72)


def test_auroc_is_one_when_all_strangers_score_higher() -> None:
    assert auroc([0.1, 0.2], [0.8, 0.9]) == 1.0
    assert auroc([0.8, 0.9], [0.1, 0.2]) == 0.0
    assert auroc([0.5, 0.5], [0.5, 0.5]) == 0.5


def test_a_detector_right_as_often_as_it_says_has_no_calibration_error() -> None:
    assert calibration_error([0.5] * 4, [True, False, True, False]) == 0.0
    assert calibration_error([1.0] * 4, [True, True, True, True]) == 0.0


def test_one_that_is_too_sure_has_its_excess_as_error() -> None:
    assert calibration_error([0.9] * 4, [True, False, True, False]) == pytest.approx(0.4)


def test_errors_of_bins_do_not_cancel_out() -> None:
    assert calibration_error([0.9, 0.1], [False, True]) == pytest.approx(0.9)


def test_recall_is_of_what_was_meant() -> None:
    assert recall_per_intent(["a", "a", "b"], ["a", "b", "b"]) == {"a": 0.5, "b": 1.0}


def test_bins_say_how_sure_how_right_and_how_many() -> None:
    found = reliability([0.95, 0.99, 0.1], [True, False, True])
    assert [(one.accuracy, one.count) for one in found] == [(1.0, 1), (0.5, 2)]
    assert found[1].confidence == pytest.approx(0.97)


def test_risk_is_of_what_was_answered_only() -> None:
    assert selective_risk([True, True, False], [True, False, False]) == 0.5
    assert selective_risk([False], [False]) == 0.0
