"""A channel as the agents' desk, between a room over a store and a stand-in for Slack."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.connectors.desk import Agent
from bot.connectors.scripted import ScriptedBot
from bot.conversations.conversation import Turn
from bot.errors import ConnectorError
from bot.messages import Message, Outcome, Part
from tests.bot.connectors.slack.office import ADA, BOB, CHANNEL, Office, opened, posted
from tests.bot.connectors.slack.serving import Served, serve
from tests.standins.slack import Failure, SlackStandIn
from tests.standins.slack_payloads import command, edited, mention, message, press


async def test_what_waits_is_posted_once_and_mentions_nobody(slack: SlackStandIn, office: Office, desk: Served) -> None:
    await office.visit()
    await opened(slack, office)
    (call,) = posted(slack)
    shown = str(call.arguments["blocks"])
    assert "Visitor v1* waits for a person" in shown
    assert {
        "type": "plain_text",
        "text": "Visitor v1: hello <!channel> & you\nBot: Hi! [Bye]\nBot: https://shop.example/a.png",
    } in [block.get("text") for block in call.arguments["blocks"]]
    assert "<!channel>" not in call.arguments["text"]
    assert "thread_ts" not in call.arguments or call.arguments["thread_ts"] is None


async def test_a_reply_takes_it_and_reaches_the_visitor_once(slack: SlackStandIn, office: Office, desk: Served) -> None:
    conversation = await office.visit()
    thread = await opened(slack, office)
    reply = message("How can I &amp; we help?", channel=CHANNEL, user=ADA, thread_ts=thread)
    for retry in range(3):
        await desk.receive(reply, retry=retry)
    await slack.until(lambda: len(office.told) == 2)
    assert office.told == ["U0000Ada D. has joined.", "How can I & we help?"]
    assert office.pushed[1].speaker is not None
    assert (office.pushed[1].speaker.kind, office.pushed[1].speaker.name) == ("person", "U0000Ada D.")
    assert desk.bot.messages == [], "it is no question to the bot"
    await desk.receive(message("Me too!", channel=CHANNEL, user=BOB, thread_ts=thread))
    await slack.until(lambda: any("not with you" in call.arguments["text"] for call in posted(slack)))
    assert len(office.told) == 2
    assert not await office.room.take(conversation, Agent("web:cleo", "Cleo"))


async def test_what_the_visitor_says_appears_in_order_in_the_thread(
    slack: SlackStandIn, office: Office, desk: Served
) -> None:
    await office.visit()
    thread = await opened(slack, office)
    await desk.receive(message("Hi", channel=CHANNEL, user=ADA, thread_ts=thread))
    await slack.until(lambda: len(office.told) == 2)
    slack.fail("chat.postMessage", Failure(500, after=True), Failure(429, retry_after=1))
    for number in range(4):
        said = Message(f"word {number}", "web:v1", "web:v1", "socketio", f"web:v1/{number}")
        await office.store.record_message(said)
        office.room.hear("web:v1")
    await slack.until(lambda: len(posted(slack)) >= 6)
    lines = [call.arguments["text"] for call in posted(slack) if call.arguments.get("thread_ts") == thread]
    assert lines == ["U0000Ada D. has taken over."] + [f"Visitor v1: word {number}" for number in range(4)]


async def test_the_button_and_the_command_give_back(slack: SlackStandIn, office: Office, desk: Served) -> None:
    for name in ("v1", "v2"):
        await office.visit(name=name)
        thread = await opened(slack, office, f"web:{name}")
        await desk.receive(message("Hi", channel=CHANNEL, user=ADA, thread_ts=thread))
    await slack.until(lambda: len(office.told) == 4)
    first = posted(slack)[0]
    for user, left in ((BOB, 0), (ADA, 1)):
        await desk.receive(press(first.arguments, slack.posted_ts(first), "Give back to the bot", user=user))
        await slack.until(lambda: not desk.connector.in_flight)
        assert len([text for text in office.told if text and "has left" in text]) == left
    await desk.receive(command("back", reply_url=slack.reply_url, user=ADA))
    await slack.until(lambda: bool(slack.replies))
    assert "bot has this conversation" in str(slack.replies)
    assert len([text for text in office.told if text and "has left" in text]) == 2
    assert await office.room.board() == []
    thread = slack.posted_ts(first)
    await desk.receive(message("Still there?", channel=CHANNEL, user=ADA, thread_ts=thread))
    await slack.until(lambda: any("with the bot again" in call.arguments["text"] for call in posted(slack)))
    assert desk.bot.messages == []


async def test_the_rest_of_slack_goes_on(slack: SlackStandIn, office: Office, desk: Served) -> None:
    await office.visit()
    thread = await opened(slack, office)
    await desk.receive(message("talk among us", channel=CHANNEL, user=ADA))
    await desk.receive(message("talk among us", channel=CHANNEL, user=ADA, thread_ts="1690000000.000001"))
    await desk.receive(message("<@UBOT00001> a question", channel=CHANNEL, user=ADA, thread_ts=thread))
    reply = message("I am sory", channel=CHANNEL, user=ADA, thread_ts="1690000000.000001")
    await desk.receive(edited(reply, "I am sorry"))
    await desk.receive(mention("another", channel="C0000HELP"))
    await desk.receive(message("a third"))
    await slack.until(lambda: len(desk.bot.messages) == 3)
    assert {each.text for each in desk.bot.messages} == {"a question", "another", "a third"}
    assert office.told == []


async def test_without_a_bot_token_there_is_no_desk(slack: SlackStandIn, office: Office) -> None:
    slack.more_environ = {"SLACK_BOT_TOKEN": "", "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "client-secret"}
    with pytest.raises(ConnectorError, match="handoff_channel"):
        async with serve(slack, ScriptedBot(), office.stores, handoff_channel=CHANNEL):
            pass


@pytest.mark.parametrize("text", ["", "   "])
async def test_an_empty_reply_takes_it_and_says_nothing(
    slack: SlackStandIn, office: Office, desk: Served, text: str
) -> None:
    await office.visit()
    thread = await opened(slack, office)
    await desk.receive(message(text, channel=CHANNEL, user=ADA, thread_ts=thread))
    await slack.until(lambda: bool(office.told))
    await slack.until(lambda: not desk.connector.in_flight)
    assert office.told == ["U0000Ada D. has joined."]


async def test_what_the_bot_said_as_it_handed_over_is_there_too(
    slack: SlackStandIn, office: Office, desk: Served
) -> None:
    """Its turn goes on after it has asked for a person: an action may open a ticket meanwhile."""
    said = Message("a person!", "web:v1", "web:v1", "socketio", "web:v1/m1")
    before = await office.store.load(said)
    number, _ = await office.store.record_message(said)
    began = datetime.now(UTC)
    await office.room.ask(said, "the user asks for a person")
    await opened(slack, office)
    outcome = Outcome((Part(text="I pass this on."), Part(text="Your ticket is T-1.")))
    await office.store.record_turn(number, Turn(said, began, outcome=outcome), before)
    office.room.hear(said.conversation_id)
    await slack.until(lambda: len(posted(slack)) == 3)
    assert "a person!" in str(posted(slack)[0].arguments["blocks"])
    lines = [call.arguments["text"] for call in posted(slack)[1:]]
    assert lines == ["Bot: I pass this on.", "Bot: Your ticket is T-1."]


async def test_what_is_said_before_slack_takes_the_post_comes_in_its_thread(
    slack: SlackStandIn, office: Office, desk: Served
) -> None:
    slack.fail("chat.postMessage", Failure(429, retry_after=1))
    await office.visit()
    await slack.until(lambda: not slack.failing("chat.postMessage"))
    await office.store.record_message(Message("too early", "web:v1", "web:v1", "socketio", "web:v1/early"))
    await slack.until(lambda: len(posted(slack)) == 2)
    opening, line = posted(slack)
    assert "too early" not in str(opening.arguments)
    assert line.arguments["text"] == "Visitor v1: too early"
    assert line.arguments["thread_ts"] == slack.posted_ts(opening)
