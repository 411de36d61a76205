from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from bot.detectors.detector import LearnedDetector
from bot.detectors.evidence import SECOND_LOOK, gather_evidence
from bot.detectors.reranker import Reranker
from tests.bot.detectors.test_learner import FRUIT, learn_all, ripe
from tests.bot.detectors.test_reranker import Overlap
from tests.builders import catalog, intent

TEXTS = ("fetch the apple please", "melon seeds", "the", "", "apple and melon and fig")


@pytest.fixture(scope="module")
def detector() -> LearnedDetector:
    return learn_all(catalog(*(ripe(name) for name in FRUIT), intent("melon"), intent("quince", examples=["a quince"])))


@pytest.mark.parametrize("text", TEXTS[:3] + TEXTS[4:])
def test_shares_add_up_to_what_the_arbiter_decided(detector: LearnedDetector, text: str) -> None:
    none = detector.detect(text).out_of_scope
    for one in gather_evidence(text, detector, best=9):
        assert sum(one.shares.values()) == pytest.approx(math.log(one.confidence / none), abs=1e-3)


def test_they_do_after_a_second_look_too(detector: LearnedDetector) -> None:
    looked = replace(detector, reranker=Reranker(Overlap(), "{}", 3))
    text = "the customer wants melon"
    [first, *_] = gather_evidence(text, looked, best=1)
    assert first.intent == "melon"
    assert first.shares[SECOND_LOOK] != pytest.approx(0.0, abs=1e-6)
    none = looked.detect(text).out_of_scope
    assert sum(first.shares.values()) == pytest.approx(math.log(first.confidence / none), abs=1e-3)


def test_it_says_what_the_detection_says(detector: LearnedDetector) -> None:
    text = "seek the banana"
    found, told = detector.detect(text), gather_evidence(text, detector, best=3)
    assert [(one.intent, one.confidence) for one in told] == [(c.intent, c.confidence) for c in found.candidates[:3]]
    assert told[0].nearest[0] == found.neighbours[0]


def test_mature_intents_have_a_head_and_new_ones_their_card(detector: LearnedDetector) -> None:
    told = {one.intent: one for one in gather_evidence("a melon", detector, detector.intents)}
    assert len(told) == 9
    heads = [one.head for one in told.values() if one.head is not None]
    assert len(heads) == 7
    assert sum(heads) == pytest.approx(1.0, abs=1e-4)
    assert told["melon"].head is None
    assert told["melon"].nearest == ()
    assert told["melon"].card_text == "The customer wants melon."
    assert [near.text for near in told["quince"].nearest] == ["a quince"]


def test_a_bot_of_one_new_intent_will_do() -> None:
    alone = learn_all(catalog(intent("melon")))
    [only] = gather_evidence("a melon", alone, ("melon", "unheard of"), best=3)
    assert only.stage == "new"
    assert np.isfinite(list(only.shares.values())).all()


def test_no_text_has_evidence_without_a_verdict(detector: LearnedDetector) -> None:
    assert [one.confidence for one in gather_evidence("", detector, best=2)] == [0.0, 0.0]
