from __future__ import annotations

import sys

import numpy as np
import pytest

from training.benchmarks.memory import INTENTS, make_lessons, measure_peak
from training.ladder.folds import EXAMPLES_TAUGHT


def test_lessons_are_as_many_as_asked_and_no_more_than_the_ladder_takes() -> None:
    few = make_lessons(INTENTS * 3, np.random.default_rng(0))
    assert [len(lesson.examples) for lesson in few] == [3] * INTENTS
    assert few == make_lessons(INTENTS * 3, np.random.default_rng(0))
    many = make_lessons(INTENTS * 600, np.random.default_rng(0))
    assert max(len(lesson.examples) for lesson in many) == EXAMPLES_TAUGHT


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_peak_of_a_rung_that_learns_nothing_is_that_of_python() -> None:
    peak, steps = measure_peak("frozen", INTENTS, 30)
    assert 20 < peak < 2000
    assert steps <= 1
