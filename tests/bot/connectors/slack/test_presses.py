"""Presses of buttons and lists, however they come."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.connectors.scripted import ScriptedBot
from bot.messages import Button, Part
from tests.bot.connectors.slack.serving import serve, settled
from tests.standins.slack import Failure, SlackStandIn
from tests.standins.slack_payloads import message, signed

MANY = tuple(Button(f"Order {number}", f"/order{number}") for number in range(130))
LONG = tuple(Button(f"Order {number}", f"/order{number}{'x' * 150}") for number in range(30))


@pytest.fixture
def bot() -> ScriptedBot:
    return ScriptedBot({"many": (Part(text="Which?", buttons=MANY),), "long": (Part(text="Which?", buttons=LONG),)})


async def test_a_choice_from_a_list_is_a_message_and_takes_all_lists_away(
    slack: SlackStandIn, bot: ScriptedBot
) -> None:
    async with serve(slack, bot) as served:
        await served.receive(message("many"))
        await settled(slack, 1)
        await served.receive(slack.press(slack.posted[0], "Order 120"))
        await settled(slack, 2)
    assert bot.messages[-1].text == "/order120"
    assert [block["type"] for block in slack.updated[0].arguments["blocks"]] == ["section", "context"]
    assert "*Order 120*" in str(slack.updated[0].arguments["blocks"])


async def test_of_two_quick_presses_the_first_counts_whatever_block_they_are_in(
    slack: SlackStandIn, bot: ScriptedBot
) -> None:
    async with serve(slack, bot) as served:
        await served.receive(message("long"))
        await settled(slack, 1)
        await served.receive(slack.press(slack.posted[0], "Order 3"))
        await served.receive(slack.press(slack.posted[0], "Order 28"))
        await settled(slack, 2)
    assert [said.text[:7] for said in bot.messages] == ["long", "/order3"]


async def test_a_press_whose_message_cannot_be_changed_is_answered_all_the_same(
    slack: SlackStandIn, bot: ScriptedBot, caplog: pytest.LogCaptureFixture
) -> None:
    async with serve(slack, bot) as served:
        await served.receive(message("long"))
        await settled(slack, 1)
        slack.fail("chat.update", Failure(error="cant_update_message"))
        await served.receive(slack.press(slack.posted[0], "Order 3"))
        await settled(slack, 2)
    assert "a pressed button in channel D0000DM stays: cant_update_message" in caplog.text


@pytest.mark.parametrize(
    "broken",
    [
        {"actions": []},
        {"actions": None},
        {"actions": [7]},
        {"actions": [{}]},
        {"user": None},
        {"user": {"id": 7}},
        {"channel": "C1"},
        {"message": None},
        {"message": {"ts": 7}},
        {"container": {"is_ephemeral": "yes"}},
        {"team": None},
        {"actions": [{"block_id": "b", "value": {"nested": "x"}}]},
    ],
    ids=str,
)
async def test_a_malformed_press_is_acknowledged_and_survived(
    slack: SlackStandIn, bot: ScriptedBot, broken: dict[str, Any]
) -> None:
    async with serve(slack, bot) as served:
        await served.receive(message("long"))
        await settled(slack, 1)
        body = slack.press(slack.posted[0], "Order 3") | broken
        assert (await served.receive(body)).status_code == 200
        await asyncio.sleep(0.02)
        await served.receive(message("hello"))
        await slack.until(lambda: bot.messages[-1].text == "hello")


@pytest.mark.parametrize("raw", [b"payload=%7B", b"payload=", b"payload=null", b"payload=%5B%5D", b"command=", b"a=b"])
async def test_a_form_that_is_no_payload_is_refused(slack: SlackStandIn, raw: bytes) -> None:
    request = signed(raw)
    headers = dict(request.headers) | {"Content-Type": "application/x-www-form-urlencoded"}
    async with serve(slack) as served:
        response = await served.client.post("/slack/events", content=request.content, headers=headers)
        assert response.status_code < 500
        assert not served.bot.messages
