from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.conversation import Conversation
from bot.messages import Button, Candidate, Decision, DecisionKind, Entity, Outcome, Part
from bot.payload import NONE_OF_THESE, is_rejection, read_choice, read_payload, write_payload
from tests.builders import ORDER_ID, catalog, intent, turn

SHOP = catalog(intent("order_status", slots=[ORDER_ID]), intent("faq/returns"))


@pytest.mark.parametrize(
    ("text", "confidence", "entities"),
    [
        ("/order_status", 1.0, ()),
        (" /order_status ", 1.0, ()),
        ("/order_status@0.9", 0.9, ()),
        ("/order_status@9", 1.0, ()),
        ('/order_status@0.5{"order_id":"A-1042"}', 0.5, (Entity("order_id", "A-1042"),)),
        ('/order_status {"order_id": "A-1042"}', 1.0, (Entity("order_id", "A-1042"),)),
    ],
)
def test_reads_what_a_button_sends(text: str, confidence: float, entities: tuple[Entity, ...]) -> None:
    found = read_payload(text, SHOP)
    assert found is not None
    assert found.candidates == (Candidate("order_status", confidence, "payload"),)
    assert found.entities == entities


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "order_status",
        "/unknown",
        "/order_status{broken",
        "/order_status[1]",
        '/order_status{"a"}',
        "/order status",
        "hi /order_status",
    ],
)
def test_anything_else_is_ordinary_text(text: str) -> None:
    assert read_payload(text, SHOP) is None


@pytest.mark.parametrize("name", ["restart", "session_start"])
def test_what_rasas_clients_send_is_known_to_every_bot(name: str) -> None:
    found = read_payload(f"/{name}", SHOP)
    assert found is not None
    assert found.candidates == (Candidate(name, 1.0, "payload"),)


def test_none_of_these_is_out_of_scope() -> None:
    found = read_payload(NONE_OF_THESE, SHOP)
    assert found is not None
    assert found.candidates == (Candidate("none_of_these", 1.0, "payload"),)
    assert found.out_of_scope == 1.0


@given(st.sampled_from(list(SHOP.intents)), st.dictionaries(st.text(), st.text(), max_size=3))
def test_what_is_written_is_read_back(name: str, values: dict[str, str]) -> None:
    entities = tuple(Entity(slot, value) for slot, value in values.items())
    found = read_payload(write_payload(name, entities), SHOP)
    assert found is not None
    assert found.candidates[0].intent == name
    assert found.entities == entities


@given(st.text(max_size=200))
def test_survives_any_text(text: str) -> None:
    read_payload("/" + text, SHOP)


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


@pytest.mark.parametrize("typed", ["", "0", "4", "-1", "where is it", "return", "½"])
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
