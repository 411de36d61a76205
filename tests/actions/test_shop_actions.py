"""The sample bot's actions, run as the bot runs them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from bot.actions.base import ActionResult
from bot.actions.rasa_bridge.in_process import InProcessActions
from bot.catalog.catalog import ResponseTemplate
from bot.responses import parts_of

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "12 Juniper Way, Hull HU1 3RA"


@pytest.fixture
def shop_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOP_DB", str(tmp_path / "shop.db"))
    return tmp_path / "shop.db"


@pytest.fixture
async def actions(shop_file: Path) -> AsyncIterator[InProcessActions]:
    runner = InProcessActions(["actions"], ROOT, timeout=10)
    yield runner
    await runner.close()


def tracker(text: str = "hello", channel: str = "rest", **slots: Any) -> dict[str, Any]:
    return {
        "sender_id": "ada",
        "slots": slots,
        "latest_message": {"text": text, "intent": {"name": "x", "confidence": 1.0}, "entities": []},
        "events": [{"event": "user", "text": text, "input_channel": channel}],
    }


def slots_of(result: ActionResult) -> dict[str, Any]:
    return {event["name"]: event["value"] for event in result.events if event["event"] == "slot"}


def named(result: ActionResult) -> list[str | None]:
    return [response["response"] for response in result.responses]


async def test_three_actions_are_on_offer(actions: InProcessActions) -> None:
    assert await actions.names() == {"action_order_status", "action_open_ticket", "action_change_address"}


@pytest.mark.parametrize("typed", ["A-1042", " a-1042 ", "a1042", "A\u20131042"])
async def test_an_order_is_found_however_its_number_is_typed(actions: InProcessActions, typed: str) -> None:
    result = await actions.run("action_order_status", tracker(order_id=typed))
    due = date.today() + timedelta(days=2)
    text = result.responses[0]["text"]
    assert "A-1042" in text
    assert "DHL" in text
    assert f"{due:%A}, {due.day} {due:%B}" in text
    assert slots_of(result) == {"order_id": "A-1042"}


async def test_an_unknown_number_is_asked_for_again(actions: InProcessActions) -> None:
    result = await actions.run("action_order_status", tracker(order_id="Z-9999"))
    assert named(result) == ["utter_order_unknown"]
    assert result.responses[0]["order_id"] == "Z-9999"
    assert slots_of(result) == {"order_id": None, "requested_slot": "order_id"}


async def test_who_has_no_number_is_told_where_to_look(actions: InProcessActions) -> None:
    result = await actions.run("action_order_status", tracker())
    assert named(result) == ["utter_order_without_number"]
    assert slots_of(result) == {}


async def test_no_address_is_changed_without_a_number(actions: InProcessActions) -> None:
    result = await actions.run("action_change_address", tracker())
    assert named(result) == ["utter_ask_order_id"]
    assert slots_of(result) == {"requested_slot": "order_id"}


async def test_an_order_not_yet_sent_offers_to_change_its_address(actions: InProcessActions) -> None:
    result = await actions.run("action_order_status", tracker(order_id="A-1043"))
    (button,) = result.responses[0]["buttons"]
    assert button["payload"].startswith("/change_address{")
    assert json.loads(button["payload"].removeprefix("/change_address")) == {"order_id": "A-1043"}


@pytest.mark.parametrize(("channel", "pictured"), [("rest", True), ("socketio", True), ("slack", False)])
async def test_a_page_gets_a_picture_of_the_way(actions: InProcessActions, channel: str, pictured: bool) -> None:
    result = await actions.run("action_order_status", tracker(channel=channel, order_id="A-1042"))
    image = result.responses[0]["image"]
    assert bool(image) is pictured
    if pictured:
        drawing = ElementTree.fromstring(unquote(image.removeprefix("data:image/svg+xml,")))
        assert drawing.findtext("{http://www.w3.org/2000/svg}title") == "On its way"


async def test_an_address_is_changed_before_dispatch(actions: InProcessActions, shop_file: Path) -> None:
    result = await actions.run("action_change_address", tracker(order_id="A-1043", address=f" {ADDRESS}\n"))
    assert named(result) == ["utter_address_changed"]
    assert slots_of(result) == {"order_id": "A-1043", "delivery_address": ADDRESS, "address": None}
    assert rows(shop_file, "SELECT address FROM orders WHERE number = 'A-1043'") == [(ADDRESS,)]


@pytest.mark.parametrize("number", ["A-1042", "A-1001", "B-2077", "C-3005"])
async def test_an_address_is_not_changed_after_dispatch(
    actions: InProcessActions, shop_file: Path, number: str
) -> None:
    result = await actions.run("action_change_address", tracker(order_id=number, address=ADDRESS))
    assert named(result) == ["utter_address_too_late"]
    assert result.responses[0]["buttons"][0]["payload"] == f'/open_ticket{{"order_id": "{number}"}}'
    assert rows(shop_file, "SELECT count(*) FROM orders WHERE address = ?", ADDRESS) == [(0,)]


@pytest.mark.parametrize("said", ["no", "somewhere else please", "12345678901", "", "x1 " * 100])
async def test_what_is_no_address_is_asked_for_again(actions: InProcessActions, shop_file: Path, said: str) -> None:
    result = await actions.run("action_change_address", tracker(order_id="A-1043", address=said))
    assert named(result) == ["utter_address_unclear"]
    assert slots_of(result) == {"address": None, "requested_slot": "address"}


async def test_a_ticket_keeps_what_was_said(actions: InProcessActions, shop_file: Path) -> None:
    first = await actions.run("action_open_ticket", tracker("the vase is cracked", order_id="C-3005"))
    second = await actions.run("action_open_ticket", tracker("and the lid is gone", topic="lid"))
    assert [slots_of(result)["ticket_id"] for result in (first, second)] == ["T-1001", "T-1002"]
    assert first.responses[0]["ticket_id"] == "T-1001"
    assert rows(shop_file, "SELECT customer, topic, order_number, message FROM tickets ORDER BY id") == [
        ("ada", None, "C-3005", "the vase is cracked"),
        ("ada", "lid", None, "and the lid is gone"),
    ]


async def test_a_conversation_has_one_ticket_as_long_as_it_is_open(actions: InProcessActions, shop_file: Path) -> None:
    opened = slots_of(await actions.run("action_open_ticket", tracker("a human please")))
    again = await actions.run("action_open_ticket", tracker("it is A-1042", order_id="A-1042", **opened))
    assert (named(again), slots_of(again)) == (["utter_ticket_extended"], {})
    assert again.responses[0]["ticket_id"] == "T-1001"
    assert rows(shop_file, "SELECT order_number, message FROM tickets") == [("A-1042", "a human please\nit is A-1042")]
    other_order = await actions.run("action_open_ticket", tracker("torn", order_id="B-2077", **opened))
    assert slots_of(other_order) == {"ticket_id": "T-1002"}
    rows(shop_file, "UPDATE tickets SET closed_at = CURRENT_TIMESTAMP")
    assert slots_of(await actions.run("action_open_ticket", tracker("again", **opened))) == {"ticket_id": "T-1003"}


@pytest.mark.parametrize("earlier", ["T-1001", "T-9999", "T-", "nonsense", 7])
async def test_nobody_writes_into_the_ticket_of_another(
    actions: InProcessActions, shop_file: Path, earlier: object
) -> None:
    from actions.shop import Shop

    Shop(shop_file).open_ticket("eve", "mine")
    result = await actions.run("action_open_ticket", tracker("broken", ticket_id=earlier))
    assert slots_of(result) == {"ticket_id": "T-1002"}
    assert rows(shop_file, "SELECT message FROM tickets ORDER BY id") == [("mine",), ("broken",)]


def test_a_shop_from_before_tickets_could_be_closed_goes_on(shop_file: Path) -> None:
    from actions.shop import Shop

    shop = Shop(shop_file)
    shop.open_ticket("ada", "first")
    rows(shop_file, "ALTER TABLE tickets DROP COLUMN closed_at")
    rows(shop_file, "PRAGMA user_version = 1")
    assert shop.add_to_ticket("T-1001", "ada", "second")
    assert rows(shop_file, "SELECT message FROM tickets") == [("first\nsecond",)]


async def test_a_ticket_by_button_keeps_the_words_before_it(actions: InProcessActions, shop_file: Path) -> None:
    pressed = tracker("/open_ticket")
    pressed["events"].insert(0, {"event": "user", "text": "it is broken", "input_channel": "rest"})
    await actions.run("action_open_ticket", pressed)
    assert rows(shop_file, "SELECT message FROM tickets") == [("it is broken",)]


async def test_what_the_actions_say_can_be_rendered(actions: InProcessActions) -> None:
    responses = {"utter_ticket_opened": (ResponseTemplate(text="Ticket {ticket_id} is open."),)}
    result = await actions.run("action_open_ticket", tracker("broken"))
    (part,) = parts_of(result.responses, responses, {}, None, Random(0))
    assert part.text == "Ticket T-1001 is open."


def test_many_may_use_a_new_shop_at_once(shop_file: Path) -> None:
    from actions.shop import Shop

    with ThreadPoolExecutor(16) as pool:
        tickets = list(pool.map(lambda i: Shop(shop_file).open_ticket("ada", f"no {i}"), range(64)))
    assert sorted(tickets) == [f"T-{number}" for number in range(1001, 1065)]
    assert rows(shop_file, "SELECT count(*) FROM orders") == [(6,)]


def test_a_shop_that_another_process_fills_first_is_left_as_it_is(
    shop_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from actions import shop

    assert shop.Shop(shop_file).open_ticket("ada", "first") == "T-1001"
    found, really = iter([0]), shop._layout
    monkeypatch.setattr(shop, "_layout", lambda connection: next(found, really(connection)))
    assert shop.Shop(shop_file).open_ticket("ada", "second") == "T-1002"


def test_an_order_that_left_meanwhile_keeps_its_address(shop_file: Path) -> None:
    from actions.shop import Shop

    shop = Shop(shop_file)
    assert shop.change_address("A-1043", ADDRESS)
    assert not shop.change_address("A-1042", ADDRESS)
    assert not shop.change_address("Z-0000", ADDRESS)


def rows(file: Path, query: str, *values: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()
