"""The widget in a real Chromium, against a scripted bot. Few and fast: what only a browser can show."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect
from playwright.async_api import Error as PlaywrightError
from starlette.responses import HTMLResponse

from bot.config import WebSettings
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import WebApp, create_app
from bot.messages import Button, Part
from tests.bot.connectors.web.conftest import serving

pytestmark = pytest.mark.browser

DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
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
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    assert errors == []


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Write a message").fill(text)
    await page.keyboard.press("Enter")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


async def transcript(page: Page) -> list[str]:
    return [text.strip() for text in await page.locator("ripen-chat .bubble").all_inner_texts()]


async def test_a_chat_with_a_button_survives_a_reload(page: Page, address: str, bot: ScriptedBot) -> None:
    await page.goto(address)
    await say(page, "choose")
    await page.get_by_role("button", name="Refund").click()
    await expect(page.get_by_text("You said: /refund")).to_be_visible()
    await expect(page.get_by_role("button", name="Track")).to_be_disabled()
    before = await transcript(page)
    assert before == ["Hello! What can I do for you?", "choose", "Look.", "Which one?", "Refund", "You said: /refund"]
    await page.reload()
    await expect(page.get_by_text("You said: /refund")).to_be_visible()
    assert await transcript(page) == before
    await say(page, "again")
    await expect(page.get_by_text("You said: again")).to_be_visible()
    assert [message.text for message in bot.messages] == ["choose", "/refund", "again"]
    assert len({message.conversation_id for message in bot.messages}) == 1


async def test_what_is_written_while_the_server_is_away_is_answered_once(
    page: Page, app: WebApp, bot: ScriptedBot
) -> None:
    async with serving(app) as address:
        await page.goto(address)
        await say(page, "before")
        await expect(page.get_by_text("You said: before")).to_be_visible()
    port = int(address.rsplit(":", 1)[1])
    await expect(page.locator("ripen-chat .panel.offline")).to_be_visible()
    await say(page, "while away")
    await expect(page.get_by_text("Waiting to be sent")).to_be_visible()
    await expect(page.locator("ripen-chat .status")).to_contain_text("No connection")
    async with serving(create_app(bot, WebSettings(), "Test shop"), port):
        await expect(page.get_by_text("You said: while away")).to_be_visible(timeout=15000)
        await expect(page.locator("ripen-chat .waiting")).to_have_count(0)
    assert [message.text for message in bot.messages] == ["before", "while away"]
    assert (await transcript(page))[-2:] == ["while away", "You said: while away"]


async def test_an_answer_lost_with_the_connection_comes_after_all_and_once(
    page: Page, app: WebApp, bot: ScriptedBot
) -> None:
    bot.delay = 0.5
    async with serving(app) as address:
        await page.goto(address)
        await say(page, "hi")
        await expect(page.locator("ripen-chat .typing")).to_be_visible()
        await page.context.set_offline(True)
        await page.evaluate("document.querySelector('ripen-chat').say('meanwhile')")
        await asyncio.sleep(0.6)
        await page.context.set_offline(False)
        await expect(page.get_by_text("You said: meanwhile")).to_be_visible(timeout=20000)
    assert [message.text for message in bot.messages] == ["hi", "meanwhile"]
    assert sorted((await transcript(page))[1:]) == ["You said: hi", "You said: meanwhile", "hi", "meanwhile"]


async def test_rest_is_enough_where_sockets_are_blocked(page: Page, address: str, bot: ScriptedBot) -> None:
    await page.route(re.compile("/socket.io/"), lambda route: route.abort())
    await page.route_web_socket(re.compile("/socket.io/"), lambda socket: socket.close())
    await page.goto(address)
    await say(page, "choose")
    await expect(page.get_by_role("button", name="Track")).to_be_visible(timeout=15000)
    await page.get_by_role("button", name="Track").click()
    await expect(page.get_by_text("You said: /track")).to_be_visible(timeout=15000)
    assert [message.text for message in bot.messages] == ["choose", "/track"]


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


async def test_what_the_bot_says_is_text_and_only_safe_links_are_links(
    page: Page, address: str, bot: ScriptedBot
) -> None:
    await page.goto(address)
    await say(page, "<img src=x onerror=alert(1)> javascript:alert(1) https://shop.example/a?b=c).")
    answer = page.locator("ripen-chat .bot .bubble").last
    await expect(answer).to_contain_text("You said: <img src=x onerror=alert(1)> javascript:alert(1)")
    links = await answer.locator("a").all()
    assert [await link.get_attribute("href") for link in links] == ["https://shop.example/a?b=c"]
    bot.script["pictures"] = (Part(image="javascript:alert(1)"), Part(image="data:text/html,x"), Part(image=DOT))
    await say(page, "pictures")
    await expect(page.locator("ripen-chat img")).to_have_count(1)
    assert await page.locator("ripen-chat img").get_attribute("src") == DOT
    assert await page.get_by_text("(an image that cannot be shown here)").count() == 2


async def test_what_is_written_from_right_to_left_is_shown_so(page: Page, address: str, bot: ScriptedBot) -> None:
    hebrew, latin = "שלום A-1042 תודה", "A-1042 שלום"
    bot.script[latin] = (Part(text=hebrew, buttons=(Button(hebrew, "/a"), Button(latin, "/b"))),)
    await page.goto(address)
    await say(page, latin)
    choices = page.locator("ripen-chat .choices button")
    await expect(choices).to_have_count(2)
    direction = "elements => elements.map(one => getComputedStyle(one).direction)"
    assert await page.locator("ripen-chat .bubble").evaluate_all(direction) == ["ltr", "ltr", "rtl"]
    assert await choices.evaluate_all(direction) == ["rtl", "ltr"]
    await page.get_by_label("Write a message").fill(hebrew)
    assert await page.get_by_label("Write a message").evaluate_all(direction) == ["rtl"]


async def test_it_lives_without_storage_on_a_page_of_another_site(browser: Browser, bot: ScriptedBot) -> None:
    page = await browser.new_page(viewport={"width": 320, "height": 600})
    await page.add_init_script("Object.defineProperty(window, 'localStorage', {get() {throw new Error('no')}})")
    port = free_port()
    async with serving(create_app(bot, WebSettings(origins=(f"http://localhost:{port}/",)), "Bot")) as server:
        html = f"<!doctype html><p>A shop</p><script src='{server}/widget.js' data-title='Help'></script>"
        shop = create_app(bot, WebSettings(), "Shop", mounts={"/page": HTMLResponse(html)})
        async with serving(shop, port):
            await page.goto(f"http://localhost:{port}/page")
            await page.get_by_role("button", name="Chat").click()
            await say(page, "hi")
            await expect(page.get_by_text("You said: hi")).to_be_visible()
            width = await page.evaluate("document.documentElement.scrollWidth")
    assert width == 320
