"""Which turns want an eye, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import pytest

from bot.conversations.review import Review
from bot.messages import DecisionKind, Requested
from bot.review.signals import IN_WORDS, Entry, Reason, find_entries
from tests.bot.review.stories import NOW, rated_down, spoken, standing, turn


def alike(pairs: Sequence[tuple[str, str]]) -> list[float]:
    """All tries mean the same."""
    return [1.0] * len(pairs)


def unlike(pairs: Sequence[tuple[str, str]]) -> list[float]:
    return [0.0] * len(pairs)


def reasons(entries: Sequence[Entry]) -> dict[int, tuple[Reason, ...]]:
    return {entry.number: entry.reasons for entry in entries}


@pytest.mark.parametrize(
    ("kind", "confidence", "reason"),
    [
        ("clarify", 0.5, "asked_back"),
        ("out_of_scope", 0.1, "out_of_scope"),
        ("hand_off", 0.9, "handed_off"),
        ("act", 0.79, "unsure"),
        ("act", 0.8, None),
    ],
)
def test_a_decision_says_whether_a_turn_wants_an_eye(
    kind: DecisionKind, confidence: float, reason: Reason | None
) -> None:
    found = find_entries(spoken(turn("hello there", kind, ("refund", confidence))), standing(), unlike)
    assert reasons(found) == ({1: (reason,)} if reason else {})


def test_small_words_that_name_no_intent_want_no_eye() -> None:
    said = [replace(one, intent=None) for one in spoken(turn("ok", "act", ("goodbye", 0.2)))]
    assert find_entries(said, standing(), unlike) == []


def test_certainty_can_be_chosen() -> None:
    said = spoken(turn("hello", "act", ("refund", 0.85)))
    assert len(find_entries(said, standing(), unlike, 0.9)) == 1


def test_a_thumb_down_brings_in_a_turn_of_which_the_bot_was_certain() -> None:
    said = spoken(turn("hello", "act", ("refund", 0.99)))
    assert reasons(find_entries(said, rated_down(standing(), 1), unlike)) == {1: ("thumbed_down",)}


def test_an_answer_that_was_called_wrong_wants_an_eye_and_the_words_that_said_so_do_not() -> None:
    first, objection, then = spoken(
        turn("where is it", "act", ("refund", 0.99)),
        turn("that's not what I meant", "out_of_scope", ("goodbye", 0.6), minute=1),
        turn("my parcel is late", "act", ("order_status", 0.9), minute=2),
    )
    (entry,) = find_entries([first, replace(objection, objects=True), then], standing(), unlike)
    assert (entry.number, entry.reasons, entry.hint) == (1, ("objected",), "order_status")


def test_what_is_said_again_in_other_words_was_not_understood_before() -> None:
    said = spoken(
        turn("where is it", "act", ("refund", 0.9)),
        turn("my parcel, where is it", "act", ("order_status", 0.9), minute=1),
    )
    (entry,) = find_entries(said, standing(), alike)
    assert (entry.number, entry.reasons, entry.hint) == (1, ("rephrased",), "order_status")
    assert find_entries(said, standing(), unlike) == []


@pytest.mark.parametrize(
    "after",
    [
        turn("where is it then", "act", ("refund", 0.9), minute=1),  # the bot stays with what it understood
        turn("where IS  it", "act", ("order_status", 0.9), minute=1),  # the same words
        turn("my parcel, where is it", "act", ("order_status", 0.9), minute=6),  # too late
        turn("my parcel, where is it", "act", ("order_status", 0.9), minute=1, sender="bob"),  # somebody else
        turn("/order_status", "act", ("order_status", 1.0), minute=1, pressed=True),  # a button
    ],
)
def test_these_say_nothing_again(after: object) -> None:
    assert isinstance(after, type(turn("x")))
    assert find_entries(spoken(turn("where is it", "act", ("refund", 0.9)), after), standing(), alike) == []


def test_the_answer_to_a_question_is_no_try() -> None:
    asked = Requested("order_status", "address")
    said = spoken(
        turn("where is it", "act", ("order_status", 0.9), asked=asked),
        turn("12 Main Street", "act", ("order_status", 0.5), minute=1),
    )
    assert find_entries(said, standing(), alike) == []


def test_a_button_tells_what_was_meant() -> None:
    pressed = turn("/refund", "act", ("refund", 1.0), minute=1, pressed=True)
    (entry,) = find_entries(spoken(turn("back please"), pressed), standing(), unlike)
    assert entry.hint == "refund"
    none = turn("/none_of_these", "out_of_scope", ("none_of_these", 1.0), minute=1, pressed=True)
    (entry,) = find_entries(spoken(turn("back please"), none), standing(), unlike)
    assert entry.hint is None


def test_what_is_reviewed_is_no_entry_any_more() -> None:
    reviewed = replace(standing(), reviews={1: Review(1, "dismissed", None, "eve", NOW)})
    assert find_entries(spoken(turn("hello"), turn("hello")), reviewed, unlike)[0].number == 2


def test_entries_are_masked() -> None:
    (entry,) = find_entries(spoken(turn("I am anne@example.com")), standing(), unlike)
    assert entry.text == "I am email address"


def test_there_is_a_word_for_every_reason() -> None:
    assert set(IN_WORDS) == set(get_args(Reason))
