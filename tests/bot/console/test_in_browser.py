"""The console in a real browser: trying as one types, keyboard, and the rules of axe-core, light and dark."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.connectors.desk import Agent, Remark
from tests.bot.connectors.web.conftest import serving
from tests.bot.connectors.web.widget.conftest import IN_BROWSER
from tests.bot.console.conftest import TOKEN, Office
from tests.bot.review.stories import NOW, tell, turn

pytestmark = IN_BROWSER
AXE = (Path(__file__).parents[1] / "connectors" / "web" / "widget" / "vendor" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PLACES = (
    "intents",
    "new",
    "examples?text=refund",
    "edit?intent=refund",
    "inbox",
    "conversations",
    "conversation?id=c-ada",
    "traffic",
    "models",
    "map",
)


@pytest_asyncio.fixture(loop_scope="session")
async def address(office: Office) -> AsyncIterator[str]:
    (office.folder / "models").mkdir()
    await tell(
        office.store,
        [turn("do you sell gift cards", "out_of_scope"), turn("where is it", "act", ("order_status", 0.9), minute=1)],
    )
    handoffs, agent = office.store.handoffs(), Agent("web:ada", "Ada")
    await handoffs.ask("c-ada", "asked for")
    await handoffs.take("c-ada", agent, Remark("1", "joined", "Ada", "", NOW))
    await handoffs.say("c-ada", agent, Remark("2", "said", "Ada", "Which one?", NOW))
    async with serving(office.app) as url:
        yield url


async def log_in(page: Page, address: str) -> list[str]:
    """By the form, as a person does; what goes wrong from then on."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    await page.goto(f"{address}/console/edit?intent=refund")
    await page.get_by_label("Your name, as others see it").fill("Eve")
    await page.get_by_label("Access token").fill(TOKEN)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="refund", level=1)).to_be_visible()
    return errors


async def judge(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it is."""
    if await page.evaluate("typeof axe === 'undefined'"):
        await page.evaluate(AXE)
    found: dict[str, Any] = await page.evaluate("tags => axe.run({runOnly: tags})", RULES)
    assert len(found["passes"]) > 15, "axe-core looked at next to nothing"
    return [f"{fault['id']}: {node['target']}" for fault in found["violations"] for node in fault["nodes"]]


async def judge_both(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it is, in the light and in the dark."""
    faults: list[str] = []
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        faults += [f"{scheme}: {fault}" for fault in await judge(page)]
    return faults


async def click_slowly(page: Page, selector: str) -> None:
    """As a hand does: what is there when it goes down must still be there when it goes up."""
    await page.locator(selector).first.hover()
    await page.mouse.down()
    await page.wait_for_timeout(200)
    await page.mouse.up()


async def test_axe_finds_nothing(browser: Browser, address: str) -> None:
    page = await browser.new_page(bypass_csp=True, reduced_motion="reduce")
    await page.goto(f"{address}/console")
    assert await judge_both(page) == []
    await log_in(page, address)
    for place in PLACES:
        await page.goto(f"{address}/console/{place}")
        assert await judge_both(page) == [], place
    await page.goto(f"{address}/console/edit?intent=refund")
    await page.get_by_label("What would a user say?").fill("give me my money back")
    await expect(page.locator("#tried .bubble")).to_have_count(2)
    assert await judge_both(page) == []


async def test_an_edit_is_tried_checked_and_saved_by_keyboard(browser: Browser, address: str, office: Office) -> None:
    page = await browser.new_page()
    errors = await log_in(page, address)
    await expect(page.locator("#problems")).to_contain_text("Nothing to complain about")
    text = page.get_by_role("textbox", name="YAML")
    await text.focus()
    await page.keyboard.press("Control+End")
    await page.keyboard.type("    - please open the parrot cage\n    - where is my order")
    await page.get_by_label("What would a user say?").fill("please open the parrot cage")
    await expect(page.locator("#tried .verdict").first).to_contain_text("acted: refund")
    await expect(page.locator("#problems")).to_contain_text("One sentence can mean one thing")
    before = (office.intents / "orders.yml").read_text("utf-8")
    assert "parrot" not in before
    await page.get_by_role("button", name="line").first.click()
    await expect(text).to_be_focused()
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("status")).to_contain_text("Saved")
    assert "parrot" in (office.intents / "orders.yml").read_text("utf-8")
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("heading", name="Intents", level=1)).to_be_visible()
    assert (office.intents / "orders.yml").read_text("utf-8") == before
    assert errors == []


async def test_search_map_and_a_narrow_screen(browser: Browser, address: str) -> None:
    page = await browser.new_page(viewport={"width": 360, "height": 640})
    errors = await log_in(page, address)
    for place in PLACES:
        await page.goto(f"{address}/console/{place}")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360, place
    await page.goto(f"{address}/console/intents")
    await page.get_by_label("Filter").fill("money")
    await expect(page.get_by_role("row", name="order_status")).to_be_hidden()
    await expect(page.get_by_role("row", name="refund")).to_be_visible()
    await page.goto(f"{address}/console/conversations")
    await page.get_by_label("Words").fill("nothing of that kind")
    await expect(page.locator("#talks")).to_contain_text("0 conversations")
    await page.get_by_label("Words").fill("gift")
    await expect(page.locator("#talks")).to_contain_text("1 conversation")
    await click_slowly(page, "#talks a")
    await expect(page).to_have_url(re.compile("/conversation[?]id="))
    await page.goto(f"{address}/console/map")
    await page.locator("#map circle").first.click(force=True)
    await expect(page.locator("#spot")).to_contain_text("orders.yml:")
    assert errors == []


async def test_what_was_typed_outlives_a_login_that_ended(browser: Browser, address: str, office: Office) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await log_in(page, address)
    text = page.get_by_role("textbox", name="YAML")
    await text.focus()
    await page.keyboard.press("Control+End")
    await page.keyboard.type("    - long thought about\n")
    await context.clear_cookies()
    await page.keyboard.press("Control+s")
    await page.get_by_label("Your name, as others see it").fill("Eve")
    await page.get_by_label("Access token").fill(TOKEN)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="refund", level=1)).to_be_visible()
    await expect(text).not_to_have_value(re.compile("long thought about"))
    await page.get_by_role("button", name="Put it back").click()
    await expect(text).to_have_value(re.compile("long thought about"))
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("Saved. The bot")).to_be_visible()
    await expect(page.get_by_role("button", name="Put it back")).to_be_hidden()
    assert "long thought about" in (office.intents / "orders.yml").read_text("utf-8")
    await context.close()


async def test_a_button_pressed_twice_acts_once(browser: Browser, address: str, office: Office) -> None:
    page = await browser.new_page()
    await log_in(page, address)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    text = page.get_by_role("textbox", name="YAML")
    await text.focus()
    await page.keyboard.press("Control+End")
    await page.keyboard.type("    - twice pressed\n")
    await page.get_by_role("button", name="Save").dblclick()
    await expect(page.get_by_text("Saved. The bot")).to_be_visible()
    assert len([url for url in sent if url.partition("?")[0].endswith("/edit")]) == 1
    await page.reload()
    await expect(page.get_by_text("Saved. The bot")).to_be_visible()
    await page.get_by_role("button", name="Undo").dblclick()
    await expect(page.get_by_role("heading", name="Intents", level=1)).to_be_visible()
    assert "twice pressed" not in (office.intents / "orders.yml").read_text("utf-8")


async def test_an_example_is_found_moved_and_put_back(browser: Browser, address: str, office: Office) -> None:
    page = await browser.new_page()
    errors = await log_in(page, address)
    before = (office.intents / "orders.yml").read_text("utf-8")
    await page.goto(f"{address}/console/examples")
    await page.get_by_label("Words, or what it means").fill("shipped")
    row = page.get_by_role("row").filter(has_text="has my order shipped")
    await expect(page.locator("#found tbody tr")).to_have_count(1)
    await row.get_by_text("Move or remove").click()
    await row.get_by_placeholder("another intent").fill("refund")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").first).to_contain_text("is an example of refund now")
    await expect(page.get_by_label("Words, or what it means")).to_have_value("shipped")
    assert "    - give me my money back\n    - has my order shipped\n" in (office.intents / "orders.yml").read_text(
        "utf-8"
    )
    await row.get_by_role("link", name="orders.yml:").click()
    text = page.get_by_role("textbox", name="YAML")
    await expect(text).to_be_focused()
    chosen = await text.evaluate("text => text.value.slice(text.selectionStart, text.selectionEnd)")
    assert chosen == "    - has my order shipped"
    await page.go_back()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert (office.intents / "orders.yml").read_text("utf-8") == before
    assert errors == []
    await page.close()
