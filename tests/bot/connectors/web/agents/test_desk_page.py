"""The agent view in a real Chromium: what visitors write stays text, all goes by keyboard, nobody is shut out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.connectors.desk import Agent
from tests.bot.connectors.web.agents.conftest import TOKEN, Desk, desk_in
from tests.bot.connectors.web.client import connected
from tests.bot.connectors.web.conftest import serving
from tests.bot.connectors.web.widget.conftest import IN_BROWSER, browser, fresh

__all__ = ["browser"]

pytestmark = IN_BROWSER
AXE = Path(__file__).parents[1] / "widget" / "vendor" / "axe.min.js"
COMPOSED = "(field, key) => field.dispatchEvent(new KeyboardEvent('keydown', {key, keyCode: 229, bubbles: true}))"
EVIL = '<img src=x onerror="document.title=\'pwned\'"><script>document.title="pwned"</script>'


@pytest_asyncio.fixture(loop_scope="session")
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_in(tmp_path) as desk:
        yield desk


@pytest_asyncio.fixture(loop_scope="session")
async def address(desk: Desk) -> AsyncIterator[str]:
    async with serving(desk.app) as url:
        yield url


async def log_in(page: Page, address: str, name: str = "Ada") -> None:
    await page.goto(f"{address}/agent")
    await page.get_by_label("Your name").fill(name)
    await page.get_by_label("Access token").fill(TOKEN)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Conversations")).to_be_visible()


async def find_barriers(page: Page) -> list[str]:
    """What axe-core finds. Evaluated by the debugger, since the page's policy lets nothing else in."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found["violations"]]


async def test_what_visitors_write_is_never_executed(browser: Browser, address: str, desk: Desk) -> None:
    await desk.visit("v1", EVIL)
    await desk.visit("v2", "![x](javascript:alert(1)) <svg/onload=alert(1)>")
    async with fresh(browser) as page:
        await log_in(page, address, EVIL[:40])
        await page.locator(".group li button").first.click()
        await expect(page.locator(".log .bubble").first).to_have_text(EVIL)
        await expect(page.locator(".said").first).to_contain_text("<img")
        await expect(page.locator(".group.waiting .wait").first).to_have_text("waits under 1 min")
        assert await page.title() == "(2) Test & shop: agents"
        assert await page.locator("main img, main script").count() == 0


async def test_all_of_it_by_keyboard(browser: Browser, address: str, desk: Desk) -> None:
    async with connected(address) as visitor, fresh(browser) as page:
        name = (await visitor.request(acknowledges=True)).partition(".")[0]
        await desk.visit("other", "hello")
        await desk.visit(name, "hello, I need help", valence=-0.7)
        await log_in(page, address)
        await page.locator(".group li button").first.focus()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Take over")).to_be_focused()
        await expect(page.locator(".log .bubble").first).to_have_text("hello, I need help")
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("Your answer")).to_be_focused()
        await page.keyboard.type("One line")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("and another")
        # What ends a word that is being composed, as Safari tells of it.
        for key in ("Enter", "Escape"):
            await page.get_by_label("Your answer").evaluate(COMPOSED, key)
        await expect(page.get_by_label("Your answer")).to_have_value("One line\nand another")
        await expect(page.get_by_label("Your answer")).to_be_focused()
        await page.keyboard.press("Enter")
        await visitor.until(heard=2)
        assert [each["text"] for each in visitor.heard] == ["Ada has joined.", "One line\nand another"]
        await expect(page.locator(".entry.person:not(.pending)")).to_have_count(1)
        await expect(page.locator(".entry.pending")).to_have_count(0)
        await desk.hear(name, "thank you", f"{name}/late", valence=0.6)
        await expect(page.locator(".log .bubble", has_text="thank you").first).to_be_visible()
        await expect(page.locator("#announcer")).to_contain_text("thank you")
        await expect(page.get_by_label("Mood: content").first).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator(".group.mine li button")).to_be_focused()
        await page.get_by_role("button", name="Give back").press("Enter")
        await visitor.until(heard=3)
        await expect(page.get_by_text("is with the bot again")).to_be_visible()


async def test_what_cannot_be_sent_waits_and_is_said_once(browser: Browser, address: str, desk: Desk) -> None:
    conversation = await desk.visit("v1", "hello")
    async with fresh(browser) as page:
        await log_in(page, address)
        await page.locator(".group li button").first.click()
        await page.get_by_role("button", name="Take over").click()
        await page.route("**/api/say", lambda route: route.abort())
        await page.get_by_label("Your answer").fill("Are you there?")
        await page.keyboard.press("Enter")
        await expect(page.locator(".entry.pending")).to_contain_text("Waiting for a connection")
        await page.unroute("**/api/say")
        await expect(page.locator(".entry.person:not(.pending)")).to_have_count(1, timeout=20_000)
        kept = await desk.store.outbox().recall(conversation, "socketio")
        assert [each.payload["text"] for each in kept.utterances] == ["Ada has joined.", "Are you there?"]


async def test_nobody_is_shut_out(browser: Browser, address: str, desk: Desk) -> None:
    await desk.visit("v1", "hello", "I am furious", valence=-0.8)
    for scheme in ("light", "dark"):
        async with fresh(browser, color_scheme=scheme, viewport={"width": 320, "height": 640}) as page:
            await page.goto(f"{address}/agent")
            assert await find_barriers(page) == []
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320
            await log_in(page, address)
            await expect(page.locator(".group li button")).to_have_count(1)
            assert await find_barriers(page) == []
            await page.locator(".group li button").first.click()
            await page.get_by_role("button", name="Take over").click() if scheme == "light" else None
            await expect(page.get_by_label("Your answer")).to_be_visible()
            assert await find_barriers(page) == []
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320
            await expect(page.get_by_role("heading", level=1)).to_be_visible()


ANSWER = """Here you **are**: [returns](https://shop.example/r) ![the label](https://shop.example/a.png)

| size | price |
|---|---|
| S | 4 |

`code` <b>no</b> [bad](javascript:alert(1))"""


async def says(desk: Desk, text: str, name: str = "Ada") -> None:
    """Somebody at another desk has a conversation, and says something."""
    agent = Agent(f"web:{name.casefold()}", name)
    await desk.visit("v1", "I **mean** it")
    await desk.room.take("web:v1", agent)
    await desk.room.say("web:v1", agent, "r1", text)


async def test_what_is_said_looks_as_the_visitor_sees_it(browser: Browser, address: str, desk: Desk) -> None:
    await says(desk, ANSWER)
    async with fresh(browser) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await log_in(page, address)
        await expect(page.locator(".said")).to_contain_text("Ada: Here you are: returns the label")
        await page.locator(".group li button").first.click()
        said = page.locator(".person .bubble")
        await expect(said.locator("strong")).to_have_text("are")
        await expect(said.locator("td").first).to_have_text("S")
        await expect(said.locator("code")).to_have_text("code")
        await expect(said).to_contain_text("<b>no</b> bad")
        links = await said.locator("a").evaluate_all("links => links.map((link) => [link.href, link.textContent])")
        assert links == [["https://shop.example/r", "returns"], ["https://shop.example/a.png", "the label"]]
        await expect(page.locator(".user .bubble").first).to_have_text("I **mean** it")
        assert await find_barriers(page) == []
        assert [url for url in asked if "shop.example" in url] == []


async def test_a_long_name_is_read_in_full_on_a_phone(browser: Browser, address: str, desk: Desk) -> None:
    name = "Bartholomew van Oosterhout"
    await says(desk, "Hello", name)
    async with fresh(browser, viewport={"width": 320, "height": 568}) as page:
        await log_in(page, address, name)
        await expect(page.locator(".group.mine li")).to_have_count(1)
        for shown in (".me", ".agent"):
            cut = await page.locator(shown).evaluate(
                "node => node.scrollWidth > node.clientWidth || node.getBoundingClientRect().right > innerWidth - 14"
            )
            assert not cut, shown


@pytest.mark.parametrize("height", [256, 320])
async def test_a_low_window_scrolls_as_a_whole(browser: Browser, address: str, desk: Desk, height: int) -> None:
    """As at 400 % zoom, or on a phone held sideways."""
    await says(desk, "\n\n".join(f"line {number}" for number in range(20)))
    async with fresh(browser, viewport={"width": 320, "height": height}) as page:
        await log_in(page, address)
        await page.locator(".group li button").first.click()
        await expect(page.get_by_text("line 19")).to_be_in_viewport()
        await expect(page.get_by_label("Your answer")).to_be_in_viewport()
        await page.mouse.move(160, 60)
        await page.mouse.wheel(0, -5000)
        await expect(page.get_by_role("button", name="Give back")).to_be_in_viewport()
        await desk.hear("v1", "a late word", "v1/late")
        await expect(page.locator(".user .bubble", has_text="a late word")).to_have_count(1)
        await expect(page.get_by_role("button", name="Give back")).to_be_in_viewport()
        assert await find_barriers(page) == []
