"""Figures on cases that can be worked out by hand."""

from __future__ import annotations

import pytest

from bot.catalog.catalog import Stage
from tests.training.testing.answered import answer
from training.testing.figures import figures_by_intent, histogram, reliability_points, summarise

ANSWERS = (
    answer("a", "a", 0.9),
    answer("a", "a", 0.8),
    answer("a", "b", 0.7),
    answer("b", "b", 0.9),
    answer("b", "b", 0.3, decision="clarify"),
    answer("out_of_scope", "a", 0.95),
    answer("out_of_scope", "a", 0.2, decision="out_of_scope"),
)
STAGES: dict[str, Stage] = {"a": "mature", "b": "new", "c": "new"}


def test_the_summary() -> None:
    found = summarise(ANSWERS)
    assert (found.messages, found.strangers) == (5, 2)
    assert found.accuracy == pytest.approx(4 / 5)
    assert found.error == pytest.approx((0.8 * 0.2 / 5) ** 0.5)
    assert found.macro_f1 == pytest.approx((0.8 + 0.8) / 2)
    assert found.acted == pytest.approx(4 / 5)
    assert found.acted_rightly == pytest.approx(3 / 5)
    assert found.wrong_acts == pytest.approx(2 / 5), "the stranger that was acted on counts"
    assert found.asked == pytest.approx(1 / 5)
    assert found.refused == 0.0
    assert found.strangers_refused == pytest.approx(1 / 2)


def test_each_intent() -> None:
    a, b, c = figures_by_intent(ANSWERS, STAGES)
    assert (a.support, a.found, a.precision) == (3, 2, 1.0)
    assert a.recall == pytest.approx(2 / 3)
    assert a.taken_for == (("b", 1),)
    assert (b.support, b.found, b.recall) == (2, 3, 1.0)
    assert b.precision == pytest.approx(2 / 3)
    assert (c.support, c.found, c.precision, c.recall, c.f1) == (0, 0, None, None, None)


def test_an_intent_that_is_never_found_has_f1_zero_and_no_precision() -> None:
    a, _, _ = figures_by_intent([answer("a", "b", 0.5)], STAGES)
    assert (a.precision, a.recall, a.f1) == (None, 0.0, 0.0)


def test_bars_and_points_count_every_answer_once() -> None:
    bars = histogram(ANSWERS)
    assert sum(bar.right for bar in bars) == 4
    assert sum(bar.wrong for bar in bars) == 1
    assert [bar.right for bar in bars if bar.low == pytest.approx(0.9)] == [2]
    assert sum(point.count for point in reliability_points(ANSWERS)) == 5


def test_strangers_alone_are_no_measure_of_understanding() -> None:
    with pytest.raises(ValueError, match="no messages"):
        summarise([answer("out_of_scope", "a", 0.5)])
