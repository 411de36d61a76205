"""A scripted bot behind the real app, in this process and on a real port."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
from playwright.async_api import Browser, async_playwright
from playwright.async_api import Error as PlaywrightError

from bot.config import WebSettings
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import WebApp, create_app
from bot.connectors.web.server import serve
from bot.messages import Button, Part

CHROMIUM_FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

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


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A real Chromium; skips where there is none."""
    found = os.environ.get("RIPEN_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(executable_path=found, args=CHROMIUM_FLAGS)
        except PlaywrightError as error:
            if found:
                raise
            pytest.skip(f"no Chromium: set RIPEN_CHROMIUM, or run `playwright install chromium` ({error.message[:80]})")
        yield browser
        await browser.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser
