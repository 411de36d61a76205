from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bot.detectors.base import Probabilities
from bot.detectors.reranker import LEAST, WEIGHT, Reranker, reweigh

SHARES = st.floats(1e-6, 1.0)


class Overlap:
    """Entailment is the share of the hypothesis's words that the message has. `asked` records what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def judge(self, message: str, hypotheses: Sequence[str]) -> Probabilities:
        self.asked.append((message, tuple(hypotheses)))
        said = set(message.lower().split())
        return np.array([len(said & set(one.lower().split())) / max(len(one.split()), 1) for one in hypotheses])


@st.composite
def decisions(draw: st.DrawFn) -> tuple[Probabilities, Probabilities]:
    """What the arbiter decided, and what was judged of the likeliest new intents, at least one."""
    mature, new = draw(st.integers(0, 5)), draw(st.integers(1, 6))
    odds = draw(arrays(np.float64, mature + new + 1, elements=SHARES))
    chances = odds / odds.sum()
    judged = np.full(new, np.nan)
    asked = np.argsort(-chances[mature:-1], kind="stable")[: draw(st.integers(1, new))]
    judged[asked] = draw(arrays(np.float64, len(asked), elements=st.floats(0, 1)))
    return chances, judged


@given(decisions())
def test_it_stays_a_distribution(decided: tuple[Probabilities, Probabilities]) -> None:
    again = reweigh(*decided)
    assert again.shape == decided[0].shape
    assert (again >= 0).all()
    assert (again <= 1).all()
    assert again.sum() == pytest.approx(1)


@given(decisions())
def test_the_others_keep_their_odds_among_themselves(decided: tuple[Probabilities, Probabilities]) -> None:
    chances, judged = decided
    others = np.r_[: len(chances) - 1 - len(judged), len(chances) - 1]
    again = reweigh(chances, judged)[others]
    np.testing.assert_allclose(again / again.sum(), chances[others] / chances[others].sum(), rtol=1e-9)


@given(decisions())
def test_what_nobody_looked_at_overtakes_nothing_that_was(decided: tuple[Probabilities, Probabilities]) -> None:
    chances, judged = decided
    again = reweigh(chances, judged)[len(chances) - 1 - len(judged) : -1]
    unseen = np.isnan(judged)
    assume(unseen.any())
    assert again[unseen].max() <= again[~unseen].min() * (1 + 1e-9)


@given(arrays(np.float64, 4, elements=st.floats(0, 1)), SHARES)
def test_of_equal_cards_the_most_entailed_is_likeliest(entailed: Probabilities, none: float) -> None:
    chances = np.array([1.0, 1.0, 1.0, 1.0, none])
    again = reweigh(chances / chances.sum(), entailed)[:-1]
    for one in range(4):
        for other in range(4):
            if entailed[one] > entailed[other]:
                assert again[one] >= again[other]
            if entailed[one] > entailed[other] + 1e-6:
                assert again[one] > again[other]


@given(decisions(), st.floats(0, 0.49))
def test_where_nothing_is_entailed_none_of_them_gains(decided: tuple[Probabilities, Probabilities], low: float) -> None:
    chances, judged = decided
    denied = np.where(np.isnan(judged), np.nan, low)
    assert reweigh(chances, denied)[-1] > chances[-1]


@given(decisions())
def test_a_verdict_moves_odds_by_no_more_than_it_may(decided: tuple[Probabilities, Probabilities]) -> None:
    chances, judged = decided
    again = reweigh(chances, judged)
    moved = (again[:-1] / again[-1]) / (chances[:-1] / chances[-1])
    most = np.exp(WEIGHT / 2) * (1 + 1e-9)
    assert ((moved <= most) & (moved >= 1 / most)).all()


def test_the_undecided_leave_everything_as_it_was() -> None:
    chances = np.array([0.2, 0.5, 0.1, 0.2])
    np.testing.assert_allclose(reweigh(chances, np.array([0.5, np.nan])), chances)
    assert reweigh(chances, np.array([np.nan, np.nan])) is chances


def test_it_asks_about_the_likely_new_intents_only() -> None:
    model = Overlap()
    reranker = Reranker(model, "it is: {}", 3)
    chances = np.array([0.4, 0.01, 0.02, 0.3, 0.2, 0.07])  # mature: two; new: a, b, c; none
    judged = reranker.judge("it is about b", chances, ["a", "b", "c"])
    assert model.asked == [("it is about b", ("it is: b", "it is: c"))]
    assert np.isnan(judged[0])
    assert judged[1] > judged[2]


@pytest.mark.parametrize(
    "chances",
    [[0.97, 0.01, 0.01, 0.01], [0.5, 0.3, LEAST - 0.01, 0.21 - LEAST], [0.5, 0.5]],
    ids=["unlikely", "just under", "none there"],
)
def test_it_asks_nothing_where_no_new_intent_is_likely(chances: list[float]) -> None:
    model = Overlap()
    reranker = Reranker(model, "{}", 3)
    new = ["a"] if len(chances) > 2 else []
    assert np.isnan(reranker.judge("a", np.array(chances), new)).all()
    assert model.asked == []


def test_no_more_than_the_allowed_number_of_candidates_is_asked_about() -> None:
    chances = np.array([*[0.15] * 6, 0.1])
    assert Reranker(Overlap(), "{}", 4).choose(chances, 6).tolist() == [0, 1, 2, 3]


def test_even_full_entailment_makes_no_unlikely_intent_one_to_act_on() -> None:
    assert reweigh(np.array([1 - LEAST, LEAST, 0.0]), np.array([1.0]))[1] < 0.3


def test_braces_in_a_description_are_its_own() -> None:
    model = Overlap()
    Reranker(model, "This is {}.", 1).judge("x", np.array([0.9, 0.1]), ["a {} and {b}"])
    assert model.asked == [("x", ("This is a {} and {b}.",))]
