"""What happened on the desk is done late, by another process or after a wait: the conversation has moved on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.connectors.desk import Agent, Remark
from bot.connectors.inbox import Entry
from bot.connectors.scripted import ScriptedBot
from bot.connectors.slack.places import CHANNEL as SLACK
from tests.bot.connectors.slack.office import (
    ADA,
    CHANNEL,
    Office,
    asks_anew,
    left_entries_are_done,
    opened,
    openings,
    posted,
)
from tests.bot.connectors.slack.serving import Served, serve
from tests.standins.slack import Failure, SlackStandIn
from tests.standins.slack_payloads import command, message, press

GIVE_BACK = "Give back to the bot"
ADA_ON_SLACK = Agent(f"slack:{ADA}", "U0000Ada D.")


async def left(office: Office, body: dict[str, object]) -> None:
    """A process wrote down what Slack sent, and died."""
    said = body.get("event")
    name = f"left:{said['ts'] if isinstance(said, dict) else body.get('trigger_id')}"
    await office.inbox.keep(Entry(SLACK, (name,), ADA, body))


async def answered_by_a_process_that_died(slack: SlackStandIn, office: Office) -> str:
    """Ada's reply took the conversation and reached its visitor; that it did is not written down."""
    conversation = await office.visit()
    reply = message("Hi", channel=CHANNEL, user=ADA, thread_ts=await opened(slack, office))
    await office.room.take(conversation, ADA_ON_SLACK)
    await office.room.say(conversation, ADA_ON_SLACK, reply["event"]["ts"], "Hi")
    await left(office, reply)
    return conversation


async def test_the_button_of_an_old_thread_does_not_give_back_the_new_one(
    slack: SlackStandIn, office: Office, desk: Served
) -> None:
    conversation = await office.visit()
    await opened(slack, office)
    await asks_anew(office, conversation)
    await slack.until(lambda: len(openings(slack)) == 2)
    old, new = openings(slack)
    thread = await opened(slack, office)
    assert thread == slack.posted_ts(new)
    await desk.receive(message("Hi", channel=CHANNEL, user=ADA, thread_ts=thread))
    await slack.until(lambda: "Hi" in office.told)
    await desk.receive(press(old.arguments, slack.posted_ts(old), GIVE_BACK, user=ADA))
    await slack.until(lambda: any("nothing that you could" in call.arguments["text"] for call in posted(slack)))
    assert len(await office.room.open()) == 1
    await desk.receive(press(new.arguments, slack.posted_ts(new), GIVE_BACK, user=ADA))
    await slack.until(lambda: any("has left" in str(text) for text in office.told[3:]))
    assert await office.room.open() == []


async def test_a_reply_that_reached_the_visitor_is_not_called_unread(slack: SlackStandIn, office: Office) -> None:
    async with serve(slack, ScriptedBot(), office.stores, handoff_channel=CHANNEL) as served:
        conversation = await answered_by_a_process_that_died(slack, office)
        await office.room.give_back(conversation, ADA_ON_SLACK)
        await left_entries_are_done(slack, office, served)
    assert not any("Nobody has read this" in call.arguments["text"] for call in posted(slack))


async def test_a_reply_that_reached_the_visitor_does_not_take_it_again(slack: SlackStandIn, office: Office) -> None:
    async with serve(slack, ScriptedBot(), office.stores, handoff_channel=CHANNEL) as served:
        await answered_by_a_process_that_died(slack, office)
        office.is_later(ADA_ON_SLACK.patience)
        await office.store.handoffs().lapse(Remark("away", "away", "", "", datetime.now(UTC)))
        await left_entries_are_done(slack, office, served)
        (handoff,) = await office.room.open()
    assert handoff.agent is None
    assert office.told.count("Hi") == 1


async def test_a_press_that_was_done_is_not_called_idle(slack: SlackStandIn, office: Office) -> None:
    async with serve(slack, ScriptedBot(), office.stores, handoff_channel=CHANNEL) as served:
        conversation = await office.visit()
        await opened(slack, office)
        (post,) = openings(slack)
        await office.room.take(conversation, ADA_ON_SLACK)
        await office.room.give_back(conversation, ADA_ON_SLACK)
        await left(office, press(post.arguments, slack.posted_ts(post), GIVE_BACK, user=ADA))
        await left_entries_are_done(slack, office, served)
    assert not any("nothing that you could" in call.arguments["text"] for call in posted(slack))


async def test_what_is_taken_after_the_command_is_not_given_back_by_it(
    slack: SlackStandIn, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve(slack, ScriptedBot(), office.stores, handoff_channel=CHANNEL) as served:
        conversation = await office.visit()
        await opened(slack, office)
        keep = office.inbox.keep

        async def dies(entry: Entry) -> bool:
            await keep(entry)
            return False

        with monkeypatch.context() as dying:
            dying.setattr(office.inbox, "keep", dies)
            await served.receive(command("back", reply_url=slack.reply_url, user=ADA))
        await office.room.take(conversation, ADA_ON_SLACK)
        await left_entries_are_done(slack, office, served)
        (handoff,) = await office.room.open()
    assert handoff.agent == ADA_ON_SLACK.key


async def test_a_post_that_comes_late_is_not_the_thread_of_what_waits_since(
    slack: SlackStandIn, office: Office, desk: Served
) -> None:
    slack.fail("chat.postMessage", Failure(429, retry_after=1))
    conversation = await office.visit()
    await slack.until(lambda: not slack.failing("chat.postMessage"))
    await asks_anew(office, conversation)
    await slack.until(lambda: len(openings(slack)) == 2)
    await slack.until(lambda: not desk.connector.in_flight)
    (new,) = [call for call in openings(slack) if "again" in str(call.arguments["blocks"])]
    assert await opened(slack, office) == slack.posted_ts(new)
    (closed,) = [call.arguments for call in slack.updated]
    assert closed["ts"] != slack.posted_ts(new)
    assert GIVE_BACK not in str(closed["blocks"])


async def test_what_waits_is_posted_in_the_channel_that_is_the_desk_by_now(slack: SlackStandIn, office: Office) -> None:
    async with serve(slack, ScriptedBot(), office.stores, handoff_channel="C0000OLD"):
        await office.visit()
        await opened(slack, office)
    async with serve(slack, ScriptedBot(), office.stores, handoff_channel=CHANNEL):
        await slack.until(lambda: len(openings(slack)) == 1)
        assert await opened(slack, office) == slack.posted_ts(openings(slack)[0])


async def test_replies_reach_the_visitor_in_the_order_in_which_they_were_written(
    slack: SlackStandIn, office: Office, desk: Served
) -> None:
    await office.visit()
    thread = await opened(slack, office)
    slack.fail("users.info", Failure(429, retry_after=1))
    for text in ("First", "second", "third"):
        await desk.receive(message(text, channel=CHANNEL, user=ADA, thread_ts=thread))
    await slack.until(lambda: len(office.told) == 4)
    assert office.told[1:] == ["First", "second", "third"]
