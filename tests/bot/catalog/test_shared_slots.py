from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.catalog.catalog import Catalog, Slot, Source
from bot.catalog.loader import CatalogLoader, load_catalog
from bot.errors import CatalogError, Problem

SHARED = r"""
slots:
  order_id:
    pattern: '[A-Z]-\d{4}'
    ask: Which order is it?
    help: It is in your confirmation email.
  address:
    pattern: '\d+ \w+ Street'
    any_text: true
    ask: What is the new address?
"""
TAKEN = "move: {description: The customer wants an order sent elsewhere., slots: SLOTS}"


def load(folder: Path, slots: str, shared: str = SHARED) -> Catalog:
    """A bot with shared slots, in a file that comes last, and one intent that has `slots`."""
    (folder / "move.yml").write_text(TAKEN.replace("SLOTS", slots), encoding="utf-8")
    (folder / "slots.yml").write_text(shared, encoding="utf-8")
    return load_catalog(folder)


def slots_of(folder: Path, slots: str, shared: str = SHARED) -> tuple[Slot, ...]:
    return load(folder, slots, shared).intents["move"].slots


def problems_of(folder: Path, slots: str, shared: str = SHARED) -> tuple[Problem, ...]:
    with pytest.raises(CatalogError) as raised:
        load(folder, slots, shared)
    return raised.value.problems


@pytest.mark.parametrize("slots", ["[order_id, address]", "{order_id: , address: }", "{order_id: {}, address: {}}"])
def test_a_slot_is_taken_by_its_name(tmp_path: Path, slots: str) -> None:
    order_id, address = slots_of(tmp_path, slots)
    assert order_id.pattern is not None
    assert order_id.pattern.fullmatch("a-1042")
    assert (order_id.name, order_id.ask) == ("order_id", "Which order is it?")
    assert (order_id.help, order_id.required) == ("It is in your confirmation email.", True)
    assert (address.name, address.any_text) == ("address", True)
    assert order_id.shared == Source(tmp_path / "slots.yml", 3)


def test_a_key_of_the_intents_own_wins(tmp_path: Path) -> None:
    (slot,) = slots_of(tmp_path, "{order_id: {ask: Which one moves?, required: false}}")
    assert (slot.ask, slot.required, slot.help) == ("Which one moves?", False, "It is in your confirmation email.")
    assert slot.pattern is not None


@pytest.mark.parametrize("none", ["false", "", "null"])
def test_an_intent_can_note_what_others_ask_for(tmp_path: Path, none: str) -> None:
    order_id, address = slots_of(tmp_path, f"{{order_id: {{ask: {none}}}, address: {{ask: {none}}}}}")
    assert (order_id.ask, order_id.help) == (None, None)
    assert order_id.pattern is not None
    assert (address.ask, address.any_text) == (None, False)


def test_a_pattern_and_help_can_be_taken_away(tmp_path: Path) -> None:
    order_id, address = slots_of(tmp_path, "{order_id: {pattern: false, help: false}, address: {pattern: false}}")
    assert (order_id.pattern, order_id.help, order_id.ask) == (None, None, "Which order is it?")
    assert order_id.shared is None
    assert (address.pattern, address.any_text) == (None, False)


def test_an_intent_may_ask_where_the_shared_slot_has_no_question(tmp_path: Path) -> None:
    shared = "slots: {order_id: {pattern: x, help: It is on the label., any_text: true}}"
    assert slots_of(tmp_path, "[order_id]", shared)[0].help is None
    (slot,) = slots_of(tmp_path, "{order_id: {ask: Which?}}", shared)
    assert (slot.ask, slot.help, slot.any_text) == ("Which?", "It is on the label.", True)


def test_a_slot_that_nobody_shares_is_as_it_always_was(tmp_path: Path) -> None:
    note, order_id = slots_of(tmp_path, "{note: {ask: Anything else?, required: false}, order_id: }")
    assert note == Slot("note", ask="Anything else?", required=False)
    assert order_id.ask == "Which order is it?"


def test_values_and_synonyms_are_those_of_the_intents_own_examples(tmp_path: Path) -> None:
    (tmp_path / "one.yml").write_text(
        "slots: {city: }\n"
        "a: {description: x, slots: [city], examples: ['to [ny](city:New York)']}\n"
        "b: {description: y, slots: [city], examples: ['from [Rome](city)']}\n"
    )
    first, second = (intent.slots[0] for intent in load_catalog(tmp_path).intents.values())
    assert (first.values, first.synonyms) == (frozenset({"ny", "New York"}), {"ny": "New York"})
    assert second.values == frozenset({"Rome"})


def test_each_file_may_share_some(tmp_path: Path) -> None:
    (tmp_path / "more.yml").write_text("slots: {colour: {ask: Which colour?}}")
    assert [slot.name for slot in slots_of(tmp_path, "[colour, order_id]")] == ["colour", "order_id"]
    assert list(load_catalog(tmp_path).shared_slots) == ["colour", "order_id", "address"]


def test_an_edit_of_a_shared_slot_changes_the_intents_that_take_it(tmp_path: Path) -> None:
    loader = CatalogLoader(tmp_path)
    load(tmp_path, "[order_id]")
    before = loader.load()
    edited = SHARED.replace("Which order is it?", "Which one?").encode()
    assert loader.survey({tmp_path / "slots.yml": edited})[0].intents["move"].slots[0].ask == "Which one?"
    assert loader.load() == before
    (tmp_path / "slots.yml").write_bytes(edited)
    assert loader.load().intents["move"].slots[0].ask == "Which one?"


def test_what_an_edit_takes_away_and_brings_back_is_noticed(tmp_path: Path) -> None:
    loader = CatalogLoader(tmp_path)
    catalog = load(tmp_path, "[order_id]")
    assert loader.load() == catalog
    slots = tmp_path / "slots.yml"
    for shared, told in [("slots: {orderid: }", "Did you mean `orderid`?"), ("slots: {order: }", "mean `order`?")]:
        slots.write_text(shared)
        with pytest.raises(CatalogError) as raised:
            loader.load()
        assert told in str(raised.value)
    slots.write_text("slots: {order_id: {pattern: '('}}")
    with pytest.raises(CatalogError, match="not a regular expression"):
        loader.load()
    slots.write_text(SHARED)
    assert loader.load() == catalog


def test_what_did_not_change_is_not_made_again(tmp_path: Path) -> None:
    (tmp_path / "other.yml").write_text("again: {description: x, slots: [address]}")
    load(tmp_path, "[order_id]")
    loader = CatalogLoader(tmp_path)
    before = loader.load().intents
    (tmp_path / "slots.yml").write_text(SHARED.replace("Which order", "Which one"))
    after = loader.load().intents
    assert after["again"] is before["again"]
    assert after["move"] is not before["move"]


def test_a_slot_that_only_moved_has_not_changed(tmp_path: Path) -> None:
    assert load(tmp_path, "[order_id]") == load(tmp_path, "[order_id]", "\n\n" + SHARED)


@pytest.mark.parametrize(
    ("slots", "words"),
    [
        ("[ordr_id]", "Did you mean `order_id`?"),
        ("{ordr_id: }", "takes the slot `ordr_id` by its name, and no file defines one"),
        ("[colour]", "or write `slots: {colour: {}}` for a slot of this intent alone"),
        ("[order_id, order_id]", "`move.slots#2`: `order_id` stands in the list twice. Remove one."),
        ("[order_id, address: {ask: Where?}]", "`move.slots#2`: what stands in the list is not the name"),
        ("[42]", "not the name of a slot. A list holds names alone."),
        ("[" + ", ".join(f"s{number}" for number in range(21)) + "]", "has 21 entries; at most 20 are allowed"),
        ("[my slot]", "`move.slots#1`: `my slot` is no name of a slot. Use letters"),
        ("order_id", "this is text, where slots are a list of names or a mapping. Write slots: [order_id]."),
        ("'shop, order_id'", "Write slots: [shop, order_id]."),
        ("order id", "Write slots: [order_id, address]."),
        ("{order_id: [ask]}", "must be a mapping"),
        ("{order_id: {ask: true}}", "must be text, not true"),
        ("{order_id: {ask: no}}", "`no` is text here, and would be said to the user. Write false for none."),
        ("{order_id: {help: None}}", "Write false for none."),
        ("{order_id: {ask: false, help: It is on it.}}", "`move.slots.order_id`: `help` explains a question"),
        ("{order_id: {ask: false, any_text: true}}", "`any_text` is for a slot with `pattern` and `ask`"),
    ],
)
def test_what_an_intent_says_wrong_is_told_where_it_says_it(tmp_path: Path, slots: str, words: str) -> None:
    (problem,) = problems_of(tmp_path, slots)
    assert (problem.file, problem.line) == (tmp_path / "move.yml", 1)
    assert words in f"{problem.message} {problem.remedy}"


def test_an_item_of_a_list_has_its_own_line(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(
        "a:\n  description: x\n  slots:\n    - order_id\n    - order_id:\n        ask: Which?\n"
    )
    (tmp_path / "b.yml").write_text("b:\n  description: x\n  slots:\n    - order_id\n    - shop\n")
    (tmp_path / "c.yml").write_text("slots: {order_id: }")
    with pytest.raises(CatalogError) as raised:
        load_catalog(tmp_path)
    assert [(each.file.name, each.line) for each in raised.value.problems] == [("a.yml", 5), ("b.yml", 5)]


@pytest.mark.parametrize(
    ("shared", "line", "words"),
    [
        ("slots:\n  order_id: {pattern: '('}", 2, "`slots.order_id.pattern`: this is not a regular expression"),
        ("slots:\n  order_id: {patern: x}", 2, "Did you mean `pattern`?"),
        ("slots:\n  order_id: {type: text}", 2, "Known keys here: pattern, ask, help, required, any_text, keep."),
        ("slots:\n  order_id: '[A-Z]'", 2, "`slots.order_id` must be a mapping (key: value), not text"),
        ("slots:\n  my order: {}\n  order_id: ", 2, "`slots.my order`: this is no name of a slot. Use letters"),
        ("slots:", 1, "there is nothing under it. Write names of slots there"),
        ("slots: {}", 1, "there is nothing under it"),
        ("slots: [order_id]", 1, "there is no mapping (key: value) under it"),
        ("slots: 3", 1, "there is no mapping (key: value) under it"),
        ("slots: order_id", 1, "there is text under it"),
        ("slots:\n  description: The customer plays.\n  examples: [x]", 1, "No intent can be called `slots`: under"),
        ("slots: {" + ", ".join(f"s{number}: " for number in range(1001)) + "}", 1, "at most 1,000 may stand in one"),
        ("slots:\n  order_id: {}\nslots:\n  shop: {}", 3, "The key `slots` stands here again"),
        ("slots:\n  order_id: {", 2, "is not closed"),
        ("slots:\n  order_id: {any_text: true, ask: Which?}", 2, "`any_text` is for a slot with `pattern` and `ask`"),
        ("Slots:\n  order_id: {}", 1, "`Slots` is taken for an intent, and has nothing that one has. If it is for"),
        ("slot:\n  order_id: {}", 1, "call it `slots`, at the left margin"),
        ("slots:\n  order_id: {}\nshared:\n  shop: {}", 3, "call it `slots`"),
    ],
)
def test_what_is_wrong_with_a_shared_slot_is_told_once_and_there(
    tmp_path: Path, shared: str, line: int, words: str
) -> None:
    (tmp_path / "other.yml").write_text("again: {description: x, slots: [order_id]}")
    (problem,) = problems_of(tmp_path, "{order_id: {ask: Which?, help: There.}}", shared)
    assert (problem.file, problem.line) == (tmp_path / "slots.yml", line)
    assert words in f"{problem.message} {problem.remedy}"


def test_a_broken_slot_does_not_hide_the_next_ones_mistake(tmp_path: Path) -> None:
    found = problems_of(tmp_path, "[a, b, nowhere]", "slots:\n  a: {pattern: '('}\n  b: {ask: 3}\n")
    told = [(each.file.name, each.line, each.rule) for each in found]
    assert told == [("slots.yml", 2, "schema"), ("slots.yml", 3, "schema"), ("move.yml", 1, "unknown-slot")]


def test_of_two_shared_slots_of_one_name_both_places_are_told(tmp_path: Path) -> None:
    (tmp_path / "again.yml").write_text("slots:\n  shop:\n  order_id: {ask: Which?}\n")
    (problem,) = problems_of(tmp_path, "[order_id]")
    assert (problem.file, problem.line, problem.rule) == (tmp_path / "slots.yml", 3, "duplicate-name")
    assert f"`order_id` is also at {tmp_path / 'again.yml'}:3." in problem.message


def test_while_a_file_cannot_be_read_nothing_is_said_to_be_nowhere(tmp_path: Path) -> None:
    (tmp_path / "broken.yml").write_bytes(b"\xff")
    (problem,) = problems_of(tmp_path, "[nowhere]")
    assert problem.file == tmp_path / "broken.yml"
    loader = CatalogLoader(tmp_path)
    assert loader.survey()[1] == (problem,)
    (tmp_path / "broken.yml").unlink()
    assert [each.rule for each in loader.survey()[1]] == ["unknown-slot"]
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    (problem,) = problems_of(tmp_path, "[nowhere]")
    assert problem.file == tmp_path / "link"


def test_marks_may_name_what_is_taken_from_a_list(tmp_path: Path) -> None:
    text = (
        "slots: {order_id: }\na:\n  description: x\n  slots: [order_id]\n  examples: ['[A-1](order_id)', '[B](shop)']\n"
    )
    (tmp_path / "a.yml").write_text(text)
    with pytest.raises(CatalogError) as raised:
        load_catalog(tmp_path)
    (problem,) = raised.value.problems
    assert problem.message == "The mark for `shop` names a slot that `a` does not declare."
    assert problem.remedy == "Otherwise name it in the list slots: [order_id, shop]."


@pytest.mark.parametrize("name", ["slot", "Slots", "shared"])
def test_an_intent_may_have_a_name_like_it(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.yml").write_text(f"{name}: {{description: The customer asks for a time slot.}}")
    assert list(load_catalog(tmp_path).intents) == [name]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["order_id", "shop", "pattern", "examples", "description", "", "a b", "1"]) | st.text(
    max_size=8
)
KEYS = st.sampled_from(["pattern", "ask", "help", "required", "any_text", "type"])
SAID = st.none() | st.booleans() | st.sampled_from(["x", r"[A-Z]-\d{4}", "(", "(a+)+b", "", "Which?"])
SECTIONS = VALUES | st.dictionaries(NAMES, st.none() | st.dictionaries(KEYS, SAID, max_size=4), max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(shared=SECTIONS, own=SECTIONS | st.lists(NAMES, max_size=3))
def test_whatever_stands_there_is_a_catalog_or_errors_with_their_places(tmp_path: Path, shared: Any, own: Any) -> None:
    files = {"move.yml": {"move": {"description": "x", "slots": own}}, "slots.yml": {"slots": shared}}
    for name, holds in files.items():
        (tmp_path / name).write_text(json.dumps(holds), encoding="utf-8")
    catalog, problems = CatalogLoader(tmp_path).survey()
    for problem in problems:
        assert problem.file.name in files
        assert problem.line == 1 or problem.rule == "syntax"
        assert problem.message
    if not problems:
        assert [slot.name for slot in catalog.intents["move"].slots] == list(own)
