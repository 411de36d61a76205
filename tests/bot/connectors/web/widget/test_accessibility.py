"""The chat by keyboard, by screen reader, on a narrow screen; and by the rules of axe-core (vendor/README.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from bot.connectors.scripted import ScriptedBot
from bot.messages import Button, Part
from tests.bot.connectors.web.widget.conftest import IN_BROWSER, fresh, say

pytestmark = IN_BROWSER

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at?.getAttribute("aria-label") ?? at?.innerText ?? "";
}"""


async def judge(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it is."""
    if await page.evaluate("typeof axe === 'undefined'"):
        await page.evaluate(AXE)
    found: dict[str, Any] = await page.evaluate("tags => axe.run({runOnly: tags})", RULES)
    assert len(found["passes"]) > 15, "axe-core looked at next to nothing"
    return [f"{fault['id']}: {node['target']}" for fault in found["violations"] for node in fault["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(browser: Browser, address: str, bot: ScriptedBot, scheme: Any) -> None:
    listing = "Look at [this](https://shop.example/), `A-1`:\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    buttons = (Button("Refund", "/r"), Button("Track", "/t"))
    bot.script["all"] = (Part(text=listing), Part(text="Which?", buttons=buttons))
    async with fresh(browser, color_scheme=scheme, bypass_csp=True) as page:
        await page.goto(address)
        assert await judge(page) == []
        await say(page, "all")
        await page.get_by_role("button", name="Refund").click()
        await expect(page.get_by_text("You said: /r")).to_be_visible()
        assert await judge(page) == []
        await page.keyboard.press("Escape")
        assert await judge(page) == []
        await page.goto(f"{address}/playground")
        await page.get_by_role("button", name="open()").click()
        await expect(page.locator("ripen-chat .bubble").first).to_be_visible()
        assert await judge(page) == []


async def test_axe_does_find_what_is_wrong(browser: Browser, address: str) -> None:
    page = await browser.new_page(bypass_csp=True)
    await page.goto(address)
    await page.get_by_label("Write a message").evaluate("field => field.removeAttribute('aria-label')")
    await page.locator("ripen-chat .head button").last.evaluate(
        "it => { it.removeAttribute('aria-label'); it.title = '' }"
    )
    assert any(fault.startswith("button-name") for fault in await judge(page))


async def test_keyboard_and_names_for_screen_readers(page: Page, address: str) -> None:
    await page.goto(address)
    field = page.get_by_label("Write a message")
    await field.fill("one")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    assert await field.input_value() == "one\ntwo"
    await page.keyboard.press("Escape")
    await expect(field).to_be_hidden()
    launcher = page.get_by_role("button", name="Chat", exact=True)
    await expect(launcher).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(field).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("You said: one")
    await expect(page.get_by_role("dialog", name="Test shop")).to_be_visible()
    assert await page.get_by_role("log").get_attribute("aria-live") == "polite"


async def test_closing_it_gives_the_focus_back_to_where_it_was(page: Page, address: str) -> None:
    await page.goto(address)
    await page.keyboard.press("Escape")
    await page.evaluate("document.querySelector('main a').setAttribute('data-ripen-open', '')")
    link = page.locator("main a").first
    for gone in (False, True):
        await link.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("Write a message")).to_be_focused()
        if gone:
            await link.evaluate("link => link.remove()")
        await page.keyboard.press("Escape")
        assert await page.evaluate(FOCUSED) == ("Chat" if gone else "Try its options")


async def test_tab_goes_through_the_chat_and_out_again(page: Page, address: str) -> None:
    await page.goto(address)
    await page.get_by_role("button", name="Start over").focus()
    visited = []
    for _ in range(6):
        await page.keyboard.press("Tab")
        visited.append(await page.evaluate(FOCUSED))
    assert visited[:2] == ["Close", "Test shop"]
    assert visited[2:5] == ["Write a message", "Talk to a person", "Chat"]
    assert visited[5] not in ("Start over", "Close"), "a dialog that is not modal holds nobody"


async def test_on_a_narrow_screen_the_chat_covers_the_page_and_keeps_the_focus(browser: Browser, address: str) -> None:
    async with fresh(browser, viewport={"width": 320, "height": 560}) as page:
        await page.goto(address)
        await page.get_by_role("button", name="Chat", exact=True).click()
        await say(page, "a-very-long-word-" * 12)
        await expect(page.get_by_text("You said: a-very")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") == 320
        assert await page.locator("ripen-chat .log").evaluate("log => log.scrollWidth <= log.clientWidth")
        await page.get_by_role("button", name="Start over").focus()
        await page.keyboard.press("Shift+Tab")
        assert await page.evaluate(FOCUSED) == "Talk to a person"
        await page.keyboard.press("Tab")
        assert await page.evaluate(FOCUSED) == "Start over"


async def test_targets_are_large_enough(page: Page, address: str, bot: ScriptedBot) -> None:
    bot.script["choose"] = (Part(text="Which?", buttons=(Button("A", "/a"),)),)
    await page.goto(address)
    await say(page, "choose")
    await expect(page.get_by_role("button", name="A", exact=True)).to_be_visible()
    sizes = "all => all.flatMap(one => [one.offsetWidth, one.offsetHeight])"
    found = await page.locator("ripen-chat button:visible").evaluate_all(sizes)
    assert len(found) >= 12
    assert min(found) >= 24


async def test_what_comes_while_the_chat_is_closed_is_counted_and_said(
    page: Page, address: str, bot: ScriptedBot
) -> None:
    bot.delay = 0.3
    await page.goto(address)
    await say(page, "hi")
    await page.keyboard.press("Escape")
    launcher = page.get_by_role("button", name="Chat, 1 unread")
    await expect(launcher).to_be_visible()
    await expect(page.locator("ripen-chat .badge")).to_have_text("1")
    await expect(page.locator("ripen-chat .unseen[role=status]")).to_have_text("New message: You said: hi")
    await page.reload()
    await launcher.click()
    await expect(page.get_by_role("button", name="Chat", exact=True)).to_be_visible()
    await expect(page.locator("ripen-chat .badge")).to_be_hidden()
