"""Connections cut in the middle, servers that stop and die: nothing lost, nothing doubled, nobody else's seen."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bot.messages import Part
from tests.bot.connectors.web.client import connected, until
from tests.bot.connectors.web.conftest import serving
from tests.bot.connectors.web.recording import RecordingBot, chatting
from tests.standins.page import Page


@pytest.fixture
def bot() -> RecordingBot:
    return RecordingBot()


@pytest.fixture
def place(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/chat.db"


@asynccontextmanager
async def cutting(address: str, cuts: Callable[[bytes], bool]) -> AsyncIterator[str]:
    """The address of a network that breaks a connection, without a goodbye, after bytes for which `cuts` says so."""
    host, _, port = address.removeprefix("http://").rpartition(":")
    pumps: set[asyncio.Task[None]] = set()

    async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter, other: asyncio.StreamWriter) -> None:
        try:
            while chunk := await source.read(65536):
                target.write(chunk)
                await target.drain()
                if cuts(chunk):
                    break
        except OSError:
            pass
        finally:
            target.transport.abort()
            other.transport.abort()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(host, int(port))
        except OSError:
            writer.transport.abort()
            return
        for one in (pump(reader, far_writer, writer), pump(far_reader, writer, far_writer)):
            task = asyncio.create_task(one)
            pumps.add(task)
            task.add_done_callback(pumps.discard)

    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for task in pumps:
            task.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)


async def test_a_socket_cut_in_the_middle_of_a_reply(bot: RecordingBot, place: str) -> None:
    words = [f"Part {number}." for number in range(8)]
    bot.script["long"] = tuple(Part(text=word) for word in words)
    left = 6

    def cuts(chunk: bytes) -> bool:
        nonlocal left
        left -= b"Part" in chunk
        return b"Part" in chunk and left >= 0

    async with (
        chatting(bot, place) as app,
        serving(app) as address,
        cutting(address, cuts) as shaky,
        Page(shaky).open() as page,
    ):
        page.say("m1", "long")
        await page.until(shown=8)
    assert page.texts == words
    assert [payload["metadata"]["ripen"]["sequence"] for payload in page.shown.values()] == list(range(1, 9))
    assert [message.text for message in bot.messages] == ["long"]


@pytest.mark.parametrize("seed", range(3))
async def test_three_tabs_over_a_network_that_breaks_all_the_time(bot: RecordingBot, place: str, seed: int) -> None:
    chance = random.Random(seed)
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(chatting(bot, place))
        address = await stack.enter_async_context(serving(app))
        shaky = await stack.enter_async_context(cutting(address, lambda _: chance.random() < 0.04))
        first = await stack.enter_async_context(Page(shaky).open())
        await until(lambda: first.session is not None)
        tabs = [first] + [await stack.enter_async_context(Page(shaky, first.session).open()) for _ in range(2)]
        for number in range(30):
            tabs[number % 3].say(f"m{number}", f"text {number}")
            await asyncio.sleep(chance.random() * 0.02)
        for tab in tabs:
            await tab.until(shown=30)
    answers = sorted(f"You said: text {number}" for number in range(30))
    assert [sorted(tab.texts) for tab in tabs] == [answers] * 3
    assert tabs[0].texts == tabs[1].texts == tabs[2].texts, "the same order in each"
    assert sorted(message.text for message in bot.messages) == sorted(f"text {number}" for number in range(30))
    assert len({message.conversation_id for message in bot.messages}) == 1


async def test_a_server_that_restarts_again_and_again(bot: RecordingBot, place: str) -> None:
    bot.delay = 0.01
    async with AsyncExitStack() as stack:
        port, pages = 0, list[Page]()
        for life in range(4):
            async with chatting(bot, place) as app, serving(app, port) as address:
                port = int(address.rpartition(":")[2])
                if not pages:
                    pages = [await stack.enter_async_context(Page(address).open()) for _ in range(5)]
                for number in range(5):
                    for page in pages:
                        page.say(f"m{life}-{number}", f"{life}-{number}")
                await pages[0].until(shown=life * 5 + 1, unsent=100)
        async with chatting(bot, place) as app, serving(app, port):
            for page in pages:
                await page.until(shown=20)
    expected = [f"You said: {life}-{number}" for life in range(4) for number in range(5)]
    assert [page.texts for page in pages] == [expected] * 5
    assert [len(page.sessions) for page in pages] == [1] * 5, "the same session over every restart"
    assert len(bot.messages) == 100


async def test_one_that_stops_reading_holds_up_nobody(bot: RecordingBot, place: str) -> None:
    """A laptop that fell asleep: its connection stands and takes nothing more."""
    bot.script["much"] = (Part(text="x" * 1_000_000),)  # more than a network between them holds
    async with chatting(bot, place) as app, serving(app) as address, connected(address) as awake:
        token = await awake.request(acknowledges=True)
        reader, writer = await _open_socket(address, token)
        for _ in range(12):
            assert await awake.say("much") == {"ok": True}
        await awake.until(heard=12)
        assert not reader.at_eof()
        writer.transport.abort()


async def _open_socket(address: str, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A WebSocket, opened by hand so that nothing reads from it."""
    host, _, port = address.removeprefix("http://").rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    writer.write(
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    await reader.readuntil(b"pingInterval")
    for text in ("40", f'42["session_request",{{"session_id":"{token}"}}]'):
        data = text.encode()
        size = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0xFE]) + len(data).to_bytes(2, "big")
        writer.write(b"\x81" + size + b"\0\0\0\0" + data)
    await reader.readuntil(b"session_confirm")
    return reader, writer
