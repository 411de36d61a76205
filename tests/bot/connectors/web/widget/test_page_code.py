"""What the page's own code does with the chat: docs/widget.md, word for word, and applications that move it about."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from bot.connectors.scripted import ScriptedBot
from bot.messages import Button, Part
from tests.bot.connectors.web.widget.conftest import IN_BROWSER, fresh, say, transcript, until
from tests.bot.connectors.web.widget.test_accessibility import judge
from tests.docs.pages import ROOT

pytestmark = IN_BROWSER

CHAT = "document.querySelector('ripen-chat')"
RECIPES = (ROOT / "docs" / "widget.md").read_text("utf-8").split("### What pages do with it")[1].split("\n## ")[0]
SNIPPETS = re.findall(r"```js\n(.*?)```", RECIPES, re.DOTALL)
WELCOME = Part(text="Welcome!", buttons=(Button("My order", "/order"),))


@pytest.fixture(autouse=True)
def script(bot: ScriptedBot) -> None:
    bot.script |= {"/greet": (WELCOME,), "/offer_help": (Part(text="Need a hand?"),)}


async def embed(page: Page, address: str, attributes: str = "") -> None:
    """A page of a site's own with the chat in it."""
    html = f"<!doctype html><html lang='en'><title>Shop</title><div id='other'></div>{script_tag(attributes)}"
    await page.route(f"{address}/shop", lambda route: route.fulfill(body=html, content_type="text/html"))
    await page.goto(f"{address}/shop")
    await until(page, f"{CHAT}?.state === 'online'")


def script_tag(attributes: str) -> str:
    return f"<script src='/widget.js' {attributes} defer></script>"


async def test_the_snippets_of_the_docs_do_what_they_say(page: Page, address: str, bot: ScriptedBot) -> None:
    assert len(SNIPPETS) == 5
    ready, title, route, offer, count = SNIPPETS
    await embed(page, address)
    await page.evaluate(f"() => {{ {title} {count} window.dataLayer = []; }}")
    await page.evaluate(f"() => {{ {offer.replace('30_000', '0')} }}")
    await until(page, "document.title === '(1) Shop'")
    await page.evaluate(f"() => {{ {ready} }}")
    await until(page, "document.title === 'Shop'")
    assert await transcript(page) == ["Need a hand?"]
    await page.evaluate(f"() => {{ {route} onRoute('/checkout/1'); }}")
    await expect(page.locator("ripen-chat")).to_be_hidden()
    await page.evaluate(f"() => {{ {route} onRoute('/cart'); }}")
    await say(page, "hello")
    await expect(page.get_by_text("You said: hello")).to_be_visible()
    assert bot.messages[-1].metadata["page"] == "/cart"
    assert await page.evaluate("window.dataLayer") == [{"event": "chat_message"}]


async def test_the_bot_begins_when_the_chat_is_first_opened(page: Page, address: str, bot: ScriptedBot) -> None:
    await embed(page, address, "data-start='/greet'")
    launcher = page.get_by_role("button", name="Chat", exact=True)
    assert bot.messages == []
    await launcher.click()
    await expect(page.get_by_role("button", name="My order")).to_be_visible()
    assert await transcript(page) == ["Welcome!"]
    await page.keyboard.press("Escape")
    await page.reload()
    await launcher.click()
    await expect(page.get_by_text("Welcome!")).to_be_visible()
    assert [(message.text, message.metadata["silent"]) for message in bot.messages] == [("/greet", True)]
    await page.evaluate(f"{CHAT}.reset()")
    await until(page, f"{CHAT}.shadowRoot.querySelectorAll('.bubble').length === 1")
    assert [message.text for message in bot.messages] == ["/greet"] * 2
    assert bot.messages[0].conversation_id != bot.messages[1].conversation_id


async def test_what_the_page_says_counts_as_unread_and_is_no_message(page: Page, address: str) -> None:
    await embed(page, address)
    heard = "document.addEventListener('ripen-message', ({detail}) => window.heard.push([detail.from, detail.text]))"
    await page.evaluate(f"window.heard = []; {heard}; {CHAT}.trigger('/offer_help')")
    await expect(page.get_by_role("button", name="Chat, 1 unread")).to_be_visible()
    assert await page.evaluate("window.heard") == [["bot", "Need a hand?"]]


@pytest.mark.parametrize(
    ("keep", "tabs", "reloads"), [("browser", True, True), ("tab", False, True), ("page", False, False)]
)
async def test_the_page_says_how_long_it_is_kept(
    browser: Browser, address: str, keep: str, tabs: bool, reloads: bool
) -> None:
    async with fresh(browser) as page:
        await embed(page, address, f"data-open data-keep='{keep}'")
        await say(page, "hello")
        await expect(page.get_by_text("You said: hello")).to_be_visible()
        stored: dict[str, Any] = await page.evaluate("({local: localStorage.length, tab: sessionStorage.length})")
        assert stored == {"local": int(keep == "browser"), "tab": int(keep == "tab")}
        await page.reload()
        await until(page, f"{CHAT}?.state === 'online'")
        assert bool(await transcript(page)) == reloads
        other = await page.context.new_page()
        await embed(other, address, f"data-open data-keep='{keep}'")
        assert bool(await transcript(other)) == tabs


@pytest.mark.parametrize("keep", ["browser", "page"])
async def test_an_application_may_move_it_and_make_it_anew(
    page: Page, address: str, bot: ScriptedBot, keep: str
) -> None:
    await embed(page, address, f"data-keep='{keep}'")
    await page.evaluate(f"{CHAT}.open()")
    await say(page, "one")
    await expect(page.get_by_text("You said: one")).to_be_visible()
    await page.get_by_label("Write a message").fill("half a thought")
    await page.evaluate(f"document.getElementById('other').append({CHAT})")
    await expect(page.get_by_label("Write a message")).to_have_value("half a thought")
    anew = f"const chat = document.createElement('ripen-chat'); chat.dataset.keep = '{keep}'"
    await page.evaluate(f"{CHAT}.remove(); {anew}; document.body.append(chat)")
    await until(page, f"{CHAT}.state === 'online'")
    await say(page, "two")
    await expect(page.get_by_text("You said: two")).to_be_visible()
    assert await transcript(page) == ["one", "You said: one", "two", "You said: two"]
    assert len({message.conversation_id for message in bot.messages}) == 1


async def test_it_can_be_a_part_of_the_page(browser: Browser, address: str, bot: ScriptedBot) -> None:
    docs = (ROOT / "docs" / "widget.md").read_text("utf-8").split("### In the page")[1]
    snippet = docs.split("```html\n")[1].split("```")[0].replace("https://bot.example.com", address)
    html = (
        f"<!doctype html><html lang='en'><title>Help</title><body style='margin: 0'><main><h1>Help</h1>{snippet}</main>"
    )
    async with fresh(browser, viewport={"width": 400, "height": 700}) as page:
        await page.route(f"{address}/help", lambda route: route.fulfill(body=html, content_type="text/html"))
        await page.goto(f"{address}/help")
        await until(page, f"{CHAT}?.state === 'online'")
        panel = page.get_by_role("region", name="Help")
        await expect(panel).to_be_visible()
        sizes = await panel.evaluate("it => [it.offsetWidth, it.offsetHeight]")
        assert sizes == [400, 600]
        await expect(page.get_by_role("button", name="Chat")).to_have_count(0)
        await expect(page.get_by_role("button", name="Close")).to_have_count(0)
        await say(page, "hello")
        await page.keyboard.press("Escape")
        await expect(page.get_by_text("You said: hello")).to_be_visible()
        assert await judge(page) == []
        await page.evaluate(f"{CHAT}.removeAttribute('data-inline')")
        await expect(page.get_by_role("dialog", name="Help")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name="Chat", exact=True)).to_be_visible()


async def test_a_beginning_is_said_once_as_it_was_written(page: Page, address: str, bot: ScriptedBot) -> None:
    await page.goto(f"{address}/playground")
    await page.get_by_role("button", name="open()", exact=True).click()
    await page.get_by_label("Said to the bot at the start").press_sequentially("/greet")
    await page.get_by_role("button", name="reset()").click()
    await expect(page.get_by_text("Welcome!", exact=True)).to_be_visible()
    await page.get_by_role("button", name="trigger(").click()
    await expect(page.get_by_text("Welcome!", exact=True)).to_have_count(2)
    assert [message.text for message in bot.messages] == ["/greet", "/greet"]


async def test_what_is_asked_before_the_page_has_a_token_waits(page: Page, address: str) -> None:
    give = "<script>window.token = new Promise((resolve) => { window.give = resolve; })</script>"
    html = f"<!doctype html><html lang='en'>{give}<script>getToken = () => window.token</script>"
    tag = script_tag("data-token-from='getToken' data-start='/greet'")
    await page.route(f"{address}/shop", lambda route: route.fulfill(body=html + tag, content_type="text/html"))
    await page.goto(f"{address}/shop")
    await page.evaluate(f"{CHAT}.reset(); {CHAT}.open(); {CHAT}.say('early')")
    await page.evaluate("window.give(undefined)")
    await expect(page.get_by_text("You said: early")).to_be_visible()
    assert await transcript(page) == ["Welcome!", "early", "You said: early"]
    assert await page.evaluate(f"{CHAT}.isOpen"), "who opened it before does not see it close"
