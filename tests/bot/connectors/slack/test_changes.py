"""Messages that their writers edit or delete, and talk that is not for the bot."""

from __future__ import annotations

import asyncio

import pytest

from bot.connectors.scripted import ScriptedBot
from bot.connectors.slack import Stores
from tests.bot.connectors.slack.serving import serve, settled
from tests.standins.slack import SlackStandIn
from tests.standins.slack_payloads import BOT_USER, deleted, edited, event, mention, message


def said(bot: ScriptedBot) -> list[str]:
    return [message.text for message in bot.messages]


async def test_an_edited_message_is_answered_again_once_in_its_thread(slack: SlackStandIn) -> None:
    body = mention("wher is my order")
    change = edited(body, f"<@{BOT_USER}> where is my order")
    also = event(change["event"]["message"] | {"type": "app_mention", "channel": body["event"]["channel"]})
    async with serve(slack) as served:
        await served.receive(body)
        await settled(slack, 1)
        for sent in (change, also, change):
            await served.receive(sent)
        await settled(slack, 2)
        await served.receive(edited(body, f"<@{BOT_USER}> forget it", at="1700009999.000002"))
        await settled(slack, 3)
    assert said(served.bot) == ["wher is my order", "where is my order", "forget it"]
    assert {call.arguments["thread_ts"] for call in slack.posted} == {body["event"]["ts"]}


async def test_a_mention_that_comes_with_an_edit_is_answered(slack: SlackStandIn) -> None:
    body = message("who knows?", channel="C0000HELP")
    async with serve(slack) as served:
        await served.receive(body)
        await served.receive(edited(body, f"<@{BOT_USER}> who knows?"))
        await settled(slack, 1)


async def test_a_link_that_slack_unfurls_is_no_edit(slack: SlackStandIn) -> None:
    body = message("see https://shop.example")
    async with serve(slack) as served:
        await served.receive(body)
        await settled(slack, 1)
        await served.receive(edited(body, body["event"]["text"]))
        await settled(slack, 1)


@pytest.mark.parametrize("processes", [1, 2])
async def test_a_message_that_waits_can_be_taken_back(slack: SlackStandIn, processes: int) -> None:
    stores, bot = Stores(), ScriptedBot(delay=0.3)
    gone, changed = message("never mind"), message("wrong words")
    async with serve(slack, bot, stores) as served, serve(slack, bot, stores) as other:
        second = other if processes == 2 else served
        await served.receive(message("first"))
        await served.receive(gone)
        await served.receive(changed)
        await second.receive(deleted(gone))
        await second.receive(edited(changed, "right words"))
        await settled(slack, 2)
    assert sorted(said(bot)) == ["first", "right words"]


async def test_a_message_deleted_after_its_answer_changes_nothing(slack: SlackStandIn) -> None:
    body = message("hello")
    async with serve(slack) as served:
        await served.receive(body)
        await settled(slack, 1)
        await served.receive(deleted(body))
        await served.receive(message("and then?"))
        await settled(slack, 2)


@pytest.mark.parametrize("text", ["<!here> lunch?", "<!channel> lunch?", "<!everyone|@everyone>", "<!subteam^S1|@ops>"])
async def test_a_broadcast_is_not_for_the_bot(slack: SlackStandIn, text: str) -> None:
    first = mention("hello")
    async with serve(slack) as served:
        await served.receive(first)
        await settled(slack, 1)
        await served.receive(message(text, channel="C0000HELP"))
        await served.receive(message(text, channel="C0000HELP", thread_ts=first["event"]["ts"]))
        await settled(slack, 1)
        await served.receive(mention(text))
        await settled(slack, 2)


@pytest.mark.parametrize("text", ["", None])
async def test_a_file_without_words_is_an_empty_message(slack: SlackStandIn, text: str | None) -> None:
    body = message("", subtype="file_share", files=[{"id": "F1"}])
    body["event"]["text"] = text
    async with serve(slack) as served:
        await served.receive(body)
        await settled(slack, 1)
    assert said(served.bot) == [""]


async def test_two_workspaces_never_meet(slack: SlackStandIn) -> None:
    mine, theirs = message("mine"), message("theirs")
    theirs["authorizations"][0]["team_id"] = "T0000ELSE"
    theirs["event"]["ts"] = mine["event"]["ts"]
    async with serve(slack) as served:
        await served.receive(mine)
        await served.receive(theirs)
        await settled(slack, 2)
        await asyncio.sleep(0)
    assert len({seen.conversation_id for seen in served.bot.messages}) == 2
    assert len({seen.message_id for seen in served.bot.messages}) == 2
