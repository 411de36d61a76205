"""What agents see and do, over a room and a real store."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from bot.errors import StoreError
from tests.bot.connectors.web.agents.conftest import COOKIE, Desk, log_in
from tests.bot.connectors.web.client import SECONDS, connected, until
from tests.bot.connectors.web.conftest import calling, serving


class Agent:
    """A page of the agent view: `events` holds what its stream has brought."""

    def __init__(self, http: httpx.AsyncClient, csrf: str) -> None:
        self.http = http
        self.csrf = csrf
        self.events: list[tuple[str, Any]] = []

    async def ask(self, what: str, **body: Any) -> httpx.Response:
        return await self.http.post(f"/agent/api/{what}", json=body, headers={"x-ripen-csrf": self.csrf})

    async def ok(self, what: str, **body: Any) -> bool:
        return bool((await self.ask(what, **body)).json()["ok"])

    async def follow(self, conversation: str | None = None) -> None:
        query = {} if conversation is None else {"conversation": conversation}
        async with self.http.stream("GET", "/agent/api/stream", params=query) as response:
            name = ""
            async for line in response.aiter_lines():
                key, _, value = line.partition(": ")
                if key == "event":
                    name = value
                elif key == "data":
                    self.events.append((name, json.loads(value)))

    async def until(self, reached: Any) -> Any:
        async with asyncio.timeout(SECONDS):
            while not (found := [each for each in self.events if reached(*each)]):  # noqa: ASYNC110 - a stream reaches it
                await asyncio.sleep(0.01)
        return found[0][1]


@asynccontextmanager
async def agent_at(http: httpx.AsyncClient, name: str) -> AsyncIterator[Agent]:
    http.cookies.set(COOKIE, (await log_in(http, name)).cookies[COOKIE])
    yield Agent(http, re.findall(r'data-csrf="(\w+)"', (await http.get("/agent")).text)[0])


@pytest.fixture
async def ada(desk: Desk) -> AsyncIterator[Agent]:
    async with calling(desk.app) as http, agent_at(http, "Ada") as agent:
        yield agent


@pytest.fixture
async def bob(desk: Desk) -> AsyncIterator[Agent]:
    async with calling(desk.app) as http, agent_at(http, "Bob") as agent:
        yield agent


async def test_one_of_two_takes_it_and_speaks(desk: Desk, ada: Agent, bob: Agent) -> None:
    conversation = await desk.visit("v1", "hello", "help me")
    taken = await asyncio.gather(ada.ok("take", conversation=conversation), bob.ok("take", conversation=conversation))
    assert sorted(taken) == [False, True]
    winner, other = (ada, bob) if taken[0] else (bob, ada)
    assert not await other.ok("say", conversation=conversation, id="x1", text="me too")
    assert not await other.ok("give-back", conversation=conversation)
    for _ in range(2):
        assert await winner.ok("say", conversation=conversation, id="x1", text="Hello there")
    kept = await desk.store.outbox().recall(conversation, "socketio")
    assert [each.payload["text"].partition(" ")[2] for each in kept.utterances] == ["has joined.", "there"]
    assert await winner.ok("give-back", conversation=conversation)
    assert not await winner.ok("say", conversation=conversation, id="x2", text="one more")
    assert not await winner.ok("take", conversation=conversation), "it waits for nobody"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"conversation": 1},
        {"conversation": "web:v1"},
        {"conversation": "web:v1", "id": "x", "text": ""},
        {"conversation": "web:v1", "id": "x", "text": " \n "},
        {"conversation": "web:v1", "id": "x", "text": "x" * 4001},
        {"conversation": "web:v1", "id": "a b", "text": "hi"},
        {"conversation": "web:v1", "id": "x" * 200, "text": "hi"},
        {"conversation": "web:v1", "id": "x", "text": "a\0b"},
        {"conversation": "x" * 400, "id": "x", "text": "hi"},
    ],
)
async def test_what_is_malformed_is_refused(desk: Desk, ada: Agent, body: dict[str, Any]) -> None:
    conversation = await desk.visit("v1", "hello")
    await ada.ok("take", conversation=conversation)
    response = await ada.ask("say", **body)
    assert response.status_code == 400
    assert "Traceback" not in response.text


async def test_conversations_that_are_not_on_the_desk_are_not_shown(desk: Desk, ada: Agent) -> None:
    await desk.hear("private", "between me and the bot", "m1")
    for name in ("web:private", "unknown", ""):
        assert not await ada.ok("take", conversation=name)
        assert not await ada.ok("say", conversation=name, id="x", text="hi")
        assert await desk.room.read(name) is None


async def test_a_store_that_fails_is_no_traceback(desk: Desk, ada: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: Any) -> bool:
        raise StoreError("database is locked")

    monkeypatch.setattr(desk.room, "take", fail)
    response = await ada.ask("take", conversation="web:v1")
    assert response.status_code == 500
    assert "locked" not in response.text


async def test_the_stream_shows_what_happens_and_the_visitor_hears_once(desk: Desk) -> None:
    async with serving(desk.app) as address, connected(address) as visitor:
        token = await visitor.request(acknowledges=True)
        name = token.partition(".")[0]
        conversation = await desk.visit(name, "hello <b>you</b>", "I am furious", valence=-0.8)
        async with httpx.AsyncClient(base_url=address, timeout=SECONDS) as http, agent_at(http, "Ada") as agent:
            following = asyncio.create_task(agent.follow(conversation))
            board = await agent.until(lambda kind, _: kind == "board")
            assert [(each["state"], each["trend"], each["reason"]) for each in board] == [
                ("waiting", [-0.8, -0.8], "the user asks for a person")
            ]
            first = await agent.until(lambda kind, _: kind == "lines")
            assert first["whole"]
            said = [(line["voice"], line["text"]) for line in first["lines"]]
            assert said[:2] == [("user", "hello <b>you</b>"), ("bot", "Heard: hello <b>you</b>")]
            assert await agent.ok("take", conversation=conversation)
            await agent.ok("say", conversation=conversation, id="x1", text="Hello.\n\nWhat is it?")
            await visitor.until(heard=3)
            marks = [each["metadata"]["ripen"] for each in visitor.heard]
            assert [each["text"] for each in visitor.heard] == ["Ada has joined.", "Hello.", "What is it?"]
            assert [each["from"] for each in marks] == [
                {"kind": "notice", "name": "Ada"},
                {"kind": "person", "name": "Ada"},
                {"kind": "person", "name": "Ada"},
            ]
            await agent.until(
                lambda kind, data: kind == "lines" and any(line["voice"] == "person" for line in data["lines"])
            )
            await desk.hear(name, "my order", f"{name}/later")
            news = await agent.until(lambda kind, data: kind == "lines" and "my order" in json.dumps(data))
            assert not news["whole"], "only what is new"
            assert await agent.ok("give-back", conversation=conversation)
            await agent.until(lambda kind, _: kind == "gone")
            await visitor.until(heard=4)
            assert visitor.heard[-1]["text"] == "Ada has left. The bot answers again."
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def test_each_sees_that_the_other_writes(desk: Desk) -> None:
    async with (
        serving(desk.app) as address,
        connected(address) as visitor,
        connected(address) as of_rasa,
        connected(address) as stranger,
        httpx.AsyncClient(base_url=address, timeout=SECONDS) as http,
        agent_at(http, "Ada") as ada,
    ):
        token = await visitor.request(acknowledges=True)
        await of_rasa.request(token)
        await stranger.request(acknowledges=True)
        conversation = await desk.visit(token.partition(".")[0], "hello")
        assert not await ada.ok("typing", conversation=conversation), "it is not hers yet"
        await ada.ok("take", conversation=conversation)
        assert await ada.ok("typing", conversation=conversation)
        await until(lambda: bool(visitor.typing))
        assert visitor.typing == [{"name": "Ada"}]
        following = asyncio.create_task(ada.follow(conversation))
        await ada.until(lambda kind, _: kind == "lines")
        for junk in (None, "x", {"a": 1}):
            await visitor.socket.emit("user_typing", junk)
        await ada.until(lambda kind, data: kind == "typing" and data == {"conversation": conversation, "typing": True})
        await visitor.say("Here I am", metadata={"message_id": "m9"})
        await ada.until(lambda kind, data: kind == "typing" and not data["typing"])
        assert (of_rasa.typing, stranger.typing) == ([], []), "clients of Rasa, and others, are not told"
        kept = await desk.store.outbox().recall(conversation, "socketio")
        assert len(kept.utterances) == 2, "joined, and the scripted answer: that somebody writes is not kept"
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def test_who_has_not_got_it_shows_nothing(desk: Desk, ada: Agent, bob: Agent) -> None:
    conversation = await desk.visit("v1", "hello")
    await ada.ok("take", conversation=conversation)
    assert not await bob.ok("typing", conversation=conversation)
    assert not await bob.ok("typing", conversation="web:unknown")
    assert await ada.ok("typing", conversation=conversation), "though no page is there"
    assert (await ada.ask("typing", conversation=7)).status_code == 400


async def test_an_agent_whose_page_is_open_is_at_the_desk(desk: Desk) -> None:
    async with (
        serving(desk.app) as address,
        httpx.AsyncClient(base_url=address, timeout=SECONDS) as http,
        agent_at(http, "Ada") as agent,
    ):
        assert await desk.room.attended("web:v1") is False, "logged in is not there"
        following = asyncio.create_task(agent.follow())
        await agent.until(lambda kind, _: kind == "board")
        assert await desk.room.attended("web:v1") is True
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def test_a_server_that_stops_ends_the_streams(desk: Desk) -> None:
    async with httpx.AsyncClient(timeout=SECONDS) as http:
        async with serving(desk.app) as address:
            http.base_url = httpx.URL(address)
            async with agent_at(http, "Ada") as agent:
                following = asyncio.create_task(agent.follow())
                await agent.until(lambda kind, _: kind == "board")
        await asyncio.wait({following}, timeout=SECONDS)
        assert following.done()
