"""A real Chromium: the one that RIPEN_CHROMIUM names, the system's, or Playwright's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright
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


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Until the block ends; a test skips where there is none."""
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
