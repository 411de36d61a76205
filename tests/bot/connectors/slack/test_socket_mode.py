"""Socket Mode: envelopes acknowledged and answered, across reconnects."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from bot.connectors.scripted import ScriptedBot
from bot.connectors.slack import SlackConnector, Stores, link
from bot.errors import ConnectorError
from bot.messages import Button, Part
from tests.bot.connectors.slack.serving import serve
from tests.standins.slack import Failure, SlackStandIn
from tests.standins.slack_payloads import mention, message


async def connected(slack: SlackStandIn, times: int = 1) -> None:
    await slack.until(lambda: slack.connections >= times)


async def test_a_message_is_acknowledged_and_answered(socket_slack: SlackStandIn) -> None:
    slack = socket_slack
    async with serve(slack) as served:
        await connected(slack)
        assert served.connector.routes() == []
        envelope = await slack.push(mention("hello"))
        await slack.until(lambda: bool(slack.acks) and bool(slack.posted))
    assert slack.acks == [{"envelope_id": envelope}]
    assert slack.posted[0].arguments["text"] == "You said: hello"


async def test_the_acknowledgement_does_not_wait_for_the_answer(socket_slack: SlackStandIn) -> None:
    slack = socket_slack
    async with serve(slack, ScriptedBot(delay=1.0)):
        await connected(slack)
        await slack.push(message("hello"))
        await slack.until(lambda: bool(slack.acks))
        assert not slack.posted
    assert len(slack.posted) == 1


async def test_an_envelope_sent_three_times_is_answered_once(socket_slack: SlackStandIn) -> None:
    slack = socket_slack
    body = message("hello")
    async with serve(slack):
        await connected(slack)
        for retry in range(3):
            await slack.push(body, retry=retry)
        await slack.until(lambda: len(slack.acks) == 3 and bool(slack.posted))
        await asyncio.sleep(0.05)
    assert len(slack.posted) == 1


async def test_a_press_is_acknowledged_and_answered(socket_slack: SlackStandIn) -> None:
    slack = socket_slack
    bot = ScriptedBot({"help": (Part(text="Sure?", buttons=(Button("Yes", "/yes"),)),)})
    async with serve(slack, bot):
        await connected(slack)
        await slack.push(message("help"))
        await slack.until(lambda: bool(slack.posted))
        envelope = await slack.push(slack.press(slack.posted[0], "Yes"))
        await slack.until(lambda: len(slack.posted) == 2 and bool(slack.updated))
        await slack.until(lambda: {"envelope_id": envelope} in slack.acks)
    assert slack.posted[1].arguments["text"] == "You said: /yes"


async def test_while_stopping_nothing_is_acknowledged_so_that_slack_sends_it_again(
    socket_slack: SlackStandIn,
) -> None:
    slack = socket_slack
    async with serve(slack, ScriptedBot(delay=0.5)) as served:
        await connected(slack)
        first = await slack.push(message("one"))
        await slack.until(lambda: bool(slack.acks))
        stopping = asyncio.create_task(served.connector.stop())
        await asyncio.sleep(0.1)
        await slack.push(message("two"))
        await stopping
    assert slack.acks == [{"envelope_id": first}]
    assert [said.text for said in served.bot.messages] == ["one"]
    assert len(slack.posted) == 1


@pytest.mark.parametrize("how", ["announced", "unannounced"])
async def test_a_lost_connection_is_made_again(socket_slack: SlackStandIn, how: str) -> None:
    slack = socket_slack
    async with serve(slack):
        await connected(slack)
        await (slack.disconnect() if how == "announced" else slack.hang_up())
        await connected(slack, times=2)
        await slack.push(message("hello"))
        await slack.until(lambda: bool(slack.posted))
    assert len(slack.posted) == 1


async def test_a_connection_that_could_not_be_opened_is_tried_with_a_new_address(
    socket_slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "PING_SECONDS", 0.2)
    monkeypatch.setattr(link, "HELLO_SECONDS", 0.5)
    slack = socket_slack
    async with serve(slack):
        await connected(slack)
        slack.fail("link", Failure(503))
        await slack.hang_up()
        await connected(slack, times=2)
        await slack.push(message("hello"))
        await slack.until(lambda: bool(slack.posted))


@pytest.mark.parametrize("how", ["no pong", "no hello", "outlived"])
async def test_a_connection_that_has_gone_deaf_is_replaced(
    socket_slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    monkeypatch.setattr(link, "PING_SECONDS", 0.2)
    monkeypatch.setattr(link, "HELLO_SECONDS", 0.5)
    monkeypatch.setattr(link, "GRACE_SECONDS", 0.3)
    slack = socket_slack
    slack.deaf, slack.hello = how == "no pong", how != "no hello"
    slack.lifetime = 0 if how == "outlived" else 18060
    async with serve(slack):
        await connected(slack)
        slack.deaf, slack.hello, slack.lifetime = False, True, 18060
        await connected(slack, times=2)
        await slack.push(message("hello"))
        await slack.until(lambda: bool(slack.posted))
    assert "it is replaced" in caplog.text


async def test_a_socket_that_is_closed_again_and_again_loses_and_doubles_nothing(socket_slack: SlackStandIn) -> None:
    slack = socket_slack
    bodies = [message(f"number {number}") for number in range(12)]
    async with serve(slack, ScriptedBot(delay=0.02)):
        for number, body in enumerate(bodies):
            await connected(slack, times=number // 3 + 1)
            envelope = await slack.push(body)
            if number % 3 == 2:
                await slack.hang_up()  # perhaps before the acknowledgement
                await connected(slack, times=number // 3 + 2)
            if {"envelope_id": envelope} not in slack.acks:
                await slack.push(body, retry=1)
        await slack.until(lambda: len(slack.posted) >= len(bodies))
    assert sorted(call.arguments["text"] for call in slack.posted) == sorted(
        f"You said: number {number}" for number in range(12)
    )


@pytest.mark.parametrize("failure", [Failure(0), Failure(503), Failure(error="internal_error")], ids=str)
async def test_an_unreachable_slack_is_tried_again(
    socket_slack: SlackStandIn,
    caplog: pytest.LogCaptureFixture,
    failure: Failure,
) -> None:
    slack = socket_slack
    slack.fail("auth.test", failure)
    slack.fail("apps.connections.open", failure)
    async with serve(slack):
        await connected(slack)
        await slack.push(mention("hello"))
        await slack.until(lambda: bool(slack.posted))
    assert slack.posted[0].arguments["text"] == "You said: hello"
    assert "Socket Mode cannot be reached" in caplog.text


@pytest.mark.parametrize(
    ("method", "variable"), [("auth.test", "SLACK_BOT_TOKEN"), ("apps.connections.open", "SLACK_APP_TOKEN")]
)
async def test_a_refused_token_is_named_at_the_start(socket_slack: SlackStandIn, method: str, variable: str) -> None:
    slack = socket_slack
    slack.fail(method, Failure(error="invalid_auth"))
    slack_connector = SlackConnector(slack.settings(), ScriptedBot(), Stores(), slack.environ)
    with pytest.raises(ConnectorError, match=f"{variable}: invalid_auth") as caught:
        await slack_connector.start()
    assert not [secret for secret in slack.environ.values() if secret in str(caught.value)]


@pytest.mark.parametrize("payload", [{"type": "events_api"}, {"type": "event_callback", "event": 7}], ids=str)
async def test_an_envelope_of_no_known_shape_is_survived(socket_slack: SlackStandIn, payload: dict[str, Any]) -> None:
    slack = socket_slack
    async with serve(slack):
        await connected(slack)
        await slack.push(payload)
        await slack.push(message("hello"))
        await slack.until(lambda: bool(slack.posted))


async def test_no_log_holds_what_users_say_or_a_secret(
    socket_slack: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    slack = socket_slack
    with caplog.at_level(logging.DEBUG):
        async with serve(slack):
            await connected(slack)
            await slack.push(message("my bank account"))
            await slack.until(lambda: bool(slack.posted))
            await slack.disconnect()
            await connected(slack, times=2)
    secrets = [*slack.environ.values(), "bank account", "one-time-ticket"]
    assert not [secret for secret in secrets if secret in caplog.text]
