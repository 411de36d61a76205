"""The chat where there is little room: low windows, a phone's keyboard, answers longer than what is to be seen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from bot.connectors.scripted import ScriptedBot
from bot.messages import Button, Part
from tests.bot.connectors.web.widget.conftest import IN_BROWSER, fresh, say, until

pytestmark = IN_BROWSER

LOG = "document.querySelector('ripen-chat').shadowRoot.querySelector('.log')"
PANEL = "document.querySelector('ripen-chat').shadowRoot.querySelector('.panel')"
KEYBOARD = """([height, offsetTop, scale]) => {
  for (const [name, value] of Object.entries({height, offsetTop, scale}))
    Object.defineProperty(visualViewport, name, {value, configurable: true});
  visualViewport.dispatchEvent(new Event("resize"));
}"""
"""A phone's keyboard, as far as a page can tell: the window stays as it is, less of it is seen."""


async def box(page: Page) -> list[float]:
    """Where the panel begins and ends in the window, in pixels from its upper edge."""
    found: dict[str, float] = await page.evaluate(f"{PANEL}.getBoundingClientRect().toJSON()")
    return [found["top"], found["bottom"]]


@pytest.mark.parametrize(("width", "height"), [(640, 360), (740, 340), (320, 256)])
async def test_a_low_window_shows_the_conversation(browser: Browser, address: str, width: int, height: int) -> None:
    """1280 by 720 at 200 %, a phone held sideways, and 1280 by 1024 at 400 % (WCAG 1.4.10)."""
    async with fresh(browser, viewport={"width": width, "height": height}) as page:
        await page.goto(address)
        if not await page.get_by_label("Write a message").is_visible():
            await page.get_by_role("button", name="Chat", exact=True).click()
        await say(page, "hello")
        answer = page.locator("ripen-chat .bubble", has_text="You said: hello")
        await expect(answer).to_be_in_viewport(ratio=1)
        assert await page.evaluate(f"{LOG}.clientHeight") >= height * 0.4
        top, bottom = await box(page)
        assert 0 <= top < bottom <= height
        await page.get_by_role("button", name="Close", exact=True).click()
        await expect(page.get_by_role("button", name="Chat", exact=True)).to_be_in_viewport(ratio=1)


async def test_a_phones_keyboard_covers_nothing(browser: Browser, address: str) -> None:
    async with fresh(browser, viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True) as page:
        await page.goto(address)
        await page.get_by_role("button", name="Chat", exact=True).tap()
        assert await box(page) == [0, 780]
        await say(page, "hello")
        await expect(page.get_by_text("You said: hello")).to_be_visible()
        await page.evaluate(KEYBOARD, [430, 100, 1])
        assert await box(page) == [100, 530]
        await until(page, f"{LOG}.scrollHeight - {LOG}.scrollTop - {LOG}.clientHeight < 2")
        await page.evaluate(KEYBOARD, [430, 100, 2])
        assert await box(page) == [0, 780], "who pinches to read wants it larger, not smaller"


@pytest.mark.parametrize(
    "parts",
    [
        (Part(text="Which one of these?", buttons=tuple(Button(f"Choice {n}", f"/c{n}") for n in range(20))),),
        (Part(text="\n\n".join(f"{n}. " + "A paragraph of many words. " * 12 for n in range(8))),),
    ],
    ids=["buttons", "paragraphs"],
)
async def test_a_long_answer_is_read_from_its_beginning(page: Page, address: str, bot: ScriptedBot, parts: Any) -> None:
    bot.script["long"] = parts
    await page.goto(address)
    await say(page, "hello")
    await expect(page.get_by_text("You said: hello")).to_be_visible()
    await say(page, "long")
    shown = len(parts[0].text.split("\n\n"))
    first = page.locator("ripen-chat .entry.bot").nth(2)
    newest = page.get_by_role("button", name="Newest messages")
    await expect(newest).to_be_visible()
    await expect(first.locator(".bubble")).to_be_in_viewport(ratio=1)
    await newest.click()
    await expect(newest).to_be_hidden()
    await page.get_by_role("button", name="Close", exact=True).click()
    await page.evaluate("document.querySelector('ripen-chat').trigger('long')")
    await page.get_by_role("button", name=re.compile(r"Chat, \d+ unread")).click()
    await expect(page.locator("ripen-chat .entry.bot").nth(2 + shown).locator(".bubble")).to_be_in_viewport(ratio=1)
    await say(page, "short")
    await expect(page.get_by_text("You said: short")).to_be_in_viewport()
