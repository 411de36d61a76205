"""Assistant threads: greeting, suggestions, status and title; and the agent view, which takes their place."""

from __future__ import annotations

import pytest

from bot.connectors.scripted import ScriptedBot
from bot.connectors.slack import Stores
from tests.bot.connectors.slack.serving import calls, idle, serve, settled
from tests.standins.slack import Failure, SlackStandIn
from tests.standins.slack_payloads import USER, event, message


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
