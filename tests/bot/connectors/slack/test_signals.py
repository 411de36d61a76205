"""App Home, assistant threads, the slash command, and feedback by reaction."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.connectors.feedback import InMemoryFeedback
from bot.connectors.inbox import LAPSES_AFTER, Entry, InMemoryInbox
from bot.connectors.scripted import ScriptedBot
from bot.connectors.slack import Stores
from bot.messages import Button, Part
from tests.bot.connectors.slack.serving import calls, idle, serve, settled
from tests.standins.slack import Failure, SlackStandIn
from tests.standins.slack_payloads import BOT_USER, USER, command, event, message, press, reaction

CHOICE = ScriptedBot({"help": (Part(text="Which?", buttons=(Button("Refund", "/refund"),)),)})


async def test_app_home_shows_help_and_status(slack: SlackStandIn) -> None:
    async with serve(slack, help="I know **orders**.", suggestions=["Where is my order?"]) as served:
        await served.receive(event({"type": "app_home_opened", "user": USER, "tab": "home", "channel": "D1"}))
        await served.receive(event({"type": "app_home_opened", "user": USER, "tab": "messages", "channel": "D1"}))
        await idle(slack, served)
    (published,) = calls(slack, "views.publish")
    assert published["user_id"] == USER
    shown = str(published["view"])
    assert "I know *orders*." in shown
    assert "• Where is my order?" in shown
    assert "I am ready." in shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write to me here"),
        ("help", "Write to me here"),
        ("status", "I am ready."),
        ("ask hello", "You said: hello"),
        ("how are refunds made", "You said: how are refunds made"),
        ("status of my order", "You said: status of my order"),
    ],
)
async def test_the_command_is_answered_to_its_asker_alone(slack: SlackStandIn, text: str, said: str) -> None:
    body = command(text, slack.reply_url)
    async with serve(slack) as served:
        for _ in range(2):
            assert (await served.receive(body)).status_code == 200
        await slack.until(lambda: bool(slack.replies))
        await idle(slack, served)
    (reply,) = slack.replies
    assert reply["response_type"] == "ephemeral"
    assert reply["text"].startswith(said)
    assert not slack.posted


async def test_what_is_asked_by_command_stays_out_of_the_channels_conversation(slack: SlackStandIn) -> None:
    async with serve(slack, conversation="channel") as served:
        for user in (USER, "U0000BOB"):
            await served.receive(command("ask hello", slack.reply_url, user=user))
        await slack.until(lambda: len(slack.replies) == 2)
    conversations = {said.conversation_id for said in served.bot.messages}
    assert conversations == {f"slack:T0000TEAM:C0000HELP:{user}" for user in (USER, "U0000BOB")}


async def test_a_button_that_only_the_asker_sees_is_answered_there(slack: SlackStandIn) -> None:
    async with serve(slack, CHOICE) as served:
        await served.receive(command("ask help", slack.reply_url))
        await slack.until(lambda: len(slack.replies) == 1)
        body = press({**slack.replies[0], "channel": "C0000HELP"}, "1700000000.1", "Refund")
        del body["message"]  # Slack leaves it out
        body["container"] |= {"is_ephemeral": True}
        await served.receive(body | {"response_url": slack.reply_url})
        await slack.until(lambda: len(slack.replies) == 3)
    assert {reply.get("replace_original", False) for reply in slack.replies[1:]} == {True, False}
    assert CHOICE.messages[-1].text == "/refund"
    assert len({said.conversation_id for said in CHOICE.messages}) == 1
    assert not slack.posted


@pytest.mark.parametrize("failure", [Failure(500), Failure(429, retry_after=1), Failure(0)], ids=str)
async def test_an_answer_to_a_command_is_tried_again(slack: SlackStandIn, failure: Failure) -> None:
    async with serve(slack) as served:
        slack.fail("reply", failure)
        await served.receive(command("ask hello", slack.reply_url))
        await slack.until(lambda: bool(slack.replies))


async def test_an_address_that_is_used_up_is_one_log_line(
    slack: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    async with serve(slack) as served:
        slack.fail("reply", Failure(404))
        await served.receive(command("ask my secret", slack.reply_url))
        await slack.until(lambda: "could not be sent: HTTP 404" in caplog.text)
    assert "my secret" not in caplog.text


async def test_thumbs_are_kept_with_the_turn_and_can_be_taken_back(slack: SlackStandIn) -> None:
    feedback = InMemoryFeedback()
    async with serve(slack, stores=Stores(feedback=feedback)) as served:
        body = message("hello")
        await served.receive(body)
        await settled(slack)
        ts = slack.posted_ts(slack.posted[0])
        await slack.until(lambda: bool(feedback.said))

        async def react(kind: str, name: str) -> None:
            await served.receive(reaction(kind, name, "D0000DM", ts))
            await idle(slack, served)

        await react("reaction_added", "+1::skin-tone-4")
        await react("reaction_added", "tada")
        await react("reaction_added", "thumbsdown")
        slack.reactions[ts] = {"+1": [USER, "U0000BOB"], "tada": [USER]}
        await react("reaction_removed", "thumbsdown")
        slack.reactions[ts] = {"+1": ["U0000BOB"]}
        await react("reaction_removed", "+1")
    utterance = f"T0000TEAM:D0000DM:{ts}"
    message_id = f"T0000TEAM:D0000DM:{body['event']['ts']}"
    assert feedback.said == {("slack", utterance): message_id}
    assert [(given.utterance_id, given.opinion, given.by) for given in feedback.given] == [
        (utterance, opinion, USER) for opinion in ("up", "down", "up", None)
    ]


async def test_a_reaction_that_is_sent_again_counts_once(slack: SlackStandIn) -> None:
    feedback = InMemoryFeedback()
    feedback.said["slack", "T0000TEAM:D0000DM:1.1"] = "m"
    added = reaction("reaction_added", "+1", "D0000DM", "1.1")
    async with serve(slack, stores=Stores(feedback=feedback)) as served:
        await served.receive(added)
        await idle(slack, served)
        await served.receive(reaction("reaction_removed", "+1", "D0000DM", "1.1"))
        await served.receive(added, retry=1)
        await idle(slack, served)
    assert [given.opinion for given in feedback.given] == ["up", None]


@pytest.mark.parametrize(("stands", "opinion"), [({}, None), ({"-1": [USER]}, "down"), ({"+1": [USER]}, "up")])
async def test_a_reaction_that_a_dead_process_left_counts_as_it_stands_by_now(
    slack: SlackStandIn, stands: dict[str, list[str]], opinion: str | None
) -> None:
    feedback, inbox = InMemoryFeedback(), InMemoryInbox()
    feedback.said["slack", "T0000TEAM:D0000DM:1.1"] = "m"
    slack.reactions["1.1"] = stands
    await inbox.keep(Entry("slack", ("left",), USER, reaction("reaction_added", "+1", "D0000DM", "1.1")))
    later = datetime.now(UTC) + LAPSES_AFTER
    inbox._now = lambda: later
    async with serve(slack, stores=Stores(inbox, feedback)) as served:
        await slack.until(lambda: bool(feedback.given))
        await idle(slack, served)
    assert [given.opinion for given in feedback.given] == [opinion]


@pytest.mark.parametrize("more", [{"item_user": "U0000BOB"}, {"user": BOT_USER}, {"item": {"type": "file"}}], ids=str)
async def test_a_reaction_to_others_or_by_itself_is_nothing(slack: SlackStandIn, more: dict[str, Any]) -> None:
    feedback = InMemoryFeedback()
    feedback.said["slack", "T0000TEAM:D0000DM:1.1"] = "m"
    body = reaction("reaction_added", "+1", "D0000DM", "1.1")
    body["event"] |= more
    async with serve(slack, stores=Stores(feedback=feedback)) as served:
        assert (await served.receive(body)).status_code == 200
        await idle(slack, served)
    assert not feedback.given
