from __future__ import annotations

import pytest

from bot.catalog.catalog import Catalog
from bot.detectors.base import Detector
from bot.live import Snapshot
from bot.messages import Candidate, Decision, Detection, Segment, Sentiment
from tests.standins.encoder import WordEncoder
from tests.training.benchmarks.colours import PRIOR
from training.benchmarks.bots import acted_on, ask, learn, make_catalog
from training.evaluation.intent_sets import OUT_OF_SCOPE, Utterance

CALM = Sentiment("neutral", 0.0)


class Guesser(Detector):
    """Says its first intent to everything, as sure as the number in the message."""

    def detect(self, text: str) -> Detection:
        sure = float(text)
        ranked = (Candidate("a", sure, "mature"), Candidate("b", 0.05, "zero_shot"))
        return Detection(ranked, 0.95 - sure, CALM, risk=(1 - sure) / 2)


class Vocabulary(WordEncoder):
    whole_words = frozenset({"find", "apples", "pears"})


def test_slips_of_the_keyboard_are_put_right_as_in_a_bot_that_serves() -> None:
    catalog = make_catalog({"apples": ("find apples",), "pears": ("find pears",)})
    bot = learn(catalog, Vocabulary(), PRIOR)
    assert bot.detector.detect("find paers").corrections == (("paers", "pears"),)


def bot() -> Snapshot:
    return Snapshot(make_catalog({"a": (), "b": ()}), Guesser())


def test_answers_are_judged_by_the_top_of_all_intents() -> None:
    answers = ask(bot(), [Utterance("0.8", "a"), Utterance("0.8", "b")])
    assert answers.accuracy == 0.5
    assert answers.accuracy_on(["b"]) == 0.0
    assert answers.calibration_error == pytest.approx(0.3)
    assert [one.count for one in answers.reliability] == [2]


def test_what_is_done_depends_on_the_thresholds() -> None:
    answers = ask(
        bot(), [Utterance("0.9", "a"), Utterance("0.9", "b"), Utterance("0.55", "a"), Utterance("0.1", OUT_OF_SCOPE)]
    )
    assert answers.acted == [True, True, False, False]
    assert answers.acted_rightly == [True, False, False, False]
    assert answers.refused == (False, False, False, True)
    assert answers.selective_risk == 0.5


def test_a_bot_that_knows_nothing_finds_nothing() -> None:
    class Silent(Detector):
        def detect(self, text: str) -> Detection:
            return Detection((), 1.0, CALM)

    answers = ask(Snapshot(Catalog({}), Silent()), [Utterance("x", OUT_OF_SCOPE)])
    assert answers.found == (OUT_OF_SCOPE,)
    assert answers.refused == (True,)


def test_several_wishes_are_all_acted_on() -> None:
    wishes = tuple(Segment(name, Candidate(name, 0.9, "mature")) for name in ("a", "b"))
    assert acted_on(Decision("act", "a", 0.9, "", wishes=wishes)) == {"a", "b"}
    assert acted_on(Decision("hand_off", "a", 0.9, "")) == {"a"}
    assert acted_on(Decision("clarify", "a", 0.5, "")) == frozenset()


def test_a_name_as_words_stands_for_the_description() -> None:
    made = make_catalog({"Refund_not_showing_up": (), "other": ()}, {"other": "Something else."})
    assert made.intents["Refund_not_showing_up"].description == "refund not showing up"
    assert made.intents["other"].description == "Something else."
