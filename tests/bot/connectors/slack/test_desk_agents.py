"""What agents do in the desk's channel, beyond a plain reply."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.connectors.desk import Agent
from bot.connectors.slack import arrivals
from bot.connectors.slack import desk as desk_module
from bot.messages import Message
from tests.bot.connectors.slack.office import ADA, BOB, CHANNEL, Office, opened, openings, posted
from tests.bot.connectors.slack.serving import Served
from tests.standins.slack import Failure, SlackStandIn
from tests.standins.slack_payloads import BOT_USER, deleted, edited, message

KEPT = "goes on seeing what you wrote first"


def notes(slack: SlackStandIn, words: str) -> int:
    return len([call for call in posted(slack) if words in call.arguments["text"]])


async def test_a_file_is_said_not_to_arrive_and_its_words_do(slack: SlackStandIn, office: Office, desk: Served) -> None:
    await office.visit()
    thread = await opened(slack, office)
    file = {"subtype": "file_share", "files": [{"id": "F1", "name": "label.pdf"}]}
    await desk.receive(message("The label", channel=CHANNEL, user=ADA, thread_ts=thread, **file))
    await slack.until(lambda: notes(slack, "Files do not reach the visitor") == 1)
    assert office.told[1:] == ["The label"]
    await desk.receive(message("", channel=CHANNEL, user=ADA, thread_ts=thread, **file))
    await slack.until(lambda: notes(slack, "Files do not reach the visitor") == 2)
    assert office.told[1:] == ["The label"]


async def test_who_changes_or_deletes_a_reply_is_told_that_the_visitor_keeps_it(
    slack: SlackStandIn, office: Office, desk: Served
) -> None:
    await office.visit()
    thread = await opened(slack, office)
    first, second = (message(text, channel=CHANNEL, user=ADA, thread_ts=thread) for text in ("Hi", "I am sory"))
    for reply in (first, second):
        await desk.receive(reply)
    await slack.until(lambda: len(office.told) == 3)
    for text in ("I am sorry", "I am so sorry"):
        await desk.receive(edited(second, text))
    await desk.receive(edited(first, "Hi"))  # a link unfurled
    await slack.until(lambda: notes(slack, KEPT) == 1)
    gone = deleted(first)
    gone["event"]["previous_message"]["thread_ts"] = thread
    await desk.receive(gone)
    await slack.until(lambda: notes(slack, KEPT) == 2)
    await slack.until(lambda: not desk.connector.in_flight)
    assert notes(slack, KEPT) == 2
    assert office.told[1:] == ["Hi", "I am sory"]


async def test_who_changes_what_reached_nobody_is_told_nothing(
    slack: SlackStandIn, office: Office, desk: Served
) -> None:
    await office.visit()
    thread = await opened(slack, office)
    await desk.receive(message("Mine", channel=CHANNEL, user=ADA, thread_ts=thread))
    await slack.until(lambda: "Mine" in office.told)
    other = message("Let me", channel=CHANNEL, user=BOB, thread_ts=thread)
    await desk.receive(other)
    await slack.until(lambda: notes(slack, "not with you") == 1)
    await desk.receive(edited(other, "Let me help"))
    await slack.until(lambda: not desk.connector.in_flight)
    assert notes(slack, KEPT) == 0


async def test_what_they_write_reaches_the_visitor_as_it_looks_on_slack(
    slack: SlackStandIn, office: Office, desk: Served
) -> None:
    await office.visit()
    thread = await opened(slack, office)
    wave = {"type": "emoji", "name": "wave", "unicode": "1f44b"}
    blocks = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [wave]}]}]
    text = ":wave: see <https://shop.example/returns|our *returns* page>, it is *easy*"
    await desk.receive(message(text, channel=CHANNEL, user=ADA, thread_ts=thread, blocks=blocks))
    await slack.until(lambda: len(office.told) == 2)
    assert office.told[1] == "👋 see [our *returns* page](https://shop.example/returns), it is **easy**"


async def test_what_is_given_back_on_the_web_is_told_once_and_leaves_no_button(
    slack: SlackStandIn, office: Office, desk: Served
) -> None:
    conversation = await office.visit()
    thread = await opened(slack, office)
    cleo = Agent("web:cleo", "Cleo")
    await office.room.take(conversation, cleo)
    await office.room.give_back(conversation, cleo)
    await slack.until(lambda: bool(slack.updated))
    (closed,) = [call.arguments for call in slack.updated]
    assert (closed["channel"], closed["ts"]) == (CHANNEL, thread)
    assert "Give back" not in str(closed["blocks"])
    assert "Visitor v1" in str(closed["blocks"])
    await slack.until(lambda: not desk.connector.in_flight)
    assert notes(slack, "The bot has this conversation again") == 1
    assert await office.room.ended() == []


async def test_what_ended_long_ago_is_let_go_without_a_word(
    slack: SlackStandIn, office: Office, desk: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "OLD", timedelta(0))
    conversation = await office.visit()
    await opened(slack, office)
    cleo = Agent("web:cleo", "Cleo")
    await office.room.take(conversation, cleo)
    await office.room.give_back(conversation, cleo)
    await slack.until(lambda: not office.store.handoffs()._ended)
    await slack.until(lambda: not desk.connector.in_flight)
    assert notes(slack, "The bot has this conversation again") == 0


async def test_a_conversation_that_cannot_be_read_does_not_end_the_desk(
    slack: SlackStandIn, office: Office, desk: Served, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    board, broken = office.room.board, True

    async def spoilt() -> object:
        if broken:
            raise ValueError("the words of a visitor")
        return await board()

    monkeypatch.setattr(office.room, "board", spoilt)
    await office.visit()
    await slack.until(lambda: "cannot be brought up to date: ValueError" in caplog.text)
    broken = False
    await opened(slack, office)
    assert "the words of a visitor" not in caplog.text


async def test_a_post_that_is_deleted_comes_again_while_somebody_waits(
    slack: SlackStandIn, office: Office, desk: Served
) -> None:
    conversation = await office.visit()
    thread = await opened(slack, office)
    await office.store.record_message(Message("anybody?", conversation, conversation, "socketio", "web:v1/a"))
    office.room.hear(conversation)
    await slack.until(lambda: notes(slack, "anybody?") == 1)
    gone = deleted(message("…", channel=CHANNEL, user=BOT_USER, ts=thread, bot_id="B0000BOT"))
    for _ in range(2):
        await desk.receive(gone)
    await slack.until(lambda: len(openings(slack)) == 2)
    await slack.until(lambda: notes(slack, "anybody?") == 2)
    again = await opened(slack, office)
    assert again == slack.posted_ts(openings(slack)[1])
    await desk.receive(message("Hi", channel=CHANNEL, user=ADA, thread_ts=again))
    await slack.until(lambda: "Hi" in office.told)
    assert len(openings(slack)) == 2


@pytest.mark.parametrize("error", ["not_in_channel", "is_archived"])
async def test_what_waits_while_the_bot_is_not_in_the_channel_is_brought_once_it_is(
    slack: SlackStandIn, office: Office, desk: Served, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture, error: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(desk_module, "TRY_AGAIN", 0.05)
    monkeypatch.setattr(arrivals, "HOLD_EVERY", 0.05)
    monkeypatch.setattr("bot.connectors.inbox.LAPSES_AFTER", timedelta(seconds=0.1))
    conversation = await office.visit()
    await opened(slack, office)
    slack.fail("chat.postMessage", *[Failure(error=error)] * 4)
    await office.store.record_message(Message("anybody?", conversation, conversation, "socketio", "web:v1/a"))
    office.room.hear(conversation)
    await office.visit(name="v2")
    await slack.until(lambda: not slack.failing("chat.postMessage"), 20)
    await opened(slack, office, "web:v2")
    await slack.until(lambda: notes(slack, "anybody?") == 1)
    await slack.until(lambda: not desk.connector.in_flight)
    assert len(openings(slack)) == 2
    assert len([record for record in caplog.records if "/invite" in record.message]) == 1
