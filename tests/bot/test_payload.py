from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Candidate, Entity
from bot.payload import NONE_OF_THESE, read_payload, write_payload
from tests.builders import ORDER_ID, catalog, intent

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


@pytest.mark.parametrize("name", ["restart", "session_start", "hand_off"])
def test_what_clients_send_is_known_to_every_bot(name: str) -> None:
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
