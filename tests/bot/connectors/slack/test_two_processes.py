"""Two processes on one database, to each of which Slack sends some of the events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.connectors.inbox import Entry
from bot.connectors.scripted import ScriptedBot
from bot.connectors.slack import SlackConnector, Stores
from bot.messages import Message
from tests.bot.connectors.slack.office import CHANNEL, Office, opened, posted
from tests.bot.connectors.slack.serving import Served, serve
from tests.standins.slack import Failure, SlackStandIn
from tests.standins.slack_payloads import BOT_USER, USER, mention, message

THREAD = "1690000000.000001"


@asynccontextmanager
async def both(slack: SlackStandIn, first: ScriptedBot | None = None) -> AsyncIterator[tuple[Served, Served]]:
    stores = Stores()
    async with serve(slack, first, stores) as one, serve(slack, ScriptedBot(), stores) as two:
        yield one, two


async def heard_by(slack: SlackStandIn, served: Served, *texts: str) -> None:
    await slack.until(lambda: len(served.bot.messages) >= len(texts))
    await slack.until(lambda: not served.connector.in_flight)
    assert [said.text for said in served.bot.messages] == list(texts)


def follow_up(text: str) -> dict[str, object]:
    return message(text, channel="C0000HELP", thread_ts=THREAD)


async def test_a_thread_is_joined_for_all_before_the_first_answer_stands_there(slack: SlackStandIn) -> None:
    slack.threads[THREAD] = [{"user": USER, "ts": THREAD, "text": "who knows?"}]
    async with both(slack, ScriptedBot(delay=1)) as (one, two):
        await one.receive(mention("help us", thread_ts=THREAD))
        await slack.until(lambda: bool(one.bot.messages))
        await two.receive(follow_up("it is about A-1042"))
        await heard_by(slack, two, "it is about A-1042")


async def test_a_thread_that_was_others_can_become_the_bots_by_another_process(slack: SlackStandIn) -> None:
    slack.threads[THREAD] = [{"user": USER, "ts": THREAD, "text": "who knows?"}]
    async with both(slack) as (one, two):
        await two.receive(follow_up("not for the bot"))
        await slack.until(lambda: not two.connector.in_flight)
        await one.receive(mention("help us", thread_ts=THREAD))
        await heard_by(slack, one, "help us")
        await two.receive(follow_up("now it is"))
        await heard_by(slack, two, "now it is")
    assert sum(call.method == "conversations.replies" for call in slack.calls) <= 1


async def test_what_is_said_at_once_in_a_new_thread_keeps_its_order(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = Stores()
    keep = stores.inbox.keep

    async def slow(entry: Entry) -> bool:
        if entry.id.endswith(":joined"):
            await asyncio.sleep(0.3)
        return await keep(entry)

    monkeypatch.setattr(stores.inbox, "keep", slow)
    async with serve(slack, stores=stores) as served:
        await served.receive(mention("first", thread_ts=THREAD))
        await served.receive(follow_up("second"))
        await heard_by(slack, served, "first", "second")


async def test_what_is_said_in_a_thread_from_before_keeps_its_order(slack: SlackStandIn) -> None:
    slack.threads[THREAD] = [{"user": BOT_USER, "ts": THREAD, "text": "hi"}]
    async with serve(slack) as served:
        slack.fail("conversations.replies", Failure(429, retry_after=1))
        for text in ("first", "second"):
            await served.receive(follow_up(text))
        await heard_by(slack, served, "first", "second")


async def test_a_thread_from_before_is_known_by_who_spoke_there(slack: SlackStandIn) -> None:
    slack.threads[THREAD] = [{"user": USER, "ts": THREAD, "text": "hi"}, {"user": BOT_USER, "ts": "1.2", "text": "hi"}]
    async with both(slack) as (one, two):
        for served, text in ((one, "first"), (two, "second")):
            await served.receive(follow_up(text))
            await heard_by(slack, served, text)


async def test_lines_come_in_order_whoever_brings_them(slack: SlackStandIn, office: Office) -> None:
    async with (
        serve(slack, ScriptedBot(), office.stores, handoff_channel=CHANNEL) as one,
        serve(slack, ScriptedBot(), office.stores, handoff_channel=CHANNEL) as two,
    ):
        conversation = await office.visit()
        await opened(slack, office)
        slower, faster = one.connector, two.connector
        await _stop_watching(faster)
        slack.fail("chat.postMessage", Failure(429, retry_after=1))
        for text in ("first", "second"):
            said = Message(text, conversation, conversation, "socketio", f"web:v1/{text}")
            await office.store.record_message(said)
            office.room.hear(conversation)
            await slack.until(lambda: not slack.failing("chat.postMessage"))
            await _stop_watching(slower)
            if faster._watching is None and faster._desk is not None:
                faster._watching = asyncio.create_task(faster._desk.watch())
        await slack.until(lambda: len(posted(slack)) == 3)
    assert [call.arguments["text"] for call in posted(slack)[1:]] == ["Visitor v1: first", "Visitor v1: second"]


async def _stop_watching(connector: SlackConnector) -> None:
    """It brings nothing new from now on, and goes on with what it has."""
    if connector._watching is not None:
        connector._watching.cancel()
        connector._watching = None
