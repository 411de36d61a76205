"""The picture in README.md, a talk on the page of the sample bot: python -m tests.docs.chat_picture"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Page, expect

from tests.docs.pages import ROOT
from tests.scenarios.conftest import copy_sample
from tests.scenarios.served import serve
from tests.standins.chromium import chromium

PICTURE = ROOT / "docs" / "pictures" / "chat.png"
SAID = (
    ("where is my order A-1042?", "on its way"),
    ("can I cancel that", "None of these"),
)


async def take(page: Page, address: str) -> None:
    """A talk of a few lines, the last of them a question."""
    await page.goto(address)
    field = page.get_by_role("textbox")
    for text, answer in SAID:
        await field.fill(text)
        await page.keyboard.press("Enter")
        await expect(page.locator("ripen-chat").get_by_text(answer)).to_be_visible()
    await page.screenshot(path=PICTURE)


async def main(models: Path) -> None:
    """Serve the sample, and look at it."""
    with tempfile.TemporaryDirectory() as place:
        folder = copy_sample(Path(place) / "bot", models.resolve())
        async with serve(folder, {}) as bot, chromium() as browser:
            page = await browser.new_page(
                viewport={"width": 1120, "height": 800}, color_scheme="light", reduced_motion="reduce"
            )
            await take(page, bot.address)


if __name__ == "__main__":
    asyncio.run(main(ROOT / "models"))
