"""The pictures in docs/console.md, from the sample bot and invented conversations.

python -m tests.docs.console_pictures
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Page, expect

from tests.docs.pages import ROOT
from tests.scenarios.conftest import copy_sample
from tests.scenarios.served import Served, serve
from tests.standins.chromium import chromium

PICTURES = ROOT / "docs" / "pictures"
TOKEN = "a-long-token-for-authors"
SAID = {
    "anna": ("where is my order A-1042?", "thanks a lot", "do you organise pottery workshops?"),
    "ben": ("my vase arrived broken, this is terrible!", "nobody helps me", "I am really angry now"),
    "cleo": (
        "how do I return something",
        "can I join a pottery workshop at the weekend?",
        "do you have a shop in Paris",
    ),
    "dan": ("can I pay with paypal", "reset password", "pottery workshop for two please", "cancel it"),
    "emma": ("hello", "when will my parcel come", "is the walnut tray back in stock", "great, thank you!"),
}


async def talk(bot: Served) -> None:
    """Everything that is said."""
    for sender, texts in SAID.items():
        for text in texts:
            await bot.say(text, sender)


async def take(page: Page, address: str) -> None:
    """All pictures."""
    await page.goto(f"{address}/console/edit?intent=refund_policy")
    await page.get_by_label("Your name, as others see it").fill("Eve")
    await page.get_by_label("Access token").fill(TOKEN)
    await page.keyboard.press("Enter")
    text = page.get_by_role("textbox", name="YAML")
    await text.focus()
    await page.keyboard.press("Control+End")
    await page.keyboard.type("  examples:\n    - do I have to pay to send it back\n    - wheres my moeny")
    await page.get_by_label("What would a user say?").fill("is sending it back free?")
    await expect(page.locator("#tried .verdict").first).to_be_visible(timeout=60_000)
    await expect(page.locator("#problems li").first).to_be_visible(timeout=60_000)
    await shoot(page, "edit", 760)
    await page.goto(f"{address}/console/inbox")
    await shoot(page, "inbox", 620)
    await page.goto(f"{address}/console/examples?text=talk to you later")
    await shoot(page, "examples", 560)
    await page.goto(f"{address}/console/conversation?id=ben")
    await shoot(page, "conversation", 640)
    await page.goto(f"{address}/console/traffic?days=7")
    await shoot(page, "traffic", 520)
    await page.goto(f"{address}/console/map")
    await expect(page.get_by_text("t-SNE")).to_be_visible(timeout=120_000)
    await shoot(page, "map", 760)


async def shoot(page: Page, name: str, height: int) -> None:
    await page.set_viewport_size({"width": 1120, "height": height})
    await page.screenshot(path=PICTURES / f"console-{name}.png")


async def main(models: Path) -> None:
    """Serve, talk, look."""
    with tempfile.TemporaryDirectory() as place:
        folder = copy_sample(Path(place) / "bot", models.resolve())
        config = folder / "config.yml"
        config.write_text(config.read_text("utf-8") + "\nconsole: {}\n", "utf-8")
        async with serve(folder, {"RIPEN_CONSOLE_TOKEN": TOKEN}) as bot, chromium() as browser:
            await talk(bot)
            page = await browser.new_page(color_scheme="light", viewport={"width": 1120, "height": 760})
            await take(page, bot.address)


if __name__ == "__main__":
    asyncio.run(main(ROOT / "models"))
