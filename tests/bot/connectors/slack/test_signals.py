"""App Home, assistant threads, the slash command, and feedback by reaction."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.connectors.feedback import InMemoryFeedback
from bot.connectors.inbox import LAPSES_AFTER, Entry, InMemoryInbox
from bot.connectors.scripted import ScriptedBot
from bot.connectors.slack import Stores
from bot.messages import Button, Part
from tests.bot.connectors.slack.serving import Served, serve, settled
from tests.standins.slack import Failure, SlackStandIn
from tests.standins.slack_payloads import BOT_USER, USER, command, event, message, press, reaction

CHOICE = ScriptedBot({"help": (Part(text="Which?", buttons=(Button("Refund", "/refund"),)),)})


async def idle(slack: SlackStandIn, served: Served) -> None:
    await asyncio.sleep(0)
    await slack.until(lambda: not served.connector.in_flight)


def calls(slack: SlackStandIn, method: str) -> list[Any]:
    return [call.arguments for call in slack.calls if call.method == method]


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


async def test_a_new_assistant_thread_is_greeted_once_and_offers_things_to_ask(slack: SlackStandIn) -> None:
    thread = {"user_id": USER, "channel_id": "D0000DM", "thread_ts": "1690000000.000001", "context": {}}
    body = event({"type": "assistant_thread_started", "assistant_thread": thread})
    async with serve(slack, suggestions=["Where is my order?"]) as served:
        for _ in range(2):
            await served.receive(body)
        await settled(slack, 1)
        await idle(slack, served)
    assert slack.posted[0].arguments["thread_ts"] == "1690000000.000001"
    (offered,) = calls(slack, "assistant.threads.setSuggestedPrompts")
    assert offered["prompts"] == [{"title": "Where is my order?", "message": "Where is my order?"}]


async def test_an_assistant_thread_shows_that_the_bot_is_at_it(slack: SlackStandIn) -> None:
    bot = ScriptedBot({"nothing": ()})
    async with serve(slack, bot) as served:
        await served.receive(message("hello", thread_ts="1690000000.000001"))
        await settled(slack, 1)
        await served.receive(message("nothing", thread_ts="1690000000.000001"))
        await idle(slack, served)
        await served.receive(message("outside of threads"))
        await settled(slack, 2)
    statuses = [call["status"] for call in calls(slack, "assistant.threads.setStatus")]
    assert statuses == ["is thinking…", "is thinking…", ""]
    methods = [call.method for call in slack.calls]
    assert methods.index("assistant.threads.setStatus") < methods.index("chat.postMessage")


async def test_a_workspace_without_assistant_threads_is_asked_once(slack: SlackStandIn) -> None:
    slack.fail("assistant.threads.setStatus", Failure(error="access_denied"))
    async with serve(slack) as served:
        for number in range(3):
            await served.receive(message("hello", thread_ts="1690000000.000001"))
            await settled(slack, number + 1)
    assert not slack.failing("assistant.threads.setStatus")
    assert calls(slack, "assistant.threads.setStatus") == []


async def test_in_the_agent_view_each_direct_message_has_a_thread_of_its_own(slack: SlackStandIn) -> None:
    opened = event({"type": "app_home_opened", "user": USER, "tab": "messages", "channel": "D0000DM"})
    first, second = message("hello"), message("something else")
    async with serve(slack, direct="threads", suggestions=["Where is my order?"]) as served:
        await served.receive(opened)
        for body in (first, second):
            await served.receive(body)
        await settled(slack, 2)
        await served.receive(message("more of it", thread_ts=first["event"]["ts"]))
        await settled(slack, 3)
        await idle(slack, served)
    roots = [first["event"]["ts"], second["event"]["ts"]]
    assert {each.arguments["thread_ts"] for each in slack.posted[:2]} == set(roots)
    assert slack.posted[2].arguments["thread_ts"] == roots[0]
    assert len({said.conversation_id for said in served.bot.messages}) == 2
    (offered,) = calls(slack, "assistant.threads.setSuggestedPrompts")
    assert (offered["channel_id"], offered.get("thread_ts")) == ("D0000DM", None)
    titles = calls(slack, "assistant.threads.setTitle")
    assert {each["thread_ts"]: each["title"] for each in titles} == dict(
        zip(roots, ["hello", "something else"], strict=True)
    )


async def test_a_title_is_nothing_that_a_user_said(slack: SlackStandIn) -> None:
    """https://docs.slack.dev/reference/events/message/assistant_app_thread: Slack tells of it as of an edit."""
    root = {"type": "message", "subtype": "assistant_app_thread", "user": USER, "ts": "1.1", "thread_ts": "1.1"}
    now = root | {"text": "Where is my order?", "edited": {"user": USER, "ts": "1.3"}}
    change = {"subtype": "message_changed", "message": now, "previous_message": root | {"text": "New chat"}}
    more = {"type": "message", "channel": "D0000DM", "channel_type": "im", "hidden": True, "ts": "1.4"}
    async with serve(slack) as served:
        await served.receive(event(more | change))
        await served.receive(event(root | {"text": "New chat", "channel": "D0000DM", "channel_type": "im"}))
        await idle(slack, served)
    assert served.bot.messages == []


async def test_a_thread_is_called_after_the_first_thing_said_in_it(slack: SlackStandIn) -> None:
    thread, stores = "1690000000.000001", Stores()
    long = "Where  is\nmy order? I have been waiting for it since the third of May, and nobody tells me anything"
    async with serve(slack, stores=stores) as served:
        for text in ("", long, "and what is your name"):
            await served.receive(message(text, thread_ts=thread, files=[{"id": "F1"}]))
            await idle(slack, served)
        await served.receive(message("outside of threads"))
        await served.receive(message("<@UBOT00001> in a channel", channel="C0000HELP", thread_ts="1690000000.000009"))
        await idle(slack, served)
    async with serve(slack, stores=stores) as served:  # the next process knows
        await served.receive(message("once more", thread_ts=thread))
        await served.receive(message("*Returns*", thread_ts="1690000000.000002"))
        await idle(slack, served)
    titles = calls(slack, "assistant.threads.setTitle")
    assert [(each["thread_ts"], each["title"]) for each in titles] == [
        (thread, "Where is my order? I have been waiting for it since the…"),
        ("1690000000.000002", "*Returns*"),
    ]
    assert {each["channel_id"] for each in titles} == {"D0000DM"}


async def test_a_title_that_cannot_be_given_costs_nothing(
    slack: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    slack.scopes.discard("assistant:write")
    async with serve(slack, thinking="") as served:
        for number in range(3):
            await served.receive(message("my secret", thread_ts=f"1690000000.00000{number}"))
            await settled(slack, number + 1)
            await idle(slack, served)
    assert slack.refused["assistant.threads.setTitle"] == 1
    assert "my secret" not in caplog.text


@pytest.mark.parametrize("what", ["setTitle", "setStatus"])
async def test_one_thread_without_them_does_not_cost_the_others_title_and_status(
    slack: SlackStandIn, what: str
) -> None:
    method = f"assistant.threads.{what}"
    slack.fail(method, Failure(error="invalid_thread_ts"))
    async with serve(slack) as served:
        for number in range(2):
            await served.receive(message("hello", thread_ts=f"1690000000.00000{number}"))
            await settled(slack, number + 1)
            await idle(slack, served)
    assert [each["thread_ts"] for each in calls(slack, method)] == ["1690000000.000001"]


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
