from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.migration.rasa_project import RasaProject
from bot.migration.rasa_slots import Slots, share_slots, translate_slots


def translate(*marked: str, form: tuple[str, ...] = (), **parts: Any) -> tuple[Slots, list[str]]:
    notes: list[str] = []
    project = RasaProject(Path(), forms={"f": form}, **parts)
    return translate_slots(marked, "f" if form else None, project, notes), notes


def test_what_a_form_asks_for_comes_in_its_order_before_what_is_only_marked() -> None:
    slots, notes = translate("b", "c", form=("a", "b"), responses={
        "utter_ask_a": [{"text": "A?"}], "utter_ask_b": [{"text": "general"}], "utter_ask_f_b": [{"text": "B?"}],
    })  # fmt: skip
    assert list(slots.items()) == [("a", {"ask": "A?"}), ("b", {"ask": "B?"}), ("c", {})]
    assert notes == []


def test_a_question_says_what_its_buttons_say() -> None:
    buttons = [{"title": "Two", "payload": "2"}, {"title": "Four", "payload": "4"}]
    slots, _ = translate(form=("a",), responses={"utter_ask_a": [{"text": "How many?", "buttons": buttons}]})
    assert slots["a"] == {"ask": "How many? (Two / Four)"}


def test_a_question_that_stands_in_python_is_made_up_and_told() -> None:
    slots, notes = translate(form=("first_name",))
    assert slots == {"first_name": {"ask": "First name?"}}
    assert "no utter_ask_first_name" in notes[0]


@pytest.mark.parametrize(
    ("parts", "pattern"),
    [
        ({"patterns": {"a": (r"\d{4}",)}}, r"\d{4}"),
        ({"patterns": {"a": (r"\d{4}", "x")}}, r"(?:\d{4})|(?:x)"),
        ({"vocabularies": {"a": ("red", "a.b")}}, r"\b(?:red|a\.b)\b"),
        ({"patterns": {"e": ("x",)}, "mappings": {"a": [{"type": "from_entity", "entity": "e"}]}}, "x"),
    ],
)
def test_regular_expressions_and_lookup_tables_become_patterns(parts: dict[str, Any], pattern: str) -> None:
    assert translate("a", **parts)[0] == {"a": {"pattern": pattern}}


@pytest.mark.parametrize("parts", [
    {"vocabularies": {"a": tuple(f"word{number}" for number in range(100))}},
    {"patterns": {"a": ("(a+)+",)}},
    {"patterns": {"a": ("(",)}},
])  # fmt: skip
def test_a_pattern_that_no_slot_may_have_is_a_note(parts: dict[str, Any]) -> None:
    slots, notes = translate("a", **parts)
    assert slots == {"a": {}}
    assert "`a` are not carried over" in notes[0]


def test_a_value_that_an_intent_gave_is_a_note() -> None:
    mapping = {"type": "from_intent", "intent": "affirm", "value": True}
    _, notes = translate(form=("a",), mappings={"a": [mapping]}, responses={"utter_ask_a": [{"text": "Sure?"}]})
    assert "affirm" in notes[0]


@pytest.mark.parametrize(
    ("said", "shared", "left"),
    [
        ([{"ask": "A?", "pattern": "x"}] * 2, {"ask": "A?", "pattern": "x"}, [None, None]),
        ([{"ask": "A?", "pattern": "x"}, {"pattern": "x"}], {"pattern": "x"}, [{"ask": "A?"}, None]),
        ([{"ask": "A?"}, {"ask": "A?"}, {"ask": "B?"}], {"ask": "A?"}, [None, None, {"ask": "B?"}]),
        ([{"ask": "A?"}, {"ask": "A?"}, {}], {"ask": "A?"}, [None, None, {"ask": False}]),
        ([{"pattern": "x"}, {"pattern": "x"}, {}], {"pattern": "x"}, [None, None, {"pattern": False}]),
        ([{"ask": "A?"}, {"ask": "B?"}], None, [{"ask": "A?"}, {"ask": "B?"}]),
        ([{}, {}], None, [{}, {}]),
        ([{"ask": "A?", "pattern": "x"}], None, [{"ask": "A?", "pattern": "x"}]),
    ],
)
def test_what_several_intents_say_of_a_slot_is_written_once(
    said: list[dict[str, Any]], shared: dict[str, Any] | None, left: list[dict[str, Any] | None]
) -> None:
    found, rest = share_slots({f"intent{at}": {"a": keys, "b": {"ask": str(at)}} for at, keys in enumerate(said)})
    assert found == ({"a": shared} if shared else {})
    assert [slots["a"] for slots in rest.values()] == left
    assert [slots["b"] for slots in rest.values()] == [{"ask": str(at)} for at in range(len(said))]
