"""Slots of one intent that look for the same, values taken back in the same breath, and slips of the keyboard."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.catalog.catalog import Example, Intent, Slot
from bot.messages import Entity, Requested
from bot.slots import find_as_read, find_entities
from tests.builders import HERE, catalog, intent

CITY = re.compile(r"\b(?:london|paris|rome|oslo)\b", re.IGNORECASE)
FLY = intent("fly", slots=[Slot("from_city", "From?", CITY), Slot("to_city", "To?", CITY)])
TIMES = intent(
    "book", slots=[Slot("start", "When?", re.compile(r"\d\d:\d\d")), Slot("end", "Until?", re.compile(r"\d\d:\d\d"))]
)
SEATS = intent("upgrade", slots=[Slot("seats", "How many?", re.compile(r"\b\d{1,3}\b"))])
DAY = re.compile(r"\b(?:montag|dienstag|lunes|martes|lundi|mardi|monday|tuesday)\b", re.IGNORECASE)
DAYS = intent("come", slots=[Slot("day", "When?", DAY)])


def found(text: str, one: Intent, asked: str | None = None, language: str = "en") -> dict[str, object]:
    entities = find_entities(text, catalog(one), language, Requested(one.name, asked) if asked else None)
    return {each.slot: each.value for each in entities}


@pytest.mark.parametrize(
    ("text", "asked", "values"),
    [
        ("from London to Paris", None, {"from_city": "London", "to_city": "Paris"}),
        ("to Paris from London", None, {"from_city": "London", "to_city": "Paris"}),
        ("to Paris", None, {"to_city": "Paris"}),
        ("Paris", "from_city", {"from_city": "Paris"}),
        ("Paris", "to_city", {"to_city": "Paris"}),
        ("sorry, from Oslo", "to_city", {"from_city": "Oslo"}),
        ("London - Paris", None, {"from_city": "London", "to_city": "Paris"}),
        ("London, Paris", "to_city", {"from_city": "Paris", "to_city": "London"}),
        ("from London, no wait, Oslo to Rome", None, {"from_city": "Oslo", "to_city": "Rome"}),
    ],
)
def test_slots_that_look_alike_share_what_is_found(text: str, asked: str | None, values: dict[str, str]) -> None:
    assert found(text, FLY, asked) == values


def test_the_word_may_have_another_ending_and_a_small_one_after_it() -> None:
    day = re.compile(r"\d may")
    trip = intent("trip", slots=[Slot("date", "When?", day), Slot("return_date", "And back?", day)])
    assert found("returning on 5 may", trip) == {"return_date": "5 may"}
    assert found("leave 3 may, return 5 may", trip) == {"date": "3 may", "return_date": "5 may"}
    assert found("from London Paris", FLY) == {"from_city": "London", "to_city": "Paris"}


def test_marks_in_examples_say_whose_word_stands_before_a_value() -> None:
    text = "open at 09:00 and shut by 17:00"
    marks = (Entity("start", "09:00", 8, 13), Entity("end", "17:00", 26, 31))
    taught = replace(TIMES, examples=(Example(text, HERE, marks),))
    assert found("shut by 12:30", taught) == {"end": "12:30"}
    assert found("shut by 12:30", TIMES) == {"start": "12:30"}


def test_values_marked_for_one_slot_are_known_of_another_that_has_some_of_them() -> None:
    one, other = Slot("way", values=frozenset({"Bath", "York"})), Slot("back", values=frozenset({"York", "Leeds"}))
    assert found("Leeds and then Bath", intent("ride", slots=[one, other])) == {"way": "Leeds", "back": "Bath"}
    apart = replace(other, values=frozenset({"Leeds"}))
    assert found("Leeds and then Bath", intent("ride", slots=[one, apart])) == {"way": "Bath", "back": "Leeds"}


@pytest.mark.parametrize(
    ("text", "seats"),
    [
        ("30 seats, no wait, 25", "25"),
        ("30. Sorry, I meant 25 seats", "25"),
        ("30 - actually 25", "25"),
        ("not 30 but 25", "25"),
        ("30 or rather 25, no, 20", "20"),
        ("30 seats for 25 people", "30"),
        ("30, not 25", "30"),
        ("30 but 25 would do", "30"),
        ("30 now and 25 later", "30"),
    ],
)
def test_what_is_taken_back_in_the_same_breath_is_not_heard(text: str, seats: str) -> None:
    assert found(text, SEATS) == {"seats": seats}


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("Montag. nein, doch lieber Dienstag", "de", "Dienstag"),
        ("nicht Montag sondern Dienstag", "de", "Dienstag"),
        ("Montag oder Dienstag", "de", "Montag"),
        ("lundi, non pardon, mardi", "fr", "mardi"),
        ("pas lundi mais mardi", "fr", "mardi"),
        ("lundi et mardi", "fr", "lundi"),
        ("el lunes, no, mejor el martes", "es", "martes"),
        ("no el lunes sino el martes", "es", "martes"),
        ("el lunes, no el martes", "es", "lunes"),
        ("monday, no wait, tuesday", "pl", "monday"),
    ],
)
def test_it_is_taken_back_in_four_languages(text: str, language: str, day: str) -> None:
    assert found(text, DAYS, language=language) == {"day": day}


def test_a_value_with_a_slip_is_found_where_it_was_written() -> None:
    plan = catalog(intent("upgrade", slots=[Slot("plan", values=frozenset({"business"}))]))
    text = "the buisness plan"
    assert find_entities(text, plan) == ()
    (entity,) = find_as_read(text, (("buisness", "business"),), lambda each: find_entities(each, plan))
    assert entity == Entity("plan", "business", 4, 12)
    (written,) = find_as_read("business, buisness", (("buisness", "business"),), lambda each: find_entities(each, plan))
    assert (written.start, written.end) == (0, 8)
