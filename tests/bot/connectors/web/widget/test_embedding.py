"""The chat on somebody else's page: it keeps to itself, works under a strict policy, and weighs little."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect
from starlette.responses import HTMLResponse

from bot.config import WebSettings
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import create_app
from bot.messages import Part
from tests.bot.connectors.web.conftest import serving
from tests.bot.connectors.web.widget.conftest import IN_BROWSER, free_port, fresh, say, transcript

pytestmark = IN_BROWSER

HOST = """<!doctype html><html lang="en"><title>Shop</title><style>
  * { all: revert; color: red !important } div, button, p { margin: 99px; transform: rotate(3deg); font: 40px cursive }
</style><h1>A shop</h1><p id="text">Words of the page.</p>"""
SHIFTS = """() => {
  window.shifted = [];
  new PerformanceObserver(list => {
    for (const one of list.getEntries())
      for (const { node } of one.sources)
        if (node?.getRootNode() === document && node.localName !== "ripen-chat") window.shifted.push(node.nodeName);
  }).observe({type: "layout-shift", buffered: true});
}"""


@asynccontextmanager
async def shop(bot: ScriptedBot, script: str, policy: str = "") -> AsyncIterator[tuple[str, str]]:
    """The addresses of a page of another site, with the chat in it, and of the bot. `{bot}` is filled in."""
    port = free_port()
    origin = f"http://localhost:{port}"
    async with serving(create_app(bot, WebSettings(origins=(f"{origin}/",)), "Bot")) as server:
        places = {"{bot}": server, "{wire}": server.replace("http", "ws")}
        for name, value in places.items():
            script, policy = script.replace(name, value), policy.replace(name, value)
        headers = {"Content-Security-Policy": policy} if policy else {}
        page = HTMLResponse(HOST + script, headers=headers)
        async with serving(create_app(bot, WebSettings(), "Shop", mounts={"/page": page}), port):
            yield f"{origin}/page", server


TAG = "<script src='{bot}/widget.js' data-title='Help' data-open></script>"
TRUSTING = "default-src 'none'; style-src 'unsafe-inline'; script-src {bot}; connect-src {bot} {wire}; img-src https:"


@pytest.mark.parametrize(
    ("policy", "as_markdown"),
    [
        (TRUSTING, True),
        (f"{TRUSTING}; require-trusted-types-for 'script'; trusted-types dompurify", True),
        (f"{TRUSTING}; require-trusted-types-for 'script'; trusted-types 'none'", False),
    ],
)
async def test_it_works_under_a_strict_policy(
    browser: Browser, bot: ScriptedBot, policy: str, as_markdown: bool
) -> None:
    bot.script["hi"] = (Part(text="**Hello** https://shop.example/"),)
    # What the policy forbids is looked for by DOMPurify itself, so only here refusals are no fault.
    context = await browser.new_context(reduced_motion="reduce")
    page = await context.new_page()
    async with shop(bot, TAG, policy) as (url, _):
        await page.goto(url)
        await say(page, "hi")
        await expect(page.locator("ripen-chat .bot .bubble")).to_have_count(1)
        assert await transcript(page) == ["hi", f"{'Hello' if as_markdown else '**Hello**'} https://shop.example/"]
        assert await page.locator("ripen-chat .bubble strong").count() == int(as_markdown)
        assert await page.get_by_role("link", name="https://shop.example/").count() == 1
        assert await page.locator("ripen-chat .panel").evaluate("it => getComputedStyle(it).position") == "fixed"
    await context.close()


async def test_it_leaves_the_page_as_it_is(page: Page, bot: ScriptedBot) -> None:
    await page.add_init_script(f"({SHIFTS})()")
    async with shop(bot, TAG) as (url, server):
        plain = await page.context.new_page()
        await plain.goto(url)
        await plain.evaluate("document.querySelector('ripen-chat').remove()")
        measure = (
            "JSON.stringify([document.querySelector('#text').getBoundingClientRect(), document.body.scrollHeight])"
        )
        names = "Object.keys(window).filter(name => !['shifted'].includes(name)).sort().join()"
        await page.goto(url)
        await say(page, "hi")
        await expect(page.get_by_text("You said: hi")).to_be_visible()
        assert await page.evaluate(measure) == await plain.evaluate(measure)
        assert await page.evaluate("window.shifted") == []
        await plain.goto(f"{server}/health")
        own = set((await page.evaluate(names)).split(",")) - set((await plain.evaluate(names)).split(","))
        assert own == set(), "names that the widget left on the page"
        # And the page's own style leaves the chat alone.
        bubble = page.locator("ripen-chat .bot .bubble").first
        for name, value in {
            "color": "rgb(24, 32, 28)",
            "font-size": "15px",
            "margin": "0px",
            "transform": "none",
        }.items():
            await expect(bubble).to_have_css(name, value)


async def test_it_lives_without_storage(browser: Browser, bot: ScriptedBot) -> None:
    async with fresh(browser, viewport={"width": 320, "height": 600}) as page, shop(bot, TAG) as (url, _):
        await page.add_init_script("Object.defineProperty(window, 'localStorage', {get() {throw new Error('no')}})")
        await page.goto(url)
        await page.get_by_role("button", name="Chat").click()
        await say(page, "hi")
        await expect(page.get_by_text("You said: hi")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") == 320


async def test_two_script_tags_and_an_element_make_one_chat(page: Page, bot: ScriptedBot) -> None:
    placed = "<ripen-chat data-title='Placed'></ripen-chat>"
    async with shop(bot, placed + TAG + TAG) as (url, _):
        await page.goto(url)
        await expect(page.locator("ripen-chat")).to_have_count(1)
        await page.get_by_role("button", name="Chat").click()
        await expect(page.get_by_role("dialog", name="Placed")).to_be_visible()
        await say(page, "hi")
        await expect(page.get_by_text("You said: hi")).to_be_visible()
