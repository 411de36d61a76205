from __future__ import annotations

import numpy as np
import pytest

from bot.config import DecisionSettings
from bot.detectors.reliability import RISKS, describe_reliability
from bot.detectors.risk import HeldOut, RiskCurve

NOBODY = HeldOut.none()


def held_out(*groups: tuple[int, float, float, float]) -> HeldOut:
    """Groups of messages: (how many, confidence, together, share right)."""
    count = [one[0] for one in groups]
    sure, together = (np.repeat([one[place] for one in groups], count) for place in (1, 2))
    right = np.concatenate([np.arange(one[0]) < round(one[0] * one[3]) for one in groups])
    return HeldOut.count(sure, together, right, np.ones(sum(count)))


MINE = held_out((800, 0.95, 1.0, 0.99), (100, 0.45, 0.8, 0.4), (100, 0.15, 0.3, 0.1))


def test_says_what_was_said_and_what_was_right() -> None:
    told = describe_reliability(RiskCurve(MINE, NOBODY), DecisionSettings())
    assert told.own
    assert told.messages == pytest.approx(1000)
    bins = [(one.low, one.right, one.messages) for one in told.bins]
    np.testing.assert_allclose(bins, [(0.1, 0.1, 100), (0.4, 0.4, 100), (0.9, 0.99, 800)])
    assert told.error == pytest.approx(0.8 * 0.035 + 0.1 * 0.055 + 0.1 * 0.055)


def test_says_what_each_risk_would_cost() -> None:
    told = describe_reliability(RiskCurve(MINE, NOBODY), DecisionSettings(risk=0.02))
    by_risk = {one.risk: one for one in told.consequences}
    assert tuple(by_risk) == RISKS
    assert all(one.acted + one.asked + one.refused == pytest.approx(1) for one in told.consequences)
    strict = by_risk[0.02]
    assert told.settings == strict
    np.testing.assert_allclose((strict.acted, strict.asked, strict.refused), (0.8, 0.1, 0.1))
    assert by_risk[0.2].confidence == 0.6
    assert by_risk[0.2].acted == pytest.approx(0.8)


def test_a_confidence_in_place_of_a_risk_is_told_with_its_risk() -> None:
    now = describe_reliability(RiskCurve(MINE, NOBODY), DecisionSettings(act=0.6, clarify=0.6)).settings
    assert now.confidence == 0.6
    assert now.acted == pytest.approx(0.8)
    assert now.risk == pytest.approx(9 / 801)


def test_a_young_bot_is_told_of_by_the_prior() -> None:
    told = describe_reliability(RiskCurve(NOBODY, MINE), DecisionSettings())
    assert not told.own
    assert told.messages == pytest.approx(1000)


def test_without_any_messages_nothing_is_acted_on() -> None:
    told = describe_reliability(RiskCurve(NOBODY, NOBODY), DecisionSettings())
    assert (told.messages, told.bins, told.error) == (0.0, (), 0.0)
    assert told.settings.confidence is None
