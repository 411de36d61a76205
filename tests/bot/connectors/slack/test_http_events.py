"""The Events API over HTTP, from the signed request to what stands in the channel."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from bot.connectors.scripted import ScriptedBot
from bot.messages import Button, Part
from tests.bot.connectors.slack.serving import serve, settled
from tests.standins.slack import SlackStandIn
from tests.standins.slack_payloads import BOT_USER, Signed, event, mention, message, press, signed


async def test_a_mention_is_answered_in_its_thread(slack: SlackStandIn) -> None:
    body = mention("where is my order?")
    async with serve(slack) as served:
        response = await served.receive(body)
        await settled(slack)
    assert response.status_code == 200
    posted = slack.posted[0].arguments
    assert posted["channel"] == "C0000HELP"
    assert posted["thread_ts"] == body["event"]["ts"]
    assert posted["text"] == "You said: where is my order?"
    assert posted["blocks"][0]["text"] == {"type": "mrkdwn", "text": "You said: where is my order?"}


async def test_the_acknowledgement_does_not_wait_for_the_answer(slack: SlackStandIn) -> None:
    async with serve(slack, ScriptedBot(delay=1.0)) as served:
        started = time.monotonic()
        response = await served.receive(message("hello"))
        assert response.status_code == 200
        assert time.monotonic() - started < 0.5
        assert not slack.posted
    assert len(slack.posted) == 1  # a stop finishes what was acknowledged


async def test_an_event_sent_three_times_is_answered_once(slack: SlackStandIn) -> None:
    body = message("hello")
    async with serve(slack) as served:
        for retry in range(3):
            assert (await served.receive(body, retry=retry)).status_code == 200
        await settled(slack)


async def test_a_mention_that_comes_as_two_events_is_answered_once(slack: SlackStandIn) -> None:
    body = mention("hello")
    also = event(body["event"] | {"type": "message", "channel_type": "channel"})
    async with serve(slack) as served:
        await served.receive(body)
        await served.receive(also)
        await settled(slack)


async def test_a_direct_message_is_answered_outside_threads_unless_it_is_in_one(slack: SlackStandIn) -> None:
    async with serve(slack) as served:
        await served.receive(message("one"))
        await settled(slack, 1)
        await served.receive(message("two", thread_ts="1690000000.000001"))
        await settled(slack, 2)
    assert "thread_ts" not in slack.posted[0].arguments
    assert slack.posted[1].arguments["thread_ts"] == "1690000000.000001"


async def test_a_reply_in_a_thread_is_for_the_bot_once_it_takes_part(slack: SlackStandIn) -> None:
    first = mention("hello")
    thread: dict[str, Any] = {"channel": "C0000HELP", "thread_ts": first["event"]["ts"]}
    async with serve(slack) as served:
        await served.receive(message("just among us", channel="C0000HELP", thread_ts="1690000000.000001"))
        await served.receive(first)
        await settled(slack, 1)
        await served.receive(message("and then?", **thread))
        await settled(slack, 2)
        await served.receive(message("<@U0000BOB> do you know?", **thread))
        await served.receive(message("talk in the channel", channel="C0000HELP"))
        await asyncio.sleep(0.05)
    assert [said.text for said in served.bot.messages] == ["hello", "and then?"]
    assert slack.posted[1].arguments["thread_ts"] == first["event"]["ts"]


async def test_a_user_who_writes_on_before_the_answer_is_heard(slack: SlackStandIn) -> None:
    first = mention("hello")
    async with serve(slack, ScriptedBot(delay=0.2)) as served:
        await served.receive(first)
        await served.receive(message("and then?", channel="C0000HELP", thread_ts=first["event"]["ts"]))
        await settled(slack, 2)


async def test_a_thread_from_before_a_restart_is_looked_up_once(slack: SlackStandIn) -> None:
    slack.threads["1690000000.000001"] = [{"user": "U0000ANNE"}, {"user": BOT_USER}]
    thread: dict[str, Any] = {"channel": "C0000HELP", "thread_ts": "1690000000.000001"}
    async with serve(slack) as served:
        await served.receive(message("and then?", **thread))
        await settled(slack, 1)
        await served.receive(message("hm", **thread))
        await settled(slack, 2)
    assert [call.method for call in slack.calls].count("conversations.replies") == 1


@pytest.mark.parametrize(
    ("granularity", "conversation"),
    [
        ("user", "slack:T0000TEAM:U0000ANNE"),
        ("channel", "slack:T0000TEAM:C0000HELP"),
        ("thread", "slack:T0000TEAM:C0000HELP:1690000000.000001"),
    ],
)
async def test_the_setting_says_who_shares_a_conversation(
    slack: SlackStandIn, granularity: str, conversation: str
) -> None:
    async with serve(slack, conversation=granularity) as served:
        await served.receive(mention("hello", thread_ts="1690000000.000001"))
        await settled(slack)
    (seen,) = served.bot.messages
    assert (seen.conversation_id, seen.sender_id, seen.channel) == (conversation, "U0000ANNE", "slack")


@pytest.mark.parametrize(
    "said",
    [
        {"bot_id": "B0000OTHER"},
        {"user": BOT_USER},
        {"user": "USLACKBOT"},
        {"subtype": "message_changed", "message": {"text": "edited"}},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"user": None},
        {"text": None},
        {"text": 7},
        {"channel": {"id": "C1"}},
        {"ts": None},
        {"type": "reaction_added"},
        {"type": ["message"]},
    ],
    ids=str,
)
async def test_what_is_no_users_word_is_acknowledged_and_not_answered(
    slack: SlackStandIn, said: dict[str, Any]
) -> None:
    async with serve(slack) as served:
        response = await served.receive(event(message("hello")["event"] | said))
        await asyncio.sleep(0.05)
    assert response.status_code == 200
    assert not served.bot.messages


@pytest.mark.parametrize("event_body", [None, [], "text", 7, {}, {"type": None}], ids=str)
async def test_an_event_of_no_known_shape_is_survived(slack: SlackStandIn, event_body: Any) -> None:
    async with serve(slack) as served:
        response = await served.receive({"type": "event_callback", "event": event_body})
        assert response.status_code < 500
        await served.receive(message("hello"))
        await settled(slack)


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff\xfe", b"null", b"{}"])
async def test_a_signed_body_that_is_no_payload_is_refused_with_a_reason(slack: SlackStandIn, raw: bytes) -> None:
    async with serve(slack) as served:
        if raw == b"\xff\xfe":
            response = await served.post(Signed(raw, signed(b"").headers))
        else:
            response = await served.receive(raw)
    assert 400 <= response.status_code < 500
    assert response.text


@pytest.mark.parametrize("how", [{"secret": "another"}, {"age": 3600}, {"age": -3600}], ids=str)
async def test_a_bad_or_stale_signature_is_refused(slack: SlackStandIn, how: dict[str, Any]) -> None:
    async with serve(slack) as served:
        response = await served.receive(message("hello"), **how)
        await asyncio.sleep(0.05)
    assert response.status_code == 401
    assert not served.bot.messages


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=1"},
        {"X-Slack-Signature": "v0=1"},
        {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": "v0=é"},
    ],
    ids=str,
)
async def test_an_unsigned_request_is_refused(slack: SlackStandIn, headers: dict[str, str]) -> None:
    async with serve(slack) as served:
        encoded = {name.encode(): value.encode() for name, value in headers.items()}
        response = await served.client.post("/slack/events", content=b"{}", headers=encoded)
    assert response.status_code == 401


async def test_a_body_without_end_is_refused(slack: SlackStandIn) -> None:
    async with serve(slack) as served:
        response = await served.receive(b" " * 1_000_001)
    assert response.status_code == 413


async def test_url_verification_gives_the_challenge_back(slack: SlackStandIn) -> None:
    async with serve(slack) as served:
        response = await served.receive({"type": "url_verification", "token": "x", "challenge": "c-123"})
    assert response.status_code == 200
    assert response.json() == {"challenge": "c-123"}


async def test_a_pressed_button_becomes_a_message_and_cannot_be_pressed_again(slack: SlackStandIn) -> None:
    buttons = (Button("Cancel it", "/cancel"), Button("Keep it", "/keep"))
    bot = ScriptedBot({"help": (Part(text="Which?", buttons=buttons),)})
    first = mention("help")
    async with serve(slack, bot) as served:
        await served.receive(first)
        await settled(slack, 1)
        body = slack.press(slack.posted[0], "Keep it")
        assert (await served.receive(body)).status_code == 200
        await served.receive(body | {"actions": [body["actions"][0] | {"action_ts": "9.9"}]})  # a double click
        await settled(slack, 2)
    assert [said.text for said in bot.messages] == ["help", "/keep"]
    assert slack.posted[1].arguments["thread_ts"] == first["event"]["ts"]
    updated = slack.updated[0].arguments
    assert updated["ts"] == slack.posted_ts(slack.posted[0])
    assert [block["type"] for block in updated["blocks"]] == ["section", "context"]
    assert updated["blocks"][1]["elements"][0]["text"] == "✓ <@U0000ANNE> *Keep it*"


async def test_a_press_without_a_value_is_acknowledged(slack: SlackStandIn) -> None:
    async with serve(slack) as served:
        blocks = [{"type": "actions", "elements": [{"type": "button", "text": {"text": "Open"}, "action_id": "x"}]}]
        posted = {"channel": "D1", "blocks": blocks}
        response = await served.receive(press(posted, "1.1", "Open"))
    assert response.status_code == 200
    assert not served.bot.messages


async def test_while_stopping_slack_is_told_to_come_again(slack: SlackStandIn) -> None:
    async with serve(slack) as served:
        await served.connector.stop()
        assert (await served.receive(message("hello"))).status_code == 503
