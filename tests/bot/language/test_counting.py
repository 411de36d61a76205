"""Small numbers spelt out are numbers where a number was asked for, and nothing else is said."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.catalog import Slot
from bot.language.counting import COUNTING, find_count
from bot.language.phrases import PHRASES
from bot.messages import Entity, Requested
from bot.slots import find_entities
from tests.builders import ORDER_ID, catalog, intent

SEATS = Slot("seats", "For how many seats?", re.compile(r"\b\d{1,4}\b"))
SHOP = catalog(intent("upgrade", slots=[SEATS]), intent("order_status", slots=[ORDER_ID]))


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("two", "en", 2), ("Three of them", "en", 3), ("just one, please", "en", 1), ("for five seats!", "en", 5),
        ("we are twelve people", "en", 12), ("zwei bitte", "de", 2), ("für fünf Personen", "de", 5),
        ("nur einer", "de", 1), ("zwölf", "de", 12), ("deux svp", "fr", 2), ("nous sommes quatre", "fr", 4),
        ("dix-huit", "fr", 18), ("somos tres", "es", 3), ("dieciséis", "es", 16), ("una", "es", 1),
        ("one moment", "en", None), ("the blue one", "en", None), ("two or three", "en", None),
        ("A ten forty two", "en", None), ("in three weeks", "en", None), ("einen Moment", "de", None),
        ("un instant", "fr", None), ("un momento", "es", None),
        ("two", "pl", None), ("", "en", None), ("25", "en", None),
    ],
)  # fmt: skip
def test_hears_a_number_and_nothing_else(text: str, language: str, value: int | None) -> None:
    found = find_count(text, "seats For how many seats?", language)
    assert (found[0] if found else None) == value


def test_it_answers_the_question_that_was_asked_alone() -> None:
    asked = Requested("upgrade", "seats")
    assert find_entities("three, please", SHOP, "en", asked) == (Entity("seats", "3", 0, 5),)
    assert find_entities("3 or two", SHOP, "en", asked) == (Entity("seats", "3", 0, 1),)
    for other in (
        None,
        Requested("order_status", "order_id"),
        Requested("gone", "seats"),
        Requested("upgrade", "gone"),
    ):
        assert find_entities("three, please", SHOP, "en", other) == ()


@given(st.text(max_size=100), st.sampled_from(sorted(COUNTING)))
def test_survives_any_text(text: str, language: str) -> None:
    found = find_count(text, "seats", language)
    assert found is None or text[found[1] : found[2]].strip()
    assert PHRASES.keys() == COUNTING.keys()
