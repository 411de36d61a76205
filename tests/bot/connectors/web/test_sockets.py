from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.chat import QUEUED
from tests.bot.connectors.web.client import connected
from tests.bot.connectors.web.recording import still_pending


async def test_a_session_is_confirmed_by_a_bare_string(address: str) -> None:
    async with connected(address) as client:
        own = await client.request()
        assert await client.request(own) == own
        others = [await client.request(odd) for odd in (None, "", "x" * 200_000, 5, {"a": 1}, "a\nb", "web:1")]
        await client.socket.emit("session_request", None)
        await client.until(confirmed=10)
    assert all(isinstance(token, str) and 60 < len(token) < 128 for token in client.confirmed)
    assert own not in others


@pytest.mark.parametrize(
    ("said", "events"),
    [
        ("two paragraphs", [{"text": "First."}, {"text": "Second."}, {"text": "Third."}]),
        (
            "choose",
            [
                {"text": "Look.", "quick_replies": []},
                {
                    "text": "Which one?",
                    "quick_replies": [
                        {"content_type": "text", "title": "Refund", "payload": "/refund"},
                        {"content_type": "text", "title": "Track", "payload": "/track"},
                    ],
                },
            ],
        ),
        ("picture", [{"attachment": {"type": "image", "payload": {"src": "https://shop.example/parcel.png"}}}]),
        ("custom", [{"type": "video", "url": "v"}]),
    ],
)
async def test_bot_uttered_has_exactly_rasas_keys(address: str, said: str, events: list[Any]) -> None:
    async with connected(address) as client:
        await client.request()
        await client.say(said)
        await client.until(heard=len(events))
    assert client.heard == events


async def test_what_another_server_is_still_at_is_not_acknowledged(
    address: str, bot: ScriptedBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(address) as client:
        await client.request()
        with monkeypatch.context() as patched:
            patched.setattr(bot, "answer", still_pending)
            answer = await client.say("hi", metadata={"message_id": "m1"})
        assert (answer["again"], answer["wait"]) == (True, 2.0)
        assert await client.say("hi", metadata={"message_id": "m1"}) == {"ok": True}
        await client.until(heard=1)
    assert client.heard == [{"text": "You said: hi"}]


async def test_metadata_and_custom_data_reach_the_bot(address: str, bot: ScriptedBot) -> None:
    async with connected(address) as client:
        await client.request()
        await client.say("a", metadata={"page": "/a"})
        await client.say("b", customData={"page": "/b"})
    assert [message.metadata for message in bot.messages] == [{"page": "/a"}, {"page": "/b"}]
    assert {message.channel for message in bot.messages} == {"socketio"}
    assert len({(message.conversation_id, message.sender_id) for message in bot.messages}) == 1
    assert all(message.message_id for message in bot.messages)


async def test_nobody_claims_in_metadata_to_be_a_user_whom_the_site_knows(address: str, bot: ScriptedBot) -> None:
    async with connected(address) as client:
        await client.say("a", metadata={"ripen": {"user": {"id": "the queen"}}, "page": "/"})
    assert bot.messages[0].metadata == {"page": "/"}


async def test_a_client_that_asked_for_no_session_is_answered_in_one_of_its_own(address: str, bot: ScriptedBot) -> None:
    async with connected(address) as one, connected(address) as two:
        for client in (one, one, two):
            await client.say("hi")
        await one.until(heard=2)
        await two.until(heard=1)
    first, second, other = (message.conversation_id for message in bot.messages)
    assert first == second != other


async def test_the_session_that_a_message_names_is_not_looked_at(address: str, bot: ScriptedBot) -> None:
    async with connected(address) as victim, connected(address) as other:
        token = await victim.request()
        await other.request()
        await other.say("let me in", session_id=token)
        await other.until(heard=1)
        await victim.say("hi", session_id="anything at all")
        await victim.until(heard=1)
    assert victim.heard == [{"text": "You said: hi"}]
    assert len({message.conversation_id for message in bot.messages}) == 2


async def test_a_socket_is_in_one_session_at_a_time(address: str) -> None:
    async with connected(address) as mover, connected(address) as stayer:
        first = await mover.request()
        await stayer.request(first)
        await mover.request()
        await stayer.say("still here")
        await stayer.until(heard=1)
        await mover.say("elsewhere")
        await mover.until(heard=1)
    assert mover.heard == [{"text": "You said: elsewhere"}]
    assert stayer.heard == [{"text": "You said: still here"}]


async def test_a_repeat_is_answered_once(address: str, bot: ScriptedBot) -> None:
    async with connected(address) as client:
        await client.request()
        for _ in range(3):
            assert await client.say("hi", metadata={"message_id": "m1"}) == {"ok": True}
        await client.say("done")
        await client.until(heard=2)
    assert [message.text for message in bot.messages] == ["hi", "done"]
    assert client.heard == [{"text": "You said: hi"}, {"text": "You said: done"}]


async def test_rasa_webchats_own_repeats_after_a_reconnect_are_no_messages(address: str, bot: ScriptedBot) -> None:
    token = None
    for _ in range(2):
        async with connected(address) as client:
            token = await client.request(token)
            await client.say("hi", customData={})
            await client.say("hi", customData={})
        assert [message.text for message in bot.messages] == ["hi", "hi"], "said twice on the first connection"
    async with connected(address) as client:  # the same from a client that does not have the quirk is meant
        await client.request(token)
        await client.say("hi")
    assert len(bot.messages) == 3


async def test_messages_of_a_session_are_answered_in_order(address: str, bot: ScriptedBot) -> None:
    bot.delay = 0.01
    async with connected(address) as client:
        await client.request()
        for number in range(10):
            await client.socket.emit("user_uttered", {"message": str(number)})
        await client.until(heard=10)
    assert [one["text"] for one in client.heard] == [f"You said: {number}" for number in range(10)]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for before the server, so that it still holds when that stops."""
    monkeypatch.setattr("bot.connectors.web.chat.DRAIN_SECONDS", 0.01)


@pytest.mark.usefixtures("impatient")
async def test_too_many_that_wait_are_refused_for_now(address: str, bot: ScriptedBot) -> None:
    bot.delay = 3600
    async with connected(address) as client:
        await client.request()
        waiting = [asyncio.create_task(client.say("hi")) for _ in range(QUEUED)]
        await asyncio.sleep(0)
        refused = await client.say("one too many")
        for task in waiting:
            task.cancel()
    assert refused["again"] is True
    assert refused["wait"] > 0


@pytest.mark.parametrize("data", [None, 5, "hi", [], {}, {"message": 5}, {"message": None}])
async def test_what_is_no_message_is_refused_and_the_socket_lives(address: str, data: Any, bot: ScriptedBot) -> None:
    async with connected(address) as client:
        await client.request()
        refused = await client.socket.call("user_uttered", data, timeout=5)
        assert refused["error"]
        assert refused["again"] is False
        assert await client.say("hi") == {"ok": True}
        await client.until(heard=1)
    assert [message.text for message in bot.messages] == ["hi"]


async def test_metadata_that_cannot_be_kept_is_refused(address: str) -> None:
    async with connected(address) as client:
        for spoilt in ("a\0", "\ud83d", float("nan"), [{"deep": float("inf")}], "x" * 20_000):
            assert "metadata" in (await client.say("hi", metadata={"page": spoilt}))["error"]
        for odd in ("", "x" * 129, "a\nb", 5):
            assert "message_id" in (await client.say("hi", metadata={"message_id": odd}))["error"]


async def test_halved_emoji_and_nuls_do_not_cost_the_turn(address: str, bot: ScriptedBot) -> None:
    async with connected(address) as client:
        assert await client.say("hi \ud83d\0") == {"ok": True}
    assert [message.text for message in bot.messages] == ["hi \ufffd"]


async def test_a_failure_kills_no_socket_and_logs_no_words(
    address: str, bot: ScriptedBot, caplog: pytest.LogCaptureFixture
) -> None:
    async with connected(address) as client:
        await client.request()
        assert (await client.say("explode"))["again"] is False
        assert await client.say("hi") == {"ok": True}
    assert "RuntimeError" in caplog.text
    assert "secret words" not in caplog.text
    assert "explode" not in caplog.text


NO_RECEIPTS: list[Any] = [
    None,
    5,
    [],
    {"ids": 5},
    {"ids": [{}]},
    {"sequence": "x"},
    {"sequence": -1},
    {"sequence": 2**70},
]
NO_RATINGS: list[Any] = [
    None,
    {"id": 5, "value": "up"},
    {"id": "m/0", "value": "sideways"},
    {"id": "m/0", "value": []},
]


async def test_events_that_nobody_knows_and_rubbish_in_those_that_are_known_do_no_harm(address: str) -> None:
    async with connected(address) as client:
        await client.socket.emit("made_up", {"a": 1})
        for odd in NO_RECEIPTS:
            await client.socket.emit("bot_uttered_received", odd)
            assert "error" in await client.socket.call("feedback", odd, timeout=5)
        await client.request()
        for odd in (*NO_RECEIPTS, *NO_RATINGS):
            await client.socket.emit("bot_uttered_received", odd)
        for odd in NO_RATINGS:
            assert "error" in await client.socket.call("feedback", odd, timeout=5)
        assert await client.say("hi") == {"ok": True}
