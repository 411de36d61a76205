"""The desk on Slack when a process dies: what it began is gone on with, and nothing comes twice."""

from __future__ import annotations

import pytest

from bot.connectors.inbox import LAPSES_AFTER, Entry
from bot.connectors.scripted import ScriptedBot
from bot.connectors.slack import connector
from bot.connectors.slack.desk_events import bring_conversation
from bot.errors import StoreError
from bot.messages import Message
from tests.bot.connectors.slack.office import ADA, CHANNEL, Office, asks_anew, left_entries_are_done, opened, posted
from tests.bot.connectors.slack.serving import Served, serve
from tests.standins.slack import Failure, SlackStandIn
from tests.standins.slack_payloads import message


async def test_a_process_that_dies_leaves_the_rest_to_the_next(
    slack: SlackStandIn, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector, "FINISH_SECONDS", 0.0)
    async with serve(slack, ScriptedBot(), office.stores, handoff_channel=CHANNEL):
        slack.fail("chat.postMessage", Failure(0, after=True, delay=60))
        await office.visit()
        await slack.until(lambda: len(posted(slack)) == 1)  # it stands there, and nobody knows
    later = office.inbox._now() + LAPSES_AFTER
    office.inbox._now = lambda: later
    async with serve(slack, ScriptedBot(), office.stores, handoff_channel=CHANNEL) as served:
        thread = await opened(slack, office)
        await served.receive(message("Hi", channel=CHANNEL, user=ADA, thread_ts=thread))
        await slack.until(lambda: len(office.told) == 2)
    assert [call.arguments.get("thread_ts") for call in posted(slack)][:1] == [None]
    assert len([call for call in posted(slack) if not call.arguments.get("thread_ts")]) == 1


async def test_a_line_that_a_dead_process_brought_is_not_said_in_the_next_thread(
    slack: SlackStandIn, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector, "FINISH_SECONDS", 0.0)
    async with serve(slack, ScriptedBot(), office.stores, handoff_channel=CHANNEL):
        conversation = await office.visit()
        await opened(slack, office)
        slack.fail("chat.postMessage", Failure(0, after=True, delay=60))
        await office.store.record_message(Message("a line", conversation, conversation, "socketio", "web:v1/line"))
        office.room.hear(conversation)
        await slack.until(lambda: len(posted(slack)) == 2)  # it stands there, and nobody knows
    await asks_anew(office, conversation)
    async with serve(slack, ScriptedBot(), office.stores, handoff_channel=CHANNEL) as served:
        await opened(slack, office)
        await left_entries_are_done(slack, office, served)
    assert ["a line" in call.arguments["text"] for call in posted(slack)].count(True) == 1
    assert len([call for call in posted(slack) if not call.arguments.get("thread_ts")]) == 2


async def test_a_post_that_a_dead_process_left_does_not_begin_a_second_thread(
    slack: SlackStandIn, office: Office
) -> None:
    conversation = await office.visit()
    (first,) = await office.room.open()
    await office.inbox.keep(bring_conversation(first))  # and its process died
    await asks_anew(office, conversation)
    slack.fail("chat.postMessage", Failure(429, retry_after=1))  # so both entries find it without a thread
    async with serve(slack, ScriptedBot(), office.stores, handoff_channel=CHANNEL) as served:
        await left_entries_are_done(slack, office, served)
    assert len(posted(slack)) == 1


async def test_a_line_is_not_said_again_where_the_inbox_cannot_tell_whether_it_was(
    slack: SlackStandIn, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector, "FINISH_SECONDS", 0.0)
    async with serve(slack, ScriptedBot(), office.stores, handoff_channel=CHANNEL):
        slack.fail("chat.postMessage", Failure(0, after=True, delay=60))
        await office.visit()
        await slack.until(lambda: len(posted(slack)) == 1)  # it stands there, and nobody knows
    keep, asked = office.inbox.keep, 0

    async def locked(entry: Entry) -> bool:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise StoreError("the database is locked")
        return await keep(entry)

    monkeypatch.setattr(office.inbox, "keep", locked)
    async with serve(slack, ScriptedBot(), office.stores, handoff_channel=CHANNEL) as served:
        await slack.until(lambda: asked > 1)
        await left_entries_are_done(slack, office, served)
    assert len(posted(slack)) == 1


async def test_a_long_thread_is_read_to_its_end_before_a_line_is_said_again(
    slack: SlackStandIn, office: Office, desk: Served
) -> None:
    await office.visit()
    thread = await opened(slack, office)
    more = [{"user": ADA, "ts": f"1700000000.{number:06d}", "text": "talk"} for number in range(450)]
    slack.threads[thread] = more
    slack.fail("chat.postMessage", Failure(0, after=True))
    await office.store.record_message(Message("a line", "web:v1", "web:v1", "socketio", "web:v1/line"))
    office.room.hear("web:v1")
    await slack.until(lambda: len(posted(slack)) > 1)
    await slack.until(lambda: not any(kept.open for kept in office.inbox._known.values()))
    assert [call.arguments["text"] for call in posted(slack)[1:]] == ["Visitor v1: a line"]
