"""The same sessions over plain requests. Over a real store, with sockets beside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.config import WebSettings
from bot.connectors.base import Push
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import WebApp, create_app
from bot.connectors.web.bodies import BODY_LIMIT
from bot.messages import Part
from tests.bot.connectors.web.client import connected
from tests.bot.connectors.web.conftest import SCRIPT, calling, serving
from tests.bot.connectors.web.recording import RecordingBot, chatting, still_pending

PATHS = ("/chat/session", "/chat/messages", "/chat/poll", "/chat/feedback")


@pytest.fixture
def bot() -> RecordingBot:
    return RecordingBot(SCRIPT)


@pytest.fixture
async def app(bot: RecordingBot, tmp_path: Path) -> AsyncIterator[WebApp]:
    async with chatting(bot, f"sqlite:///{tmp_path}/chat.db") as app:
        yield app


async def ask(http: httpx.AsyncClient, path: str, **body: Any) -> Any:
    response = await http.post(f"/chat/{path}", json=body)
    assert response.status_code == 200, response.text
    return response.json()


async def begin(http: httpx.AsyncClient) -> str:
    return str((await ask(http, "session"))["session_id"])


def names(messages: list[Any]) -> list[tuple[str, int]]:
    return [(each["metadata"]["ripen"]["id"], each["metadata"]["ripen"]["sequence"]) for each in messages]


async def test_what_another_server_is_still_at_is_not_acknowledged(
    http: httpx.AsyncClient, bot: RecordingBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"session_id": await begin(http), "message": "hi", "metadata": {"message_id": "m1"}}
    with monkeypatch.context() as patched:
        patched.setattr(bot, "answer", still_pending)
        response = await http.post("/chat/messages", json=said)
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert (response.json()["error_code"], response.json()["again"]) == ("busy", True)
    assert await ask(http, "messages", **said) == {"ok": True}
    assert names((await ask(http, "poll", session_id=said["session_id"], wait=0))["messages"]) == [("m1/0", 1)]


async def test_a_chat_without_sockets(http: httpx.AsyncClient, bot: RecordingBot) -> None:
    token = await begin(http)
    assert await ask(http, "session", session_id=token) == {"session_id": token}
    said = {"session_id": token, "message": "choose", "metadata": {"message_id": "m1", "page": "/a"}}
    for _ in range(2):
        assert await ask(http, "messages", **said) == {"ok": True}
    polled = await ask(http, "poll", session_id=token, wait=0)
    assert names(polled["messages"]) == [("m1/0", 1), ("m1/1", 2)]
    assert polled["messages"][1]["quick_replies"][0]["payload"] == "/refund"
    assert await ask(http, "poll", session_id=token, after=2, wait=0) == {"messages": []}
    (message,) = bot.messages
    assert (message.channel, message.metadata["page"]) == ("socketio", "/a")


async def test_a_poll_waits_for_what_is_said(http: httpx.AsyncClient, bot: RecordingBot, app: WebApp) -> None:
    token = await begin(http)
    await ask(http, "messages", session_id=token, message="hi")
    waiting = [asyncio.create_task(ask(http, "poll", session_id=token, after=1)) for _ in range(3)]
    await asyncio.sleep(0.05)
    assert not any(task.done() for task in waiting)
    assert await app.deliver(Push(bot.messages[0].conversation_id, "p", (Part(text="By the way"),)))
    for task in waiting:
        assert [each["text"] for each in (await asyncio.wait_for(task, 5))["messages"]] == ["By the way"]


async def test_a_poll_gives_up_after_its_time(http: httpx.AsyncClient) -> None:
    token = await begin(http)
    assert await ask(http, "poll", session_id=token, wait=0.05) == {"messages": []}


async def test_a_session_goes_over_from_a_socket_and_back(address: str) -> None:
    async with httpx.AsyncClient(base_url=address) as http:
        async with connected(address) as client:
            token = await client.request(acknowledges=True)
            await client.say("one", metadata={"message_id": "m1"})
            await client.until(heard=1)
            await ask(http, "messages", session_id=token, message="two", metadata={"message_id": "m2", "title": "2"})
            await client.until(heard=2, elsewhere=1)
            assert [(each["id"], each["text"]) for each in client.elsewhere] == [("m2", "2")]
        assert names((await ask(http, "poll", session_id=token, after=1))["messages"]) == [("m2/0", 2)]
        await ask(http, "messages", session_id=token, message="three", metadata={"message_id": "m3"})
        async with connected(address) as client:
            assert await client.request(token, acknowledges=True, after=2) == token
            await client.until(heard=1)
    assert names(client.heard) == [("m3/0", 3)]


async def test_what_a_poll_has_acknowledged_is_not_sent_to_a_page_that_does_not(address: str) -> None:
    async with httpx.AsyncClient(base_url=address) as http:
        token = await begin(http)
        await ask(http, "messages", session_id=token, message="two paragraphs")
        await ask(http, "poll", session_id=token, after=2, wait=0)
        async with connected(address) as old:
            await old.request(token)
            await old.until(heard=1)
    assert old.heard == [{"text": "Third."}]


async def test_feedback_is_kept_with_the_turn(http: httpx.AsyncClient) -> None:
    token, other = await begin(http), await begin(http)
    await ask(http, "messages", session_id=token, message="hi", metadata={"message_id": "m1"})
    assert await ask(http, "feedback", session_id=token, id="m1/0", value="up") == {"ok": True}
    refused = await http.post("/chat/feedback", json={"session_id": other, "id": "m1/0", "value": "up"})
    assert refused.status_code == 400


@pytest.mark.parametrize("path", PATHS[1:])
async def test_a_session_of_somebody_else_or_of_nobody_is_refused(http: httpx.AsyncClient, path: str) -> None:
    token = await begin(http)
    body = {"message": "hi", "id": "m/0", "value": "up"}
    for presented in ("", "made up", token[:-1], token.partition(".")[0]):
        response = await http.post(path, json={**body, "session_id": presented})
        assert response.status_code == 401
        assert (response.json()["error_code"], response.json()["again"]) == ("session_unknown", False)
    assert (await ask(http, "session", session_id="made up"))["session_id"] != "made up"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"session_id": ' + b"[" * 10_000])
async def test_rubbish_is_a_reason(http: httpx.AsyncClient, path: str, body: bytes) -> None:
    response = await http.post(path, content=body)
    assert response.status_code == 400
    assert response.json()["error_code"] == "bad_request"


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("messages", {"message": 5}),
        ("messages", {"message": "hi", "metadata": []}),
        ("messages", {"message": "hi", "metadata": {"message_id": ""}}),
        ("poll", {"after": -1}),
        ("poll", {"after": 2**80}),
        ("poll", {"wait": 26}),
        ("poll", {"wait": "long"}),
        ("feedback", {"id": "m1/0", "value": "sideways"}),
        ("feedback", {"id": "m1/0"}),
        ("feedback", {"id": "never said/0", "value": "up"}),
    ],
    ids=str,
)
async def test_wrong_values_are_refused(http: httpx.AsyncClient, path: str, wrong: dict[str, Any]) -> None:
    response = await http.post(f"/chat/{path}", json={"session_id": await begin(http), **wrong})
    assert response.status_code == 400
    assert (response.json()["error_code"], response.json()["again"]) == ("bad_request", False)


async def test_too_large_is_told_apart(http: httpx.AsyncClient) -> None:
    for large in ({"message": "x" * BODY_LIMIT}, {"message": "hi", "metadata": {"page": "x" * 20_000}}):
        response = await http.post("/chat/messages", json={"session_id": await begin(http), **large})
        assert (response.status_code, response.json()["error_code"]) == (413, "too_large")


@pytest.mark.parametrize("path", PATHS)
async def test_pages_of_other_sites_are_refused_unless_named(bot: ScriptedBot, path: str) -> None:
    async with calling(create_app(bot, WebSettings(origins=("https://shop.example",)), "Test")) as http:
        for origin, allowed in (
            ("https://evil.example", False),
            ("null", False),
            ("https://shop.example", True),
            ("http://127.0.0.1", True),
        ):
            response = await http.post(path, content=b"{}", headers={"origin": origin, "content-type": "text/plain"})
            assert (response.status_code != 403) == allowed, origin
            if not allowed:
                assert response.json()["error_code"] == "origin"
                assert "access-control-allow-origin" not in response.headers


async def test_a_bot_that_breaks_its_word_is_a_failure_with_a_code(http: httpx.AsyncClient) -> None:
    response = await http.post("/chat/messages", json={"session_id": await begin(http), "message": "explode"})
    assert (response.status_code, response.json()["error_code"]) == (500, "failed")
    assert "secret words" not in response.text


async def test_too_many_polls_at_once_are_refused(http: httpx.AsyncClient) -> None:
    token = await begin(http)
    responses = await asyncio.gather(
        *(http.post("/chat/poll", json={"session_id": token, "wait": 0.3}) for _ in range(10))
    )
    assert sorted(response.status_code for response in responses) == [200] * 8 + [429] * 2
    assert all(response.headers["retry-after"] == "1" for response in responses if response.status_code == 429)


async def test_a_server_that_stops_lets_go_of_who_waits(app: WebApp) -> None:
    async with serving(app) as address, httpx.AsyncClient(base_url=address) as http:
        token = await begin(http)
        waiting = asyncio.create_task(ask(http, "poll", session_id=token))
        await asyncio.sleep(0.1)
        await app.drain()
        assert await asyncio.wait_for(waiting, 2) == {"messages": []}
        for path in ("messages", "poll"):
            response = await http.post(f"/chat/{path}", json={"session_id": token, "message": "hi"})
            assert (response.status_code, response.json()["error_code"]) == (503, "stopping")
            assert response.json()["again"] is True
