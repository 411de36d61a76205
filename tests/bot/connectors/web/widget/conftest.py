"""A real Chromium for the widget's tests, one for all of them. They are few and fast: what only a browser can show."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route

from bot.connectors.web import server
from bot.connectors.web.app import WebApp
from tests.bot.connectors.web.conftest import serving
from tests.standins.chromium import chromium

IN_BROWSER = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
"""The marks of every test here. A browser belongs to the event loop that started it, so they share one."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page whose errors fail the test."""
    async with fresh(browser) as page:
        yield page


@asynccontextmanager
async def fresh(browser: Browser, **options: Any) -> AsyncIterator[Page]:
    """A page of a user who was never here, with an own look (`options` of a context). Its errors fail the test."""
    context = await browser.new_context(**{"reduced_motion": "reduce", **options})
    page = await context.new_page()
    errors = watch(page)
    yield page
    await context.close()
    assert errors == []


@pytest_asyncio.fixture(loop_scope="session")
async def address(app: WebApp, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    monkeypatch.setattr(server, "CLOSE_SECONDS", 0.5)  # a page may still be open, and the test is over
    async with serving(app) as url:
        yield url


async def block_sockets(page: Page) -> None:
    """As some networks do. The widget, which waits for a socket before it goes without, waits a tenth of its time."""

    async def hurry(route: Route) -> None:
        served = await (await route.fetch()).text()
        hurried = re.sub(r"(PATIENCE_SECONDS ?= ?)3;", r"\g<1>0.3;", served)
        await route.fulfill(body=hurried, content_type="text/javascript")

    await page.route("**/widget.js", hurry)
    await page.route("**/socket.io/**", lambda route: route.abort())
    await page.route_web_socket("**/socket.io/**", lambda socket: socket.close())


def watch(page: Page) -> list[str]:
    """What goes wrong on `page` from now on: exceptions, and what a content security policy forbids."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
    return errors


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Write a message").fill(text)
    await page.keyboard.press("Enter")


async def transcript(page: Page) -> list[str]:
    return [text.strip() for text in await page.locator("ripen-chat .bubble").all_inner_texts()]


async def until(page: Page, condition: str) -> None:
    """Waits for a condition of the page's code. Playwright's own way needs eval, which policies forbid."""
    for _ in range(200):
        if await page.evaluate(condition):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"ten seconds, and it is not so: {condition}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
