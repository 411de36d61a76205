"""What the bot says by itself, and what users think of what it said. Over a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.connectors.base import Push
from bot.connectors.web.app import WebApp
from bot.messages import Part
from tests.bot.connectors.web.client import connected, texts
from tests.bot.connectors.web.conftest import SCRIPT
from tests.bot.connectors.web.recording import RecordingBot, chatting


@pytest.fixture
def bot() -> RecordingBot:
    return RecordingBot(SCRIPT)


@pytest.fixture
async def place(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/chat.db"


@pytest.fixture
async def app(bot: RecordingBot, place: str) -> AsyncIterator[WebApp]:
    async with chatting(bot, place) as app:
        yield app


async def test_the_bot_speaks_by_itself(address: str, app: WebApp, bot: RecordingBot) -> None:
    bot.outlets.append(app.deliver)
    async with connected(address) as client, connected(address) as old:
        token = await client.request(acknowledges=True)
        await client.say("hi")
        await old.request(token)
        conversation = bot.messages[0].conversation_id
        push = Push(conversation, "p1", (Part(text="A person here."),))
        assert await bot.push(push)
        assert await bot.push(push), "again, shown once"
        await client.until(heard=2)
        await client.say("bye")
        await client.until(heard=3)
        await old.until(heard=3)
    assert texts(client) == texts(old) == ["You said: hi", "A person here.", "You said: bye"]
    assert await bot.push(Push(conversation, "p2", (Part(text="Still there?"),))), "nobody is there"
    async with connected(address) as again:
        await again.request(token)
        await again.until(heard=1)
    assert texts(again) == ["Still there?"]
    assert not await bot.push(Push("web:unknown", "p3", (Part(text="?"),)))
    assert not await bot.push(Push("slack:C1", "p4", (Part(text="?"),)))


async def test_feedback_is_kept_with_the_turn(address: str, bot: RecordingBot) -> None:
    async with connected(address) as client, connected(address) as other:
        await client.request(acknowledges=True)
        await client.say("hi", metadata={"message_id": "m1"})
        conversation = bot.messages[0].conversation_id
        for value in ("up", "down"):
            rated = await client.socket.call("feedback", {"id": "m1/0", "value": value}, timeout=5)
            assert rated == {"ok": True}
        await other.request()
        assert "error" in await other.socket.call("feedback", {"id": "m1/0", "value": "up"}, timeout=5)
        found = await bot.store.find(conversation)
        assert found is not None
        assert [(each.utterance_id, each.opinion) for each in found.turns[0].ratings] == [("m1/0", "down")]
        assert await client.socket.call("feedback", {"id": "m1/0", "value": None}, timeout=5) == {"ok": True}
        found = await bot.store.find(conversation)
        assert found is not None
        assert found.turns[0].ratings == ()
