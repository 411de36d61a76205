"""What an action server may do wrong, and the one line that comes of it."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.actions.rasa_bridge.over_http import ActionServer
from bot.actions.rasa_bridge.wire import MAX_ANSWER_BYTES
from bot.errors import (
    ActionError,
    ActionFailed,
    ActionRejected,
    ActionRubbish,
    ActionTimeout,
    ActionUnknown,
    ConfigError,
)

# Longer than a port number, which an error may name.
TRACKER: dict[str, Any] = {"sender_id": "ada", "slots": {"card": "41112222"}, "events": []}

Respond = Callable[[asyncio.StreamWriter], Awaitable[None]]


def answer(status: int, body: bytes) -> Respond:
    async def respond(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 %d Whatever\r\ncontent-length: %d\r\n\r\n" % (status, len(body)))
        writer.write(body)
        await writer.drain()

    return respond


@asynccontextmanager
async def served(respond: Respond, path: str = "/webhook", seconds: float = 2.0) -> AsyncIterator[ActionServer]:
    """An ActionServer against a socket that answers everything by `respond`; `heard` lists the requests."""
    heard: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")), 0)
        heard.append(head + await reader.readexactly(length))
        try:
            await respond(writer)
        except ConnectionError:
            pass  # the client has heard enough
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    runner = ActionServer(f"http://ada:pw-9@127.0.0.1:{port}{path}", seconds)
    runner.heard = heard  # type: ignore[attr-defined]  # for the tests to read
    try:
        yield runner
    finally:
        await runner.close()
        server.close()


async def error_of(respond: Respond, seconds: float = 2.0) -> ActionError:
    async with served(respond, seconds=seconds) as runner:
        with pytest.raises(ActionError) as caught:
            await runner.run("action_x", TRACKER)
    said = str(caught.value)
    assert "action_x" in said
    assert "\n" not in said
    assert "41112222" not in said, "an error may not repeat what a user said"
    assert "pw-9" not in said, "an error may not show a password"
    return caught.value


THEIRS = json.dumps({"error": "my card is 41112222", "action_name": "action_x"}).encode()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, THEIRS, ActionRejected),
        (404, THEIRS, ActionUnknown),
        (449, THEIRS, ActionFailed),
        (400, b'{"error": "Invalid body request"}', ActionFailed),
        (404, b"<html>not found</html>", ActionFailed),
        (301, b"", ActionFailed),
        (204, b"", ActionFailed),
        (401, b"", ActionFailed),
        (500, b'{"error": "41112222", "request_body": {}}', ActionFailed),
        (503, b"", ActionFailed),
        (200, b"", ActionRubbish),
        (200, b"<html>41112222</html>", ActionRubbish),
        (200, b"\xff\xfe", ActionRubbish),
        (200, b"null", ActionRubbish),
        (200, b"[" * 100_000, ActionRubbish),
        (200, b"7", ActionRubbish),
        (200, b"[]", ActionRubbish),
        (200, b'{"events": 41112222}', ActionRubbish),
        (200, b'{"events": ["41112222"]}', ActionRubbish),
        (200, b'{"events": [], "responses": {"text": "41112222"}}', ActionRubbish),
        (200, b'{"events": [], "responses": ["41112222"]}', ActionRubbish),
    ],
)
async def test_an_answer_that_is_none(status: int, body: bytes, kind: type[ActionError]) -> None:
    assert type(await error_of(answer(status, body))) is kind


async def test_a_huge_answer_is_not_read_to_its_end() -> None:
    sent = 0

    async def flood(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while sent < 20 * MAX_ANSWER_BYTES:
            writer.write(b" " * 65536)
            sent += 65536
            await writer.drain()

    assert type(await error_of(flood, seconds=20)) is ActionRubbish
    assert sent < 4 * MAX_ANSWER_BYTES


async def test_a_dripping_answer_runs_out_of_time() -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(50):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    assert type(await error_of(drip, seconds=0.3)) is ActionTimeout


async def test_silence_runs_out_of_time() -> None:
    async def nothing(_: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1)

    assert type(await error_of(nothing, seconds=0.2)) is ActionTimeout


@pytest.mark.parametrize("said", [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{}"])
async def test_what_is_no_http_is_unreachable(said: bytes) -> None:
    async def speak(writer: asyncio.StreamWriter) -> None:
        writer.write(said)

    assert type(await error_of(speak)) is ActionFailed


async def test_nobody_there() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        runner = ActionServer(f"http://127.0.0.1:{probe.getsockname()[1]}/webhook", 2)
        for ask in (runner.run("action_x", TRACKER), runner.names(), runner.check()):
            with pytest.raises(ActionFailed, match=r"cannot be reached .*python -m rasa_sdk"):
                await ask
        await runner.close()


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b"7"])
async def test_no_list_of_names_is_an_error(body: bytes) -> None:
    async with served(answer(200, body)) as runner:
        with pytest.raises(ActionFailed, match="no list of actions"):
            await runner.names()


async def test_time_out_of_names_is_a_failure_too() -> None:
    async def nothing(_: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1)

    async with served(nothing, seconds=0.1) as runner:
        with pytest.raises(ActionFailed, match=r"within 0\.1 s"):
            await runner.names()


async def test_the_call_is_rasas(capsys: pytest.CaptureFixture[str]) -> None:
    async with served(answer(200, b'{"events": null, "responses": null}'), path="/in/webhook?token=t") as runner:
        result = await runner.run("action_x", TRACKER)
        await runner.check()
        call, health = runner.heard  # type: ignore[attr-defined]  # set by `served`
    assert (result.events, result.responses) == ((), ())
    head, _, body = call.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /in/webhook?token=t HTTP/1.1")
    assert health.startswith(b"GET /in/health?token=t HTTP/1.1")
    sent = json.loads(body)
    assert set(sent) == {"next_action", "sender_id", "tracker", "domain", "version"}
    assert (sent["next_action"], sent["sender_id"], sent["tracker"]) == ("action_x", "ada", TRACKER)
    assert sent["domain"], "rasa-sdk hands an action None for an empty domain"


async def test_a_tracker_that_json_cannot_hold_is_not_sent() -> None:
    async with served(answer(200, b"{}")) as runner:
        with pytest.raises(ActionFailed, match=r"action_x was not called.*set"):
            await runner.run("action_x", {**TRACKER, "slots": {"x": {1}}})


def test_an_endpoint_that_is_no_url_is_a_clear_error() -> None:
    with pytest.raises(ConfigError, match=r"actions\.endpoint"):
        ActionServer("http://localhost:port/webhook", 1)
