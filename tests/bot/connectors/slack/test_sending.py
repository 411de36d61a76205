"""Answers on their way to Slack: what is retried, what is given up, and what is logged."""

from __future__ import annotations

import json
import logging
import time

import pytest

from bot.connectors.scripted import ScriptedBot
from bot.messages import Part
from tests.bot.connectors.slack.serving import serve, settled
from tests.standins.slack import Failure, SlackStandIn
from tests.standins.slack_payloads import message


async def test_a_rate_limit_is_waited_for(slack: SlackStandIn) -> None:
    slack.fail("chat.postMessage", Failure(429, retry_after=1))
    async with serve(slack) as served:
        started = time.monotonic()
        await served.receive(message("hello"))
        await settled(slack)
    assert time.monotonic() - started >= 1.0


async def test_a_rate_limit_does_not_mix_two_answers(slack: SlackStandIn) -> None:
    bot = ScriptedBot({"long": (Part(text="one"), Part(text="two"), Part(text="three")), "short": (Part(text="four"),)})
    async with serve(slack, bot) as served:
        slack.fail("chat.postMessage", Failure(429, retry_after=1))
        await served.receive(message("long"))
        await served.receive(message("short"))
        await served.receive(message("short", channel="D0000OTHER"))
        await slack.until(lambda: len(slack.posted) == 1)
        assert slack.posted[0].arguments["channel"] == "D0000OTHER"
        await settled(slack, 5)
    assert [call.arguments["text"] for call in slack.posted[1:]] == ["one", "two", "three", "four"]


@pytest.mark.parametrize("failure", [Failure(500), Failure(502), Failure(503), Failure(0)], ids=str)
async def test_a_failing_slack_is_tried_again(slack: SlackStandIn, failure: Failure) -> None:
    slack.fail("chat.postMessage", failure)
    async with serve(slack) as served:
        await served.receive(message("hello"))
        await settled(slack)


async def test_refused_blocks_are_sent_as_text(slack: SlackStandIn) -> None:
    bot = ScriptedBot({"help": (Part(custom={"text": "A table", "blocks": [{"type": "no_such_block"}]}),)})
    async with serve(slack, bot) as served:
        await served.receive(message("help"))
        await settled(slack)
    assert slack.posted[0].arguments["text"] == "A table"
    assert "blocks" not in slack.posted[0].arguments


async def test_an_answer_that_slack_refuses_is_one_log_line_without_the_text(
    slack: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    slack.fail("chat.postMessage", Failure(error="channel_not_found"))
    with caplog.at_level(logging.INFO):
        async with serve(slack) as served:
            await served.receive(message("my secret"))
            await slack.until(lambda: bool(caplog.records))
    assert [record.getMessage() for record in caplog.records if record.name.startswith("bot.")] == [
        "Slack: an answer in channel D0000DM could not be sent: channel_not_found."
    ]
    assert not slack.posted


async def test_a_turn_that_raises_is_one_log_line_without_the_text(
    slack: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    bot = ScriptedBot({"my secret": RuntimeError("cannot handle 'my secret'")})
    async with serve(slack, bot) as served:
        await served.receive(message("my secret"))
        await served.receive(message("hello"))
        await settled(slack)
    assert "Slack: a turn failed: RuntimeError." in caplog.text
    assert "my secret" not in caplog.text


async def test_forty_thousand_characters_come_and_go(slack: SlackStandIn) -> None:
    text = "All work and no play. & " * 1667
    async with serve(slack) as served:
        await served.receive(message(text.replace("&", "&amp;")))
        await slack.until(lambda: sum(len(call.arguments["blocks"]) for call in slack.posted) >= 15)
    assert served.bot.messages[0].text == text.strip()
    said = " ".join(block["text"]["text"] for call in slack.posted for block in call.arguments["blocks"])
    assert said == f"You said: {text.strip()}".replace("&", "&amp;")


async def test_no_log_holds_what_users_say_or_a_secret(slack: SlackStandIn, caplog: pytest.LogCaptureFixture) -> None:
    slack.fail("chat.postMessage", Failure(error="not_in_channel"), Failure(500), Failure(429, retry_after=0))
    secrets = [*slack.environ.values(), "bank account"]
    with caplog.at_level(logging.DEBUG):
        async with serve(slack) as served:
            await served.receive(message("my bank account"))
            await served.receive(message("my bank account"), secret="another")
            await served.receive(message("my bank account"))
            await served.receive({"type": "event_callback", "event": {"type": 3, "text": "bank account"}})
            await served.receive({"type": "block_actions", "actions": [{"value": "bank account"}]})
            await served.receive({"type": "shortcut", "callback_id": "bank account"})
            await served.receive(json.dumps({"command": "/bank", "text": "bank account"}).encode())
            await settled(slack)
    assert not [secret for secret in secrets if secret in caplog.text]
