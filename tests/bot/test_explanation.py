from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from bot.catalog.catalog import Catalog
from bot.commands.explain_page import show_explanation
from bot.config import DecisionSettings, Settings
from bot.detectors.detector import LearnedDetector
from bot.detectors.learner import Learner
from bot.detectors.sentiment import SentimentHead
from bot.errors import RipenError
from bot.explanation import MOST_WORDS, Change, Explanation, Learnt, explain
from bot.slots import delexicalise_examples
from tests.bot.detectors.test_learner import FRUIT, PRIOR, ripe
from tests.builders import ORDER_ID, catalog, intent
from tests.standins.encoder import WordEncoder

KNOWN = catalog(
    *(ripe(name) for name in FRUIT),
    intent("parcel", examples=["where is A-1042"], slots=[ORDER_ID]),
    intent("melon"),
)


def read_mood() -> SentimentHead:
    """The word "awful" is bad news, all others are none."""
    direction = WordEncoder().encode(["awful"])[0]
    zero = 0 * direction
    return SentimentHead(np.stack([direction, zero, -direction]), zero[:3], -2 * direction, 0.0, {})


def learnt(known: Catalog = KNOWN, settings: Settings | None = None) -> Learnt:
    def learn(taught: Catalog) -> Iterator[LearnedDetector]:
        return Learner(WordEncoder(), WordEncoder(), read_mood(), PRIOR, 8).learn(delexicalise_examples(taught))

    *_, detector = learn(known)
    return Learnt(known, detector, learn, settings or Settings())


@pytest.fixture(scope="module")
def bot() -> Learnt:
    return learnt()


def printed(told: Explanation) -> str:
    console = Console(width=160, highlight=False)
    with console.capture() as captured:
        console.print(*show_explanation(told), sep="\n")
    return captured.get()


def test_the_lead_is_how_many_times_likelier_the_best_is(bot: Learnt) -> None:
    told = explain("bring the apple and the fig", bot)
    best, second = told.evidence[:2]
    assert told.rival == second.intent
    assert sum(told.lead.values()) == pytest.approx(math.log(best.confidence / second.confidence), abs=1e-3)


def test_an_expected_intent_takes_the_runner_ups_place_and_is_tried(bot: Learnt) -> None:
    told = explain("bring the apple", bot, "grape")
    assert (told.decision.intent, told.rival) == ("apple", "grape")
    assert told.evidence[-1].intent == "grape"
    [change] = [one for one in told.changes if "example of" in one.what]
    assert change.what == "with this sentence as an example of grape"


def test_the_example_that_is_tried_is_really_learnt(bot: Learnt) -> None:
    told = explain("wibble wobble", bot, "melon")
    assert told.decision.kind != "act"
    [change] = [one for one in told.changes if "example of" in one.what]
    assert (change.decision.kind, change.decision.intent) == ("act", "melon")
    assert "wibble wobble" not in [example.text for example in bot.catalog.intents["melon"].examples]


def test_words_are_left_out_one_by_one(bot: Learnt) -> None:
    told = explain("fetch the awful apple", bot)
    weights = {one.word: one for one in told.words}
    assert list(weights) == ["fetch", "the", "awful", "apple"]
    assert min(weights.values(), key=lambda one: one.valence).word == "awful"
    assert max(weights.values(), key=lambda one: one.confidence).word == "apple"
    assert weights["apple"].without != "apple"


def test_thresholds_say_what_the_decision_hung_on(bot: Learnt) -> None:
    sure = {one.name: one for one in explain("bring the apple", bot).thresholds}
    assert sure["confidence"].met
    assert sure["risk of acting"].most == 0.1
    unsure = {one.name: one for one in explain("wibble", bot).thresholds}
    assert not unsure["confidence"].met
    fixed = replace(bot, settings=Settings(decision=DecisionSettings(act=0.9)))
    assert [one.name for one in explain("wibble", fixed).thresholds] == ["confidence", "best 3 together", "valence"]


def test_another_risk_is_named_only_where_it_changes_the_decision(bot: Learnt) -> None:
    strict = replace(bot, settings=Settings(decision=DecisionSettings(risk=0.001)))
    told = explain("bring the apple", strict)
    assert told.decision.kind != "act"
    [looser] = [one for one in told.changes if "decision.risk" in one.what]
    assert looser.decision.kind == "act"
    risk = float(looser.what.rsplit(" ", 1)[1])
    again = replace(bot, settings=Settings(decision=DecisionSettings(risk=risk)))
    assert explain("bring the apple", again).decision.kind == "act"


def test_examples_are_shown_as_written_with_file_and_line(bot: Learnt) -> None:
    told = explain("where is A-2000", bot)
    assert told.read_as == "where is order id"
    assert told.evidence[0].nearest[0].text == "where is A-1042"
    assert told.sources["where is A-1042"] == "intents/test.yml:1"
    assert "test.yml:1" in printed(told)


@pytest.mark.parametrize(
    ("text", "kind", "reason"),
    [
        ("", "out_of_scope", "no text"),
        ("/melon", "act", "a button named it"),
        ("x" * 5000, "out_of_scope", "5000 characters"),
    ],
)
def test_what_is_not_detected_is_told_all_the_same(bot: Learnt, text: str, kind: str, reason: str) -> None:
    told = explain(text, bot)
    assert told.decision.kind == kind
    assert reason in told.decision.reason
    assert reason in printed(told)


def test_a_message_of_many_words_costs_no_more_than_that(bot: Learnt) -> None:
    assert len(explain("apple " * 300, bot).words) == MOST_WORDS


def test_an_intent_that_is_not_there_names_the_nearest(bot: Learnt) -> None:
    with pytest.raises(RipenError, match="Did you mean melon"):
        explain("hello", bot, "mellon")


def test_the_page_shows_no_control_characters_and_reads_no_markup(bot: Learnt) -> None:
    page = printed(explain("the [bold]apple[/] \x1b[31m", bot))
    assert "[bold]apple[/]" in page
    assert "\x1b[31m" not in page


def test_a_bot_of_one_intent_has_no_runner_up() -> None:
    told = explain("a melon", learnt(catalog(intent("melon"))))
    assert (told.rival, told.lead) == (None, {})
    assert "What it may mean" in printed(told)


def test_what_was_tried_in_vain_is_not_told_as_a_change(bot: Learnt) -> None:
    told = explain("pick a plum from the tree", bot)
    same, other = Change("with it all", told.decision), Change("with more", replace(told.decision, kind="hand_off"))
    shown = printed(replace(told, changes=(same, other)))
    assert "even with it all: it still " in shown
    assert "with more: it " in shown
    assert "not with more" not in shown


def test_small_words_are_told_by_the_text_that_answers_them(bot: Learnt) -> None:
    assert "The bot says texts.acknowledged\nbecause a mere yes or no" in printed(explain("ok", bot))
