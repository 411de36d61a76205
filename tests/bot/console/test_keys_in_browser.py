"""The inbox and the map by keyboard, in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.console import inbox_pages
from tests.bot.connectors.web.conftest import serving
from tests.bot.connectors.web.widget.conftest import IN_BROWSER
from tests.bot.console.conftest import Office
from tests.bot.console.test_in_browser import judge, judge_both, log_in
from tests.bot.review.stories import tell, turn

pytestmark = IN_BROWSER

STRAYING = ("money back please", "my money back", "where is my parcel now")
SAID = ("gift cards please", "moo moo moo", "open that cage")


@pytest_asyncio.fixture(loop_scope="session")
async def address(office: Office) -> AsyncIterator[str]:
    guesses = ("order_status", 0.4), ("refund", 0.3)
    turns = [turn(text, "clarify", *guesses, minute=at) for at, text in enumerate(SAID)]
    await tell(office.store, [*turns, turn("gift cards please now", "clarify", *guesses, minute=9)])
    async with serving(office.app) as url:
        yield url


async def open_inbox(browser: Browser, address: str, **options: Any) -> tuple[Page, list[str]]:
    page = await browser.new_page(**options)
    errors = await log_in(page, address)
    await page.goto(f"{address}/console/inbox")
    await expect(page.locator("body.keyed")).to_be_visible()
    return page, errors


async def press(page: Page, *keys: str) -> None:
    """Once the page listens."""
    await expect(page.locator("#keys, #map")).to_be_visible()
    for key in keys:
        await page.keyboard.press(key)


def status(page: Page) -> Locator:
    return page.locator("#done-told")


async def test_groups_are_walked_and_acted_on_by_single_keys(browser: Browser, address: str, office: Office) -> None:
    page, errors = await open_inbox(browser, address)
    file = office.intents / "orders.yml"
    before = file.read_bytes()
    groups = page.locator(".group")
    names = await groups.get_by_role("heading").all_text_contents()
    await press(page, "d")
    await expect(page.locator("#keys-said")).to_contain_text("Go to a group first")
    await press(page, "j")
    await expect(groups.nth(0)).to_be_focused()
    await press(page, "ArrowDown")
    await expect(groups.nth(0).get_by_role("checkbox").first).to_be_focused()
    await press(page, "s", "s", "b")
    await expect(groups.nth(1)).to_be_focused()
    await press(page, "9")
    await expect(page.locator("#keys-said")).to_contain_text("no guess 9")
    await press(page, "d")
    await expect(status(page)).to_contain_text("1 message dismissed")
    await expect(page.get_by_role("heading", name=names[2])).to_be_visible()
    await expect(groups.nth(1)).to_be_focused()
    await expect(groups.nth(1)).to_have_accessible_name(names[2])
    await press(page, "2")
    await expect(status(page)).to_contain_text("put under refund")
    assert file.read_bytes() != before
    await expect(groups.nth(0)).to_be_focused()
    await press(page, "Enter")
    await expect(status(page)).to_contain_text("put under order_status")
    await expect(status(page)).to_be_focused()
    for left in (1, 2, 3):
        await press(page, "u")
        await expect(groups).to_have_count(left)
        await expect(status(page)).to_contain_text("Taken back")
    assert file.read_bytes() == before
    await press(page, "u")
    await expect(page.locator("#keys-said")).to_contain_text("nothing to take back")
    assert errors == []


async def test_a_new_intent_is_made_without_a_mouse(browser: Browser, address: str, office: Office) -> None:
    page, errors = await open_inbox(browser, address)
    await press(page, "/")
    await expect(page.get_by_label("Filter")).to_be_focused()
    await page.keyboard.type("gift")
    await press(page, "Enter")
    await expect(page.locator(".group")).to_have_count(1)
    await press(page, "j", "j", "o")
    await expect(page.get_by_role("checkbox", name="Belongs: gift cards please now")).not_to_be_checked()
    await press(page, "n")
    await expect(page.get_by_label("Name")).to_be_focused()
    await page.keyboard.type("undo_js")
    await press(page, "Escape")
    await expect(page.locator(".group")).to_be_focused()
    assert "undo_js" not in office.loader().load().intents
    await press(page, "n", "Enter")
    await expect(status(page)).to_contain_text("put under undo_js")
    (example,) = office.loader().load().intents["undo_js"].examples
    assert example.text == "gift cards please"
    await expect(page.locator(".group")).to_be_focused()
    await press(page, "i")
    await page.keyboard.type("ref")
    await press(page, "Enter")
    await expect(page.locator("#keys-said")).to_contain_text("no such intent")
    await page.keyboard.type("und")
    await press(page, "Enter")
    await expect(status(page)).to_contain_text("put under refund")
    assert errors == []


async def test_no_key_acts_while_one_types_with_a_modifier_or_when_turned_off(browser: Browser, address: str) -> None:
    page, errors = await open_inbox(browser, address)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    groups = page.locator(".group")
    await press(page, "j", "Control+d", "Alt+1", "Meta+d", "Control+Enter")
    await groups.nth(0).get_by_placeholder("another intent").focus()
    await page.keyboard.type("d1us?j")
    await expect(groups.nth(0).get_by_placeholder("another intent")).to_have_value("d1us?j")
    await press(page, "Escape", "?", "?")
    await expect(groups.nth(0)).to_be_focused()
    await press(page, "?")
    await page.get_by_label("Act by single keys").uncheck()
    await groups.nth(0).focus()
    await press(page, "j", "d", "1", "Enter", "u", "n")
    await expect(groups.nth(0)).to_be_focused()
    await page.reload()
    await expect(page.get_by_label("Act by single keys")).not_to_be_checked()
    await expect(page.locator("body.keyed")).to_have_count(0)
    await press(page, "j")
    await expect(page.locator("body")).to_be_focused()
    assert sent == []
    assert errors == []


async def test_held_down_and_pressed_fast_a_key_acts_once(browser: Browser, address: str) -> None:
    page, errors = await open_inbox(browser, address)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    await press(page, "j")
    await page.evaluate("""() => {
      for (const repeat of [false, false, true, true]) {
        const pressed = new KeyboardEvent("keydown", {key: "d", repeat, bubbles: true, cancelable: true});
        document.activeElement.dispatchEvent(pressed);
      }
    }""")
    await expect(status(page)).to_contain_text("dismissed")
    await expect(page.locator(".group")).to_have_count(2)
    assert len(sent) == 1
    assert errors == []


async def test_keys_go_on_over_pages(browser: Browser, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_pages, "GROUPS_PER_PAGE", 2)
    page, errors = await open_inbox(browser, address)
    await press(page, "s", "s", "s")
    await expect(page.get_by_text("3 to 3 of 3")).to_be_visible()
    await expect(page.locator(".group")).to_be_focused()
    await press(page, "s")
    await expect(page.locator("#keys-said")).to_contain_text("last group")
    await press(page, "b")
    await expect(page.get_by_text("1 to 2 of 3")).to_be_visible()
    await expect(page.locator(".group").nth(1)).to_be_focused()
    assert errors == []


async def test_axe_finds_nothing_among_the_keys(browser: Browser, address: str) -> None:
    page, _ = await open_inbox(browser, address, reduced_motion="reduce", bypass_csp=True)
    await press(page, "?", "j", "d")
    await expect(status(page)).to_contain_text("dismissed")
    await expect(page.locator(".group").first).to_be_focused()
    await press(page, "?", "j", "n")
    assert await judge_both(page) == []
    await page.set_viewport_size({"width": 360, "height": 640})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360


async def test_the_map_is_read_by_arrow_keys(browser: Browser, address: str, office: Office) -> None:
    file = office.intents / "orders.yml"
    file.write_text(file.read_text("utf-8") + "".join(f"    - {text}\n" for text in STRAYING), "utf-8")
    office.live.swap(office.learn())
    page = await browser.new_page(bypass_csp=True)
    errors = await log_in(page, address)
    await page.goto(f"{address}/console/map")
    spots = await page.locator("#map g circle").count()
    told = page.locator("#spot")
    await page.locator("#map-intent").focus()
    await press(page, "Tab", "ArrowRight")
    await expect(page.locator("#map")).to_be_focused()
    await expect(told).to_contain_text("where is my parcel now")
    await expect(told).to_contain_text("nearer to order_status")
    assert await judge(page) == []
    await press(page, "Home", *["ArrowRight"] * (spots - 1))
    await expect(told).to_contain_text("of refund")
    await press(page, "ArrowRight", "ArrowLeft", "ArrowUp")
    await expect(told).to_contain_text("of order_status")
    await page.locator("#map-intent").select_option("refund")
    await page.locator("#map").focus()
    await press(page, "End", "ArrowDown")
    await expect(told).to_contain_text("of refund")
    assert errors == []
