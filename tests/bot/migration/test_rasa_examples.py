from __future__ import annotations

from pathlib import Path

import pytest

from bot.catalog.annotations import parse_example
from bot.migration.rasa_examples import slot_name, translate_examples
from bot.migration.rasa_project import RasaProject

FROM_CITY = {"type": "from_entity", "entity": "city", "role": "from"}
PROJECT = RasaProject(
    Path(),
    synonyms={"nyc": "New York"},
    mappings={"town": [{"type": "from_entity", "entity": "city"}], "departure": [FROM_CITY]},
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("where is [A-1](order)", "where is [A-1](order)"),
        ("to [paris](city)", "to [paris](town)"),
        ("to [NYC](city)", "to [NYC](town:New York)"),
        ("to [NYC](city:Newark)", "to [NYC](town:Newark)"),
        ('from [oslo]{"entity": "city", "role": "from"}', "from [oslo](departure)"),
        ('from [oslo]{"entity": "city", "role": "via"}', "from [oslo](town)"),
        ('[x]{"entity": "e", "value": "a (b)"}', '[x]{"entity": "e", "value": "a (b)"}'),
        ('pay [five]{"entity": "sum", "value": 5} now', "pay [five](sum:5) now"),
        ('[x][{"entity": "a", "value": "1"}, {"entity": "b"}] y', "[x](a:1) y"),
        ("give [10](amount-of-money)", "give [10](amount_of_money)"),
        ("[a](b) and [c](d), too", "[a](b) and [c](d), too"),
        ("press [enter] twice", "press [enter] twice"),
        ("  two\t words ", "two words"),
    ],
)
def test_marks_are_rewritten(written: str, expected: str) -> None:
    found = translate_examples([written], PROJECT)
    assert found.texts == (expected,)
    assert found.unread == ()
    assert found.slots == tuple(dict.fromkeys(entity.slot for entity in parse_example(expected)[1]))


def test_what_nobody_can_read_is_told_and_kept_as_text() -> None:
    found = translate_examples(['go to [rome]{"entity": "city"', "fine"], PROJECT)
    assert found.texts == ('go to rome{"entity": "city"', "fine")
    assert found.unread == ('go to [rome]{"entity": "city"',)


def test_one_of_each_is_enough_and_novels_are_counted() -> None:
    found = translate_examples(["hi", "hi", "x" * 1001], PROJECT)
    assert found.texts == ("hi",)
    assert found.too_long == 1


@pytest.mark.parametrize(
    ("name", "slot"), [("amount-of-money", "amount_of_money"), ("2nd", "slot_2nd"), ("数", "slot_kdv")]
)
def test_slots_are_named_as_slots_are(name: str, slot: str) -> None:
    assert slot_name(name) == slot
