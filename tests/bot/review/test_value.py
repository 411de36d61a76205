from __future__ import annotations

from math import log2

import numpy as np
import pytest

from bot.messages import Candidate, Sentiment
from bot.review.signals import Entry, Reason
from bot.review.value import LEAST_DIVERSITY, doubt, rank
from tests.bot.review.stories import NOW


def entry(sender: str = "ada", confidence: float = 0.5, *reasons: Reason) -> Entry:
    guesses = (Candidate("refund", confidence, "mature"),)
    return Entry(1, "c", sender, "web", "x", NOW, reasons or ("asked_back",), guesses, Sentiment("neutral", 0.0))


FAR = np.eye(3, dtype=np.float32)


def test_a_thumb_down_weighs_more_than_a_second_try_and_that_more_than_doubt_alone() -> None:
    doubts = [doubt(entry("ada", 0.5, *why)) for why in (("asked_back",), ("rephrased",), ("thumbed_down",))]
    assert doubts == [0.5, 1.0, 1.5]
    assert doubt(entry("ada", 0.5, "objected", "thumbed_down")) == doubt(entry("ada", 0.5, "objected")) == 1.5
    assert doubt(entry("ada", 0.99, "thumbed_down")) > doubt(entry("ada", 0.0, "out_of_scope"))


def test_a_group_of_many_people_goes_before_one_of_many_messages() -> None:
    loud, shared = [entry("ada")] * 20, [entry("bob"), entry("eve")]
    order = rank([loud, shared], FAR[:2])
    assert [index for index, _ in order] == [1, 0]
    assert [worth.frequency for _, worth in order] == [log2(3), 1.0]


def test_what_is_like_a_group_before_it_waits() -> None:
    most, alike, other = [entry(who, 0.1) for who in "abc"], [entry(who, 0.2) for who in "abc"], [entry("a", 0.3)]
    order = rank([most, alike, other], FAR[[0, 0, 1]])
    assert [index for index, _ in order] == [0, 2, 1]
    worth = dict(order)
    assert worth[0].diversity == 1.0
    assert worth[1].diversity == pytest.approx(LEAST_DIVERSITY)
    assert worth[2].total == pytest.approx(1.0 * 0.7 * 1.0)


def test_of_nothing_nothing() -> None:
    assert rank([], FAR[:0]) == []
