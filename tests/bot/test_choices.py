"""Who types a choice has taken it, whether by its title, its number, its place, or a yes where there is but one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.choices import read_choice
from bot.conversations.conversation import Conversation
from bot.messages import Button, Candidate, Decision, DecisionKind, Outcome, Part, Requested
from bot.payload import NONE_OF_THESE, is_rejection
from tests.builders import ORDER_ID, catalog, intent, turn

SHOP = catalog(intent("order_status", slots=[ORDER_ID]), intent("faq/returns"))

CHOICES = (
    Button("You want to know where an order is", "/order_status"),
    Button("You want to return something", "/faq/returns"),
    Button("None of these", NONE_OF_THESE),
)


def after_choices(kind: DecisionKind) -> Conversation:
    asked = replace(turn(decision=Decision(kind, None, 0.4, "")), outcome=Outcome((Part("Which?", CHOICES),)))
    return Conversation("c1", "u1", "rest", turns=(asked,))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("You want to return something", "faq/returns"),
        ("  you want to   know where an ORDER is. ", "order_status"),
        ("none of these", "none_of_these"),
        ("2", "faq/returns"),
        ("1.", "order_status"),
        ("3", "none_of_these"),
        ("２", "faq/returns"),
    ],
)
def test_a_choice_may_be_typed(typed: str, meant: str) -> None:
    found = read_choice(typed, after_choices("clarify"), SHOP, "en")
    assert found is not None
    assert found.candidates == (Candidate(meant, 1.0, "payload"),)


@pytest.mark.parametrize("typed", ["", "0", "4", "-1", "where is it", "send it back", "½"])
def test_what_is_no_choice_is_ordinary_text(typed: str) -> None:
    assert read_choice(typed, after_choices("clarify"), SHOP, "en") is None


@pytest.mark.parametrize(
    ("typed", "language"), [("Neither.", "en"), ("no", "en"), ("keins davon", "de"), ("non", "fr")]
)
def test_a_rejection_in_other_words_is_none_of_these(typed: str, language: str) -> None:
    found = read_choice(typed, after_choices("clarify"), SHOP, language)
    assert found is not None
    assert is_rejection(found)
    assert read_choice(typed, after_choices("act"), SHOP, language) is None


def test_numbers_count_only_after_a_clarifying_question() -> None:
    assert read_choice("2", after_choices("act"), SHOP, "en") is None
    assert read_choice("none of these", after_choices("act"), SHOP, "en") is not None
    assert read_choice("2", Conversation("c1", "u1", "rest"), SHOP, "en") is None
    assert read_choice("", Conversation("c1", "u1", "rest", turns=(turn(),)), SHOP, "en") is None


def test_a_choice_whose_intent_is_gone_is_ordinary_text() -> None:
    assert read_choice("2", after_choices("clarify"), catalog(intent("order_status")), "en") is None


ONE = (Button("You want to return something", "/faq/returns"), Button("None of these", NONE_OF_THESE))


def after(buttons: tuple[Button, ...], refused: bool = False) -> Conversation:
    asked = Decision("clarify", None, 0.4, "", refused=refused)
    return Conversation(
        "c1", "u1", "rest", turns=(replace(turn(decision=asked), outcome=Outcome((Part("?", buttons),))),)
    )


def taken(typed: str, talk: Conversation, language: str = "en") -> str | None:
    found = read_choice(typed, talk, SHOP, language)
    return found.candidates[0].intent if found else None


@pytest.mark.parametrize(
    ("typed", "language"), [("Yes, please!", "en"), ("genau", "de-AT"), ("oui", "fr"), ("sí", "es")]
)
def test_a_yes_takes_the_only_choice(typed: str, language: str) -> None:
    assert taken(typed, after(ONE), language) == "faq/returns"
    assert taken(typed, after(CHOICES), language) is None
    assert taken(typed, after_choices("act"), language) is None


def test_a_yes_is_no_answer_after_the_message_said_not_to() -> None:
    assert taken("yes", after(ONE, refused=True)) is None
    assert taken("that one", after(ONE, refused=True)) is None
    assert taken("the first one", after(ONE, refused=True)) == "faq/returns"
    assert taken("You want to return something", after(ONE, refused=True)) == "faq/returns"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("the first", "order_status"),
        ("2nd one please", "faq/returns"),
        ("number two", "faq/returns"),
        ("the last one", "faq/returns"),
        ("the third one", "none_of_these"),
        ("the fourth one", None),
    ],
)
def test_a_choice_may_be_taken_by_its_place(typed: str, meant: str | None) -> None:
    assert taken(typed, after(CHOICES)) == meant


def answered(text: str, *buttons: Button, requested: Requested | None = None) -> Conversation:
    said = replace(turn(decision=Decision("act", "greet", 0.9, "")), outcome=Outcome((Part(text, buttons),)))
    return Conversation("c1", "u1", "rest", turns=(said,), requested=requested)


def test_below_an_answer_only_a_question_can_be_answered() -> None:
    assert taken("the second one", answered("What can I do?", *CHOICES)) == "faq/returns"
    assert taken("the second one", answered("It is on its way.", *CHOICES)) is None
    assert taken("the second one", answered("What can I do?", *CHOICES, requested=Requested("a", "b"))) is None
    assert taken("2", answered("What can I do?", *CHOICES)) is None


def test_a_yes_takes_the_only_button_of_a_question() -> None:
    assert taken("yes please", answered("Shall I look for it?", CHOICES[1])) == "faq/returns"
    assert taken("yes please", answered("I have found it.", CHOICES[1])) is None
    assert taken("ok", answered("I cannot go on. What else can I do for you?", CHOICES[1])) is None
    assert taken("ok", answered("Ohne das geht es nicht. Was kann ich sonst tun?", CHOICES[1]), "de") is None
    assert taken("ja", answered("Es ist da. Soll ich nachsehen?", CHOICES[1]), "de") == "faq/returns"
    assert taken("sí", answered("¿Lo busco?", CHOICES[1]), "es") == "faq/returns"
    assert taken("sí", answered("No puedo. ¿Qué más necesita?", CHOICES[1]), "es") is None
    assert taken("yes", answered("Shall I?", CHOICES[1]), "pl") is None
    assert taken("yes please", answered("Which?", *CHOICES)) is None
    assert taken("no", answered("Shall I look for it?", CHOICES[1])) is None
    assert taken("yes", answered("Shall I look for it?", CHOICES[1], requested=Requested("a", "b"))) is None


def test_who_asked_for_a_moment_may_choose_after_it() -> None:
    asked = after(CHOICES)
    paused = replace(turn(decision=Decision("act", None, 1.0, "", says="take_your_time")), outcome=Outcome(()))
    assert taken("the second one", replace(asked, turns=(*asked.turns, paused))) == "faq/returns"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("the return one", "faq/returns"),
        ("I meant returning something", "faq/returns"),
        ("order", "order_status"),
        ("my order please", "order_status"),
        ("you want", None),  # both titles say so
        ("don't return", None),
        ("return the order", None),  # of both
        ("something", None),  # tells nothing
        ("where is my return", None),
        ("these", None),
    ],
)
def test_a_choice_may_be_taken_by_words_that_only_its_title_has(typed: str, meant: str | None) -> None:
    assert taken(typed, after(CHOICES)) == meant
    assert taken(typed, after_choices("act")) is None


def test_words_name_a_choice_only_where_there_are_several() -> None:
    assert taken("return", after(ONE)) is None


def test_words_that_are_an_example_say_what_they_say_anywhere() -> None:
    stop = (Button("You want a person to stop the alarm", "/faq/returns"), *CHOICES)
    assert taken("stop the alarm", after(stop)) == "faq/returns"
    shop = catalog(intent("order_status"), intent("faq/returns"), intent("never_mind", examples=["Stop!"]))
    assert read_choice("stop", after(stop), shop, "en") is None
    assert read_choice("alarm", after(stop), shop, "en") is not None
