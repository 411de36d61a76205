from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.catalog.catalog import Slot
from bot.conversations.conversation import Conversation
from bot.messages import Entity, Requested
from bot.open_question import fill
from bot.slots import delexicalise, delexicalise_examples, find_entities, missing_slot, takes_any_text, values_for
from tests.builders import ADDRESS, ORDER_ID, catalog, conversation, detection, intent, turn

COLOUR = Slot("colour", values=frozenset({"blue", "navy blue", "c++"}))
STATUS = intent("order_status", slots=[ORDER_ID])
PAINT = intent("paint", slots=[COLOUR, ADDRESS])
SHOP = catalog(STATUS, PAINT)


def test_finds_a_value_by_its_pattern_with_its_place() -> None:
    assert find_entities("where is a-1042 now", SHOP) == (Entity("order_id", "a-1042", 9, 15),)


@pytest.mark.parametrize(
    ("text", "value"),
    [("paint it Navy Blue please", "Navy Blue"), ("blue", "blue"), ("bluetooth", None), ("in c++!", "c++")],
)
def test_finds_annotated_values_as_whole_words_the_longest_first(text: str, value: str | None) -> None:
    assert [entity.value for entity in find_entities(text, SHOP)] == ([value] if value else [])


def test_a_value_that_means_another_gives_the_other() -> None:
    city = Slot("city", values=frozenset({"ny", "New York"}), synonyms={"ny": "New York"})
    assert find_entities("fly me to NY", catalog(intent("fly", slots=[city]))) == (Entity("city", "New York", 10, 12),)


def test_a_payload_value_that_breaks_the_pattern_does_not_fill() -> None:
    entities = [Entity("order_id", "rubbish"), Entity("order_id", 7), Entity("unknown", "x")]
    assert values_for(STATUS, entities) == {}
    assert values_for(STATUS, [Entity("order_id", "A-1042")]) == {"order_id": "A-1042"}


def test_asks_for_the_first_slot_that_has_a_question_and_no_value() -> None:
    assert missing_slot(STATUS, {}) is ORDER_ID
    assert missing_slot(STATUS, {"order_id": ""}) is ORDER_ID
    assert missing_slot(STATUS, {"order_id": "A-1042"}) is None
    assert missing_slot(PAINT, {}) is ADDRESS  # a colour is welcome, never asked for


def test_only_a_slot_without_a_pattern_takes_any_text() -> None:
    assert takes_any_text(ADDRESS)
    assert not takes_any_text(ORDER_ID)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("where is a-1042, or A-1043?", "where is order id, or order id?"),
        ("write to anne@example.org", "write to mail"),
        ("call me Anne", "call me Anne"),  # a value of words says more than the name of its slot
        ("nothing here", "nothing here"),
    ],
)
def test_codes_are_read_as_the_name_of_their_slot(text: str, read: str) -> None:
    mail = Slot("mail", pattern=re.compile(r"\S+@\S+"))
    name = Slot("name", pattern=re.compile(r"(?<=me )\w+"))
    shop = catalog(STATUS, intent("contact", slots=[mail, name]))
    assert delexicalise(text, shop) == read


def test_examples_are_read_as_messages_are() -> None:
    shop = catalog(intent("order_status", slots=[ORDER_ID], examples=["has A-1042 shipped"]), intent("other"))
    read = delexicalise_examples(shop)
    assert [example.text for example in read.intents["order_status"].examples] == ["has order id shipped"]
    assert read.intents["other"] == shop.intents["other"]


@pytest.mark.parametrize(
    ("text", "value", "place"),
    [
        ("ｗｈｅｒｅ ｉｓ Ａ－１０４２", "A-1042", "Ａ－１０４２"),
        ("where is A‑1042?", "A-1042", "A‑1042"),
        ("\ufb01rst A-10\u200b42…", "A-1042", "A-10\u200b42"),
    ],
)
def test_odd_characters_make_no_other_code(text: str, value: str, place: str) -> None:
    (entity,) = find_entities(text, SHOP)
    assert (entity.value, text[entity.start : entity.end]) == (value, place)
    assert "order id" in delexicalise(text, SHOP)


def test_a_pattern_for_odd_characters_finds_them_as_they_are_written() -> None:
    area = Slot("area", pattern=re.compile(r"\d+ m²"))
    flat = catalog(intent("rent", slots=[area]))
    assert find_entities("ｆｌａｔ of 50 m²", flat) == (Entity("area", "50 m²", 8, 13),)
    assert delexicalise("ｆｌａｔ of 50 m²", flat) == "flat of area"


def test_examples_and_descriptions_are_read_in_plain_characters() -> None:
    written = intent("cancel", description="The customer doesn’t want it…", examples=["don’t ｓｅｎｄ it", "cancel"])
    (read,) = delexicalise_examples(catalog(written)).intents.values()
    assert read.description == "The customer doesn't want it..."
    assert [each.text for each in read.examples] == ["don't send it", "cancel"]


def test_any_text_answers_where_the_pattern_finds_nothing() -> None:
    slot = Slot("address", "Where to?", re.compile(r"\d+ \w+ Street"), any_text=True)
    move = intent("move", slots=[slot])
    asked = conversation(requested=Requested("move", "address"))

    def filled(text: str, talk: Conversation = asked) -> Mapping[str, object]:
        return fill(move, turn(text), replace(detection(), entities=find_entities(text, catalog(move))), talk)

    assert filled("oh sorry, 12 High Street please") == {"address": "12 High Street"}
    assert filled(" Rose Cottage ") == {"address": "Rose Cottage"}
    assert filled("Rose Cottage", conversation()) == {}
    assert filled("to 12 High Street", conversation()) == {"address": "12 High Street"}
    assert values_for(move, [Entity("address", "Rose Cottage")]) == {"address": "Rose Cottage"}
    assert takes_any_text(slot)
    assert not takes_any_text(replace(slot, any_text=False))
