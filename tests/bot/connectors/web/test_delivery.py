"""Every message once and in order: numbers, tabs, restarts, and what the bot says by itself. Over a real store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.connectors.web import chat
from bot.connectors.web.app import WebApp
from bot.errors import StoreError
from tests.bot.connectors.web.client import Client, connected, texts, until
from tests.bot.connectors.web.conftest import SCRIPT, calling, serving
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


def marks(heard: list[Any]) -> list[tuple[str, int]]:
    return [(each["metadata"]["ripen"]["id"], each["metadata"]["ripen"]["sequence"]) for each in heard]


async def test_messages_are_numbered_for_those_that_acknowledge(address: str) -> None:
    async with connected(address) as client:
        await client.request(acknowledges=True)
        await client.say("two paragraphs", metadata={"message_id": "m1"})
        await client.say("custom", metadata={"message_id": "m2"})
        await client.until(heard=4)
    assert marks(client.heard) == [("m1/0", 1), ("m1/1", 2), ("m1/2", 3), ("m2/0", 4)]
    assert all(1.6e9 < each["metadata"]["ripen"]["at"] < 1e11 for each in client.heard)


@pytest.mark.parametrize(
    ("after", "missing"), [(0, 3), (2, 1), (3, 0), (99, 3), (-1, 3), ("2", 3), (True, 3), (None, 3)]
)
async def test_a_page_gets_what_is_later_than_what_it_has(address: str, after: Any, missing: int) -> None:
    async with connected(address) as client:
        token = await client.request(acknowledges=True)
        await client.say("two paragraphs")
    async with connected(address) as again:
        assert await again.request(token, acknowledges=True, after=after) == token
        await again.say("done")
        await again.until(heard=missing + 1)
    assert texts(again) == [*["First.", "Second.", "Third."][3 - missing :], "You said: done"]
    assert marks(again.heard)[-1][1] == 4


async def test_what_was_said_in_absence_is_delivered_on_return_once(address: str, bot: RecordingBot) -> None:
    bot.delay = 0.2
    async with connected(address) as client:
        token = await client.request()
        await client.socket.emit("user_uttered", {"message": "two paragraphs"})
        await until(lambda: bool(bot.messages))
    async with connected(address) as client:
        await client.request(token)
        await client.until(heard=3)
    assert client.heard == [{"text": "First."}, {"text": "Second."}, {"text": "Third."}]
    async with connected(address) as client:
        await client.request(token)
        await client.say("hi")
        await client.until(heard=1)
    assert client.heard == [{"text": "You said: hi"}]


async def test_what_is_said_before_the_session_is_asked_for_is_answered_once(address: str) -> None:
    """socket.io-client sends what was buffered before it tells the page that it is connected."""
    async with connected(address) as old:
        await old.socket.emit("user_uttered", {"message": "hasty", "session_id": "its own"})
        await old.request("its own")
        await old.say("done")
        await old.until(heard=2)
    assert texts(old) == ["You said: hasty", "You said: done"]


async def test_an_old_page_that_acknowledges_by_ids_is_understood(address: str, app: WebApp) -> None:
    async with connected(address) as client:
        token = await client.request(acknowledges=True)
        await client.say("two paragraphs", metadata={"message_id": "m1"})
        await client.until(heard=3)
        await client.socket.call("bot_uttered_received", {"ids": ["m1/0", "m1/1", "unknown"]})
        await client.socket.call("bot_uttered_received", {"sequence": 10**6})
    async with connected(address) as other:
        await other.request(token)
        await other.say("hi")
        await other.until(heard=2)
    assert texts(other) == ["Third.", "You said: hi"]


async def test_three_tabs_show_the_same_in_the_same_order(address: str, bot: RecordingBot) -> None:
    async with connected(address) as one, connected(address) as two, connected(address) as old:
        token = await one.request(acknowledges=True)
        await two.request(token, acknowledges=True)
        await old.request(token)
        tabs = (one, two, old)
        said = [(tab, f"{index}-{number}") for number in range(5) for index, tab in enumerate(tabs)]
        await asyncio.gather(*(tab.say(text, metadata={"message_id": text, "title": text}) for tab, text in said))
        for tab in tabs:
            await tab.until(heard=15)
        await one.until(elsewhere=10)
        await two.until(elsewhere=10)
    assert texts(one) == texts(two) == texts(old)
    assert [number for _, number in marks(one.heard)] == list(range(1, 16))
    assert old.heard[0] == {"text": texts(old)[0]}
    assert {each["id"] for each in one.elsewhere} == {text for tab, text in said if tab is not one}
    assert old.elsewhere == []


async def test_other_tabs_see_what_was_said_by_its_title_and_once(address: str) -> None:
    async with connected(address) as one, connected(address) as two:
        token = await one.request(acknowledges=True)
        await two.request(token, acknowledges=True)
        for _ in range(2):
            await one.say("/refund", metadata={"message_id": "m1", "title": "Refund"})
        await one.say("typed")
        await two.until(elsewhere=2, heard=2)
        await one.until(heard=3)
    assert two.elsewhere[0]["id"] == "m1"
    assert [each["text"] for each in two.elsewhere] == ["Refund", "typed"]
    assert marks(one.heard)[:2] == [("m1/0", 1)] * 2, "who asks again gets the answer again, under its id"
    assert texts(two) == ["You said: /refund", "You said: typed"]


async def test_what_the_page_says_unseen_is_answered_everywhere_and_shown_nowhere(address: str) -> None:
    async with connected(address) as one, connected(address) as two:
        token = await one.request(acknowledges=True)
        await two.request(token, acknowledges=True)
        await one.say("/greet", metadata={"silent": True})
        await one.say("no payload hides", metadata={"silent": True})
        await two.until(elsewhere=1, heard=2)
    assert [each["text"] for each in two.elsewhere] == ["no payload hides"]
    assert texts(two) == ["You said: /greet", "You said: no payload hides"]


async def test_a_restart_loses_nothing_and_doubles_nothing(bot: RecordingBot, place: str) -> None:
    async with chatting(bot, place) as app, serving(app) as address, connected(address) as client:
        token = await client.request(acknowledges=True)
        await client.say("one", metadata={"message_id": "m1"})
        await client.until(heard=1)
    async with chatting(bot, place) as app, serving(app) as address:
        async with connected(address) as client:
            await client.request(token, acknowledges=True, after=1)
            await client.say("one", metadata={"message_id": "m1"})
            await client.say("two", metadata={"message_id": "m2"})
            await client.until(heard=2)
        async with connected(address) as client:
            await client.request(token, acknowledges=True)
            await client.until(heard=2)
    assert marks(client.heard) == [("m1/0", 1), ("m2/0", 2)]
    assert [message.text for message in bot.messages] == ["one", "two"]


async def test_an_answer_that_a_process_died_before_saying_comes_on_return(
    bot: RecordingBot, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with chatting(bot, place) as app, serving(app) as address, connected(address) as client:
        token = await client.request(acknowledges=True)
        await client.say("one", metadata={"message_id": "m1"})
        await client.until(heard=1)
        died = asyncio.Event()

        async def die(*_: object) -> None:
            died.set()
            await asyncio.Event().wait()

        monkeypatch.setattr(app.chat, "_keep", die)  # answered and recorded, and never said
        await client.socket.emit("user_uttered", {"message": "choose", "metadata": {"message_id": "m2"}})
        await asyncio.wait_for(died.wait(), 5)
        monkeypatch.setattr("bot.connectors.web.chat.DRAIN_SECONDS", 0.01)
    async with chatting(bot, place) as app, serving(app) as address, connected(address) as client:
        await client.request(token, acknowledges=True, after=1)
        await client.until(heard=2)
    assert marks(client.heard) == [("m2/0", 2), ("m2/1", 3)]
    assert len(client.heard[1]["quick_replies"]) == 2


async def test_the_count_of_a_forgotten_conversation_begins_again(address: str, bot: RecordingBot) -> None:
    async with connected(address) as client:
        token = await client.request(acknowledges=True)
        await client.say("two paragraphs", metadata={"message_id": "m1"})
        await bot.store.forget(bot.messages[0].sender_id)
        await client.say("new", metadata={"message_id": "m2"})
        await client.until(heard=4)
        assert marks(client.heard)[-1] == ("m2/0", 1)
        async with connected(address) as again:
            await again.request(token, acknowledges=True, after=3)
            await again.until(heard=1)
    assert marks(again.heard) == [("m2/0", 1)]


async def test_two_hundred_that_come_back_at_once_get_each_their_own(address: str, bot: RecordingBot) -> None:
    tokens: list[str] = []
    async with calling_many(200, address) as clients:
        tokens = await asyncio.gather(*(client.request(acknowledges=True) for client in clients))
        await asyncio.gather(*(client.say(str(number)) for number, client in enumerate(clients)))
    async with calling_many(200, address) as clients:
        again = [client.request(token, acknowledges=True) for client, token in zip(clients, tokens, strict=True)]
        assert await asyncio.gather(*again) == tokens
        await asyncio.gather(*(client.until(heard=1) for client in clients))
    assert [texts(client) for client in clients] == [[f"You said: {number}"] for number in range(200)]
    assert len(bot.messages) == 200


async def test_a_store_that_fails_costs_numbers_not_answers(
    address: str, app: WebApp, bot: RecordingBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> Any:
        raise StoreError("the disk is full")

    async with connected(address) as client:
        token = await client.request(acknowledges=True)
        await client.say("one")
        outbox = app.chat._outbox
        for method in ("say", "recall", "acknowledge"):
            monkeypatch.setattr(type(outbox), method, fail)
        assert await client.say("two") == {"ok": True}
        await client.until(heard=2)
        assert marks(client.heard)[1][1] == 0
        async with connected(address) as other:
            assert await other.request(token, acknowledges=True, after=1) == token
            monkeypatch.undo()
            await other.say("three")
            await other.until(heard=1)
    assert texts(other) == ["You said: three"]
    assert caplog.text.count("the disk is full") >= 2


async def test_what_could_not_be_read_comes_once_it_can(
    address: str, app: WebApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> Any:
        raise StoreError("the database is locked")

    monkeypatch.setattr(chat, "CATCH_UP_SECONDS", 0.05)
    async with connected(address) as client:
        token = await client.request(acknowledges=True)
        await client.say("one")
        await client.say("two")
    recall = type(app.chat._outbox).recall
    monkeypatch.setattr(type(app.chat._outbox), "recall", fail)
    async with connected(address) as page, connected(address) as plain:
        assert await page.request(token, acknowledges=True, after=1) == token
        assert await plain.request(token) == token
        await page.say("three")
        await asyncio.sleep(0.2)
        assert texts(page) == [], "nothing before what comes before it"
        monkeypatch.setattr(type(app.chat._outbox), "recall", recall)
        await page.until(heard=2)
        await plain.until(heard=3)
    assert texts(page) == ["You said: two", "You said: three"]
    assert texts(plain) == ["You said: one", "You said: two", "You said: three"], "nobody has acknowledged any"


async def test_what_another_process_says_in_between_is_fetched(bot: RecordingBot, place: str) -> None:
    """Two processes over one store; the page's socket is with the first."""
    async with (
        chatting(bot, place) as second,
        chatting(bot, place) as first,
        serving(first) as address,
        connected(address) as client,
        calling(second) as http,
    ):
        token = await client.request(acknowledges=True)
        await client.say("one")
        await http.post("/chat/messages", json={"session_id": token, "message": "two"})
        await client.say("three")
        await client.until(heard=3)
    assert texts(client) == ["You said: one", "You said: two", "You said: three"]


@asynccontextmanager
async def calling_many(count: int, address: str) -> AsyncIterator[list[Client]]:
    clients = [Client() for _ in range(count)]
    await asyncio.gather(*(client.socket.connect(address, transports=["websocket"]) for client in clients))
    try:
        yield clients
    finally:
        await asyncio.gather(*(client.socket.disconnect() for client in clients))
