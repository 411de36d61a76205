from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.detectors.risk import BINS, PRIOR_MESSAGES, HeldOut, RiskCurve

NOBODY = HeldOut.none()
SHARES = st.floats(0, 1)
MESSAGES = st.lists(st.tuples(SHARES, st.booleans(), st.floats(0, 1e6)), max_size=60)
EVEN_MESSAGES = st.lists(st.tuples(SHARES, st.booleans()), min_size=1, max_size=60)


def count(messages: list[tuple[float, bool, float]]) -> HeldOut:
    sure = np.array([one[0] for one in messages], float)
    right = np.array([one[1] for one in messages], bool)
    return HeldOut.count(sure, sure, right, np.array([one[2] for one in messages], float))


def even(messages: list[tuple[float, bool]]) -> HeldOut:
    return count([(sure, right, 1.0) for sure, right in messages])


@given(MESSAGES, MESSAGES)
def test_more_confidence_is_never_more_risk_and_a_risk_is_a_share(
    own: list[tuple[float, bool, float]], prior: list[tuple[float, bool, float]]
) -> None:
    risks = RiskCurve(count(own), count(prior)).risks
    assert risks.shape == (BINS,)
    assert ((risks > 0) & (risks <= 1)).all()
    assert (np.diff(risks) <= 0).all()


@given(EVEN_MESSAGES, st.floats(0.001, 1))
def test_at_the_threshold_of_a_risk_no_more_were_wrong_than_it_allows(
    messages: list[tuple[float, bool]], risk: float
) -> None:
    curve = RiskCurve(even(messages), NOBODY)
    least = curve.confidence_for(risk)
    if least is None:
        assert not any(curve.at(sure) <= risk for sure, _ in messages)
        return
    taken = [right for sure, right in messages if curve.at(sure) <= risk]
    assert [right for sure, right in messages if int(sure * BINS + 1e-9) >= round(least * BINS)] == taken
    assert taken.count(False) <= risk * (len(taken) + 1) - 1 + 1e-6


@given(st.integers(0, 300))
def test_without_a_mistake_the_risk_is_that_the_next_is_one(messages: int) -> None:
    assert RiskCurve(even([(0.9, True)] * messages), NOBODY).at(0.9) == pytest.approx(1 / (messages + 1))


def test_a_bot_without_its_own_is_the_prior_and_many_of_its_own_outweigh_it() -> None:
    careless = even([(0.9, number % 2 == 0) for number in range(1000)])
    young = RiskCurve(NOBODY, careless)
    assert young.at(0.9) == pytest.approx((PRIOR_MESSAGES / 2 + 1) / (PRIOR_MESSAGES + 1))
    own = even([(0.9, True)] * 20_000)
    assert RiskCurve(own, careless).at(0.9) < 0.01 < young.at(0.9)


def test_uneven_weights_say_less_than_even_ones() -> None:
    uneven = count([(0.9, True, 1.0)] * 10 + [(0.9, True, 100.0)])
    assert 1 < uneven.total < 2
    assert count([(0.9, True, 7.0)] * 11).total == pytest.approx(11)


def test_messages_of_no_weight_are_none() -> None:
    assert count([(0.9, False, 0.0)]).total == 0


def test_a_stricter_threshold_that_happens_to_be_worse_takes_no_answer_away() -> None:
    curve = RiskCurve(even([(0.6, True)] * 99 + [(0.95, False)]), NOBODY)
    assert curve.at(0.95) == curve.at(0.6) == pytest.approx(2 / 101)


@pytest.mark.parametrize("confidence", [float("nan"), -1.0, 0.0])
def test_what_is_no_confidence_is_the_least(confidence: float) -> None:
    curve = RiskCurve(even([(0.2, False), (0.9, True)]), NOBODY)
    assert curve.at(confidence) == curve.at(0.0) == pytest.approx(2 / 3)


def test_the_edges_of_the_scale_have_bins() -> None:
    held_out = even([(0.0, False), (1.0, True)])
    assert (held_out.wrong[0], held_out.seen[-1, -1]) == (1, 1)
