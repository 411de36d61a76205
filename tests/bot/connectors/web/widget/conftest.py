"""A real Chromium for the widget's tests. They are few and fast: what only a browser can show."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright
from playwright.async_api import Error as PlaywrightError

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    found = os.environ.get("RIPEN_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(executable_path=found, args=FLAGS)
        except PlaywrightError as error:
            if found:
                raise
            pytest.skip(f"no Chromium: set RIPEN_CHROMIUM, or run `playwright install chromium` ({error.message[:80]})")
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page whose errors fail the test."""
    page = await browser.new_page(reduced_motion="reduce")
    errors = watch(page)
    yield page
    assert errors == []


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


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
