from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import pytest
import socketio

from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import WebApp
from bot.connectors.web.sockets import SocketChannel
from tests.bot.connectors.web.conftest import serving


class Client:
    """A Socket.IO client as widgets are: it asks for a session, speaks, and collects what it hears."""

    def __init__(self) -> None:
        self.socket = socketio.AsyncClient(reconnection=False)
        self.heard: list[Any] = []
        self.confirmed: list[Any] = []
        self._news = asyncio.Event()
        self.socket.on("bot_uttered", self._hear)
        self.socket.on("session_confirm", self._confirm)

    async def _hear(self, data: Any) -> None:
        self.heard.append(data)
        self._news.set()

    async def _confirm(self, data: Any) -> None:
        self.confirmed.append(data)
        self._news.set()

    async def until(self, heard: int = 0, confirmed: int = 0) -> None:
        async with asyncio.timeout(5):
            while len(self.heard) < heard or len(self.confirmed) < confirmed:
                self._news.clear()
                await self._news.wait()

    async def request(self, session_id: str | None, **more: Any) -> None:
        await self.socket.emit("session_request", {"session_id": session_id, **more})
        await self.until(confirmed=len(self.confirmed) + 1)

    async def say(self, text: Any, session_id: str | None, **more: Any) -> Any:
        return await self.socket.call("user_uttered", {"message": text, "session_id": session_id, **more}, timeout=5)


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[Client]:
    client = Client()
    await client.socket.connect(address, transports=["websocket"])
    try:
        yield client
    finally:
        await client.socket.disconnect()


async def test_a_session_is_confirmed_by_a_bare_string(address: str) -> None:
    async with connected(address) as client:
        await client.request("s1")
        await client.request(None)
        await client.request("x" * 129)
        await client.socket.emit("session_request", None)
        await client.until(confirmed=4)
    own, *made = client.confirmed
    assert own == "s1"
    assert all(len(one) == 32 and int(one, 16) for one in made)
    assert len(set(made)) == 3


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
        await client.request("s1")
        await client.say(said, "s1")
        await client.until(heard=len(events))
    assert client.heard == events


async def test_metadata_and_custom_data_reach_the_bot(address: str, bot: ScriptedBot) -> None:
    async with connected(address) as client:
        await client.request("s1")
        await client.say("a", "s1", metadata={"page": "/a"})
        await client.say("b", "s1", customData={"page": "/b"})
        await client.until(heard=2)
    assert [message.metadata for message in bot.messages] == [{"page": "/a"}, {"page": "/b"}]
    assert {(message.channel, message.conversation_id) for message in bot.messages} == {("socketio", "s1")}


async def test_a_client_that_asked_for_no_session_is_answered(address: str, bot: ScriptedBot) -> None:
    async with connected(address) as client:
        await client.say("hi", None)
        await client.say("ho", "named-late")
        await client.until(heard=2)
    assert bot.messages[0].conversation_id
    assert bot.messages[1].conversation_id == "named-late"


async def test_two_sockets_of_a_session_hear_the_same_and_others_nothing(address: str) -> None:
    async with connected(address) as one, connected(address) as two, connected(address) as other:
        await one.request("s1")
        await two.request("s1")
        await other.request("s2")
        await one.say("hi", "s1")
        await one.until(heard=1)
        await two.until(heard=1)
        await other.say("ho", "s2")
        await other.until(heard=1)
    assert two.heard == [{"text": "You said: hi"}]
    assert other.heard == [{"text": "You said: ho"}]


async def test_what_was_said_in_absence_is_delivered_on_return_once(address: str, bot: ScriptedBot) -> None:
    bot.delay = 0.2
    async with connected(address) as client:
        await client.request("s1")
        await client.socket.emit("user_uttered", {"message": "two paragraphs", "session_id": "s1"})
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.3)
    async with connected(address) as client:
        await client.request("s1")
        await client.until(heard=3)
        assert client.heard == [{"text": "First."}, {"text": "Second."}, {"text": "Third."}]
    async with connected(address) as client:
        await client.request("s1")
        await client.say("hi", "s1")
        await client.until(heard=1)
    assert client.heard == [{"text": "You said: hi"}]


async def test_one_that_acknowledges_gets_it_again_until_it_does(address: str) -> None:
    async with connected(address) as client:
        await client.request("s1", acknowledges=True)
        await client.say("hi", "s1", metadata={"message_id": "m1"})
        await client.until(heard=1)
    assert client.heard[0]["metadata"]["ripen"]["id"] == "m1/0"
    async with connected(address) as again:
        await again.request("s1", acknowledges=True)
        await again.until(heard=1)
        assert again.heard == client.heard
        await again.socket.emit("bot_uttered_received", {"ids": ["m1/0"]})
        await again.request("s1", acknowledges=True)
        await again.say("ho", "s1")
        await again.until(heard=2)
    assert again.heard[1]["text"] == "You said: ho"


async def test_a_repeat_is_answered_once(address: str, bot: ScriptedBot) -> None:
    async with connected(address) as client:
        await client.request("s1")
        for _ in range(3):
            assert await client.say("hi", "s1", metadata={"message_id": "m1"}) == {"ok": True}
        await client.say("done", "s1")
        await client.until(heard=2)
    assert [message.text for message in bot.messages] == ["hi", "done"]
    assert client.heard == [{"text": "You said: hi"}, {"text": "You said: done"}]


async def test_rasa_webchats_own_repeat_after_a_reconnect_is_no_message(address: str, bot: ScriptedBot) -> None:
    for expected in (["hi"], ["hi"]):
        async with connected(address) as client:
            await client.request("s1")
            await client.say("hi", "s1", customData={})
        assert [message.text for message in bot.messages] == expected
    async with connected(address) as client:  # the same from a client that does not have the quirk is meant
        await client.request("s1")
        await client.say("hi", "s1")
    assert len(bot.messages) == 2


async def test_messages_of_a_session_are_answered_in_order(address: str, bot: ScriptedBot) -> None:
    bot.delay = 0.01
    async with connected(address) as client:
        await client.request("s1")
        for number in range(10):
            await client.socket.emit("user_uttered", {"message": str(number), "session_id": "s1"})
        await client.until(heard=10)
    assert [one["text"] for one in client.heard] == [f"You said: {number}" for number in range(10)]


@pytest.mark.parametrize("data", [None, 5, "hi", [], {}, {"message": 5}, {"message": None}])
async def test_what_is_no_message_is_refused_and_the_socket_lives(address: str, data: Any, bot: ScriptedBot) -> None:
    async with connected(address) as client:
        await client.request("s1")
        assert "error" in await client.socket.call("user_uttered", data, timeout=5)
        assert await client.say("hi", "s1") == {"ok": True}
        await client.until(heard=1)
    assert [message.text for message in bot.messages] == ["hi"]


@pytest.mark.parametrize("session_id", ["", "x" * 129, "a\nb", {"a": 1}, True, "slack:U1", "terminal:anne"])
async def test_odd_session_ids_are_refused(address: str, session_id: Any) -> None:
    async with connected(address) as client:
        assert "session_id" in (await client.say("hi", session_id))["error"]


async def test_metadata_that_cannot_be_stored_is_refused(address: str) -> None:
    async with connected(address) as client:
        for spoilt in ("a\0", "\ud83d", float("nan"), [{"deep": float("inf")}]):
            assert "metadata" in (await client.say("hi", "s1", metadata={"page": spoilt}))["error"]


async def test_one_that_left_before_its_session_was_confirmed_is_not_thought_present(bot: ScriptedBot) -> None:
    channel = SocketChannel(bot, lambda *_: True)
    handlers = channel.server.handlers["/"]
    await handlers["session_request"]("gone", {"session_id": "s1"})
    await handlers["user_uttered"]("gone", {"session_id": "s1", "message": "hi"})
    async with (
        serving(WebApp(socketio.ASGIApp(channel.server), channel, nullcontext)) as address,
        connected(address) as back,
    ):
        await back.request("s1")
        await back.until(heard=1)
    assert back.heard == [{"text": "You said: hi"}]


async def test_halved_emoji_and_nuls_do_not_cost_the_turn(address: str, bot: ScriptedBot) -> None:
    async with connected(address) as client:
        assert await client.say("hi \ud83d\0", "s1") == {"ok": True}
    assert [message.text for message in bot.messages] == ["hi \ufffd"]


async def test_a_failure_kills_no_socket_and_logs_no_words(
    address: str, bot: ScriptedBot, caplog: pytest.LogCaptureFixture
) -> None:
    async with connected(address) as client:
        await client.request("s1")
        assert (await client.say("explode", "s1"))["again"] is False
        assert await client.say("hi", "s1") == {"ok": True}
    assert "RuntimeError" in caplog.text
    assert "secret words" not in caplog.text
    assert "explode" not in caplog.text
