"""What Safari and Firefox do otherwise than Chromium, done to Chromium by hand."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from bot.connectors.scripted import ScriptedBot
from tests.bot.connectors.web.widget.conftest import IN_BROWSER, block_sockets, fresh, say

pytestmark = IN_BROWSER

PRESS = "(field, key) => field.dispatchEvent(new KeyboardEvent('keydown', {...key, bubbles: true, composed: true}))"


async def test_the_enter_that_ends_a_word_sends_nothing(page: Page, address: str, bot: ScriptedBot) -> None:
    """Safari says that the word is done before it says which key did it."""
    await page.goto(address)
    field = page.get_by_label("Write a message")
    await field.fill("こんにちは")
    await field.evaluate(PRESS, {"key": "Enter", "keyCode": 229})
    await field.evaluate(PRESS, {"key": "Escape", "keyCode": 229})
    await expect(field).to_have_value("こんにちは")
    await field.press("Enter")
    await expect(page.get_by_text("You said: こんにちは")).to_be_visible()
    assert len(bot.messages) == 1


async def test_escape_closes_it_whatever_was_clicked(page: Page, address: str) -> None:
    """Buttons that are clicked have no focus in Safari on a Mac; as what is no button, anywhere."""
    await page.goto(address)
    await page.get_by_role("heading", name="Test shop").click()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(page.get_by_role("button", name="Chat", exact=True)).to_be_focused()


@pytest.mark.parametrize("start", ["Start over", None])
async def test_shift_tab_of_webkitgtk_stays_inside(browser: Browser, address: str, start: str | None) -> None:
    """There it is a key without a name. From the panel itself, too, where a click may have put the focus."""
    async with fresh(browser, viewport={"width": 320, "height": 600}) as page:
        await page.goto(address)
        await page.get_by_role("button", name="Chat").click()
        at = page.get_by_role("button", name=start) if start else page.get_by_role("dialog")
        await at.focus()
        await at.evaluate(PRESS, {"key": "Unidentified", "code": "Tab", "shiftKey": True})
        await expect(page.get_by_role("button", name="Talk to a person")).to_be_focused()


async def test_an_empty_field_begins_where_the_chats_words_do(page: Page, address: str) -> None:
    """`dir=auto` of an empty field is from the left in WebKit, also in Arabic."""
    await page.goto(address)
    await page.locator("ripen-chat").evaluate("chat => { chat.dataset.lang = 'ar' }")
    field = page.locator("ripen-chat [dir=rtl] textarea")
    await expect(field).to_have_css("direction", "rtl")
    assert not await field.get_attribute("dir")
    await field.fill("Hello")
    await expect(field).to_have_css("direction", "ltr")
    await field.fill("")
    assert not await field.get_attribute("dir")


async def test_plain_requests_need_nothing_that_safari_16_lacks(page: Page, address: str) -> None:
    await page.add_init_script("delete AbortSignal.any; delete Element.prototype.checkVisibility")
    await block_sockets(page)
    await page.goto(address)
    await say(page, "hi")
    await expect(page.get_by_text("You said: hi")).to_be_visible(timeout=15000)
