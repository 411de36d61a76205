"""Who takes one of the choices is heard in so many words, in four languages."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.choosing import CHOOSING, LAST
from bot.language.phrases import PHRASES
from bot.language.short_answers import agrees, find_named, find_place

ASSENTS = {
    "en": [
        *(
            "yes",
            "Yeah!",
            "yep",
            "right",
            "exactly",
            "correct",
            "yes please",
            "that one",
            "sure",
            "ok",
            "yes, that one",
        ),
        *("Yes, that’s right.", "oh yes exactly", "that's what I meant", "yesss", "of course", "it is", "yeah sure"),
    ],
    "de": [
        "ja",
        "Ja, bitte",
        "genau",
        "genau das",
        "richtig",
        "stimmt",
        "na klar",
        "das meine ich",
        "jaa",
        "natürlich",
    ],
    "fr": ["oui", "Oui, merci", "c'est ça", "exactement", "tout à fait", "celui-là", "bien sûr", "oui s'il vous plaît"],
    "es": ["sí", "si", "eso es", "exacto", "claro que sí", "sí, por favor", "vale", "así es", "ese"],
}
NO_ASSENTS = [
    *(
        "no",
        "not sure",
        "not that one",
        "yes but not now",
        "yes and no",
        "no, right",
        "thanks",
        "ok thanks",
        "I'm not right",
        "maybe",
    ),
    *("that one is broken", "sure, where is it", "is that right", "yes I want to cancel my order", "", "please"),
]
PLACES = {
    "en": [
        *(
            ("the first", 1),
            ("first one", 1),
            ("1st", 1),
            ("the second one", 2),
            ("Number 3, please", 3),
            ("option two", 2),
        ),
        *(("the last one", LAST), ("yes, the first one", 1), ("I meant the second", 2), ("the third of these", 3)),
    ],
    "de": [
        ("das erste", 1),
        ("die zweite", 2),
        ("Nummer drei", 3),
        ("das letzte bitte", LAST),
        ("ich meine das zweite", 2),
    ],
    "fr": [("le premier", 1), ("la deuxième", 2), ("numéro 2", 2), ("le dernier", LAST), ("la 2e s'il vous plaît", 2)],
    "es": [("el primero", 1), ("la segunda", 2), ("número tres", 3), ("la última", LAST), ("la 2ª opción", 2)],
}
NO_PLACES = [
    "my first order",
    "the first time it came",
    "one",
    "both",
    "the first or the second",
    "last week",
    "",
    "1042",
]
TITLES = ["You want to cancel an order", "You want a refund for an order", "You want to say you can't pay"]


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, texts in ASSENTS.items() for text in texts]
)
def test_who_says_yes_is_heard(language: str, text: str) -> None:
    assert agrees(text, language)


@pytest.mark.parametrize("text", NO_ASSENTS)
def test_who_says_no_or_more_than_yes_has_not_said_yes(text: str) -> None:
    assert not agrees(text, "en")


@pytest.mark.parametrize(
    ("language", "text", "place"), [(language, *said) for language, all_said in PLACES.items() for said in all_said]
)
def test_a_choice_is_taken_by_its_place(language: str, text: str, place: int) -> None:
    assert find_place(text, language) == place


@pytest.mark.parametrize("text", NO_PLACES)
def test_what_is_no_place_is_none(text: str) -> None:
    assert find_place(text, "en") is None


@pytest.mark.parametrize(
    ("text", "index"),
    [("the refund one", 1), ("Cancel!", 0), ("cancelling", 0), ("cancel my order", 0), ("yes, the refund", 1)],
)
def test_words_of_one_title_name_it(text: str, index: int) -> None:
    assert find_named(text, TITLES, "en") == index


@pytest.mark.parametrize(
    "text",
    [
        "order",
        "forget it",
        "an",
        "you",
        "cancel the refund",
        "cancel it now",
        "no refund",
        "can't cancel",
        "say",
        "refund 12",
        "",
    ],
)
def test_words_of_several_titles_or_of_none_name_nothing(text: str) -> None:
    assert find_named(text, [*TITLES, "You want to say hello"], "en") is None


def test_every_language_has_both_tables() -> None:
    assert PHRASES.keys() == CHOOSING.keys()
    assert not agrees("yes", "pl")
    assert find_place("the first", "pl") is None
    assert find_named("refund", TITLES, "pl") is None


@given(st.text(max_size=60), st.sampled_from(sorted(CHOOSING)))
def test_survives_any_text(text: str, language: str) -> None:
    agrees(text, language)
    find_place(text, language)
    find_named(text, TITLES, language)


def test_no_message_takes_long() -> None:
    start = time.process_time()
    for text in ("that one " * 7, "yes " * 13 + "x", "i meant the " * 4, "option number " * 7, "a " * 20_000):
        for language in CHOOSING:
            agrees(text, language)
            find_place(text, language)
            find_named(text, TITLES, language)
    assert time.process_time() - start < 1
