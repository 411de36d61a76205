"""A scripted bot behind the real app, in this process and on a real port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
from playwright.async_api import Browser

from bot.config import WebSettings
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import WebApp, create_app
from bot.connectors.web.server import serve
from bot.messages import Button, Part
from tests.standins.chromium import chromium

SCRIPT: dict[str, Sequence[Part] | Exception] = {
    "two paragraphs": (Part(text="First.\n\nSecond."), Part(text="Third.")),
    "choose": (Part(text="Look.\n\nWhich one?", buttons=(Button("Refund", "/refund"), Button("Track", "/track"))),),
    "picture": (Part(image="https://shop.example/parcel.png"),),
    "custom": (Part(custom={"data": {"type": "video", "url": "v"}}),),
    "everything": (Part(text="t", image="https://i.example/", attachment={"a": 1}, custom={"c": 1}),),
    "nothing": (),
    "explode": RuntimeError("the secret words of a user"),
}


@pytest.fixture
def bot() -> ScriptedBot:
    return ScriptedBot(SCRIPT)


@pytest.fixture
def app(bot: ScriptedBot) -> WebApp:
    return create_app(bot, WebSettings(), "Test shop")


@asynccontextmanager
async def calling(app: WebApp, host: str = "127.0.0.1", client: str = "127.0.0.1") -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client that is connected to `app` without a network."""
    transport = httpx.ASGITransport(app, client=(client, 50000))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as http:
        yield http


@pytest.fixture
async def http(app: WebApp) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(app) as client:
        yield client


@asynccontextmanager
async def serving(app: WebApp, port: int = 0) -> AsyncIterator[str]:
    """The address at which `app` is really served."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    server = asyncio.create_task(serve(app, "127.0.0.1", port, ready.set_result))
    server.add_done_callback(lambda _: ready.done() or ready.cancel())
    try:
        yield await ready
    finally:
        server.cancel()
        with suppress(asyncio.CancelledError):
            await server


@pytest.fixture
async def address(app: WebApp) -> AsyncIterator[str]:
    async with serving(app) as url:
        yield url


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser
