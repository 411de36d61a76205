"""What a page may choose: words, languages, looks, and when the chat opens."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from bot.connectors.scripted import ScriptedBot
from tests.bot.connectors.web.widget.conftest import IN_BROWSER, fresh, say, transcript, until

pytestmark = IN_BROWSER


async def choose(page: Page, **options: str) -> None:
    """Set data- attributes on the chat of the demo page."""
    await page.evaluate("options => Object.assign(document.querySelector('ripen-chat').dataset, options)", options)


@pytest.mark.parametrize(
    ("lang", "field", "direction"),
    [
        ("de-AT", "Nachricht schreiben", "ltr"),
        ("es", "Escribe un mensaje", "ltr"),
        ("fr", "Écrire un message", "ltr"),
        ("ar", "اكتب رسالة", "rtl"),
        ("xx", "Write a message", "ltr"),
    ],
)
async def test_it_speaks_the_language_of_its_page(
    page: Page, address: str, lang: str, field: str, direction: str
) -> None:
    await page.goto(address)
    await choose(page, lang=lang)
    await expect(page.get_by_label(field)).to_be_visible()
    around = page.locator("ripen-chat .around")
    assert await around.get_attribute("dir") == direction
    at_the_left = await page.locator("ripen-chat .panel").evaluate("it => it.getBoundingClientRect().left === 20")
    assert at_the_left == (direction == "rtl")


async def test_every_language_says_everything(page: Page, address: str) -> None:
    await page.goto(address)
    languages: dict[str, dict[str, str]] = await page.evaluate(
        "import('./static/widget/languages.js').then(it => it.LANGUAGES)"
    )
    assert len(languages) >= 5
    for texts in languages.values():
        assert texts.keys() == languages["en"].keys()
        assert all(text.strip() for text in texts.values())
        for name, text in languages["en"].items():
            assert text.count("{") == texts[name].count("{")


async def test_its_words_can_be_the_pages_own(page: Page, address: str) -> None:
    await page.goto(address)
    await choose(page, texts='{"field": "Was gibt es?", "person": "Anrufen"}', title="Hilfe", subtitle="Gleich da")
    await expect(page.get_by_label("Was gibt es?")).to_be_visible()
    await expect(page.get_by_role("button", name="Anrufen")).to_be_visible()
    await expect(page.get_by_role("dialog", name="Hilfe")).to_contain_text("Gleich da")
    await page.evaluate("document.querySelector('ripen-chat').texts = {send: 'Los'}")
    await expect(page.get_by_role("button", name="Los", exact=True)).to_be_attached()


async def test_it_opens_by_attribute_key_and_anything_on_the_page(page: Page, address: str) -> None:
    await page.goto(address)
    panel = page.locator("ripen-chat .panel")
    await choose(page, shortcut="Alt+K")
    await page.keyboard.press("Alt+k")
    await expect(panel).to_be_hidden()
    await page.keyboard.press("Alt+k")
    await expect(panel).to_be_visible()
    await page.evaluate("document.querySelector('ripen-chat').removeAttribute('data-open')")
    await expect(panel).to_be_hidden()
    await page.evaluate("document.querySelector('ripen-chat').dataset.open = ''")
    await expect(panel).to_be_visible()
    await page.keyboard.press("Alt+k")
    await page.evaluate("document.querySelector('h1').setAttribute('data-ripen-say', 'from the page')")
    await page.locator("h1").click()
    await expect(page.get_by_text("You said: from the page")).to_be_visible()


async def test_suggestions_are_offered_until_something_is_said(page: Page, address: str, bot: ScriptedBot) -> None:
    await page.goto(address)
    await choose(page, suggestions='["Returns?", {"title": "My order", "payload": "/order_status"}]', person="/person")
    offered = page.get_by_role("group", name="Things to ask")
    await offered.get_by_role("button", name="My order").click()
    await expect(page.get_by_text("You said: /order_status")).to_be_visible()
    await expect(offered).to_be_hidden()
    await page.get_by_role("button", name="Talk to a person").click()
    await expect(page.get_by_text("You said: /person")).to_be_visible()
    shown = ["My order", "You said: /order_status", "I want to talk to a person", "You said: /person"]
    assert (await transcript(page))[1:] == shown


@pytest.mark.parametrize(
    ("language", "words"), [("de", "Ich möchte mit einem Menschen sprechen"), ("ar", "أريد التحدث إلى شخص")]
)
async def test_a_person_can_be_asked_for_in_any_language(
    page: Page, address: str, bot: ScriptedBot, language: str, words: str
) -> None:
    """By what every bot knows, whatever language its intents are in."""
    await page.goto(address)
    await choose(page, person="", lang=language)
    await page.locator("ripen-chat .person").click()
    await expect(page.get_by_text(words, exact=True)).to_be_visible()
    await expect(page.get_by_text("You said: /hand_off")).to_be_visible()
    assert [said.metadata.get("title") for said in bot.messages] == [words]


async def test_its_colours_come_from_the_page(page: Page, address: str) -> None:
    await page.goto(address)
    await page.evaluate("document.querySelector('ripen-chat').style.setProperty('--ripen-accent', 'rgb(122, 46, 142)')")
    launcher = page.get_by_role("button", name="Chat", exact=True)
    await expect(launcher).to_have_css("background-color", "rgb(122, 46, 142)")
    await choose(page, theme="dark", side="left")
    await expect(page.locator("ripen-chat .panel")).to_have_css("background-color", "rgb(20, 25, 23)")
    await expect(launcher).to_have_css("left", "20px")


async def test_it_tells_the_page_what_happens(page: Page, address: str, bot: ScriptedBot) -> None:
    await page.goto(address)
    await choose(page, metadata='{"cart": 7}')
    await page.evaluate(
        """() => {
          window.heard = [];
          for (const name of ["open", "close", "message", "custom", "unread", "feedback", "state"])
            document.addEventListener(`ripen-${name}`, event => window.heard.push([name, event.detail]));
        }"""
    )
    await say(page, "custom")
    await until(page, "window.heard.some(([name]) => name === 'custom')")
    await page.keyboard.press("Escape")
    await page.evaluate("document.querySelector('ripen-chat').say('hi')")
    await until(page, "window.heard.some(([name, it]) => name === 'unread' && it.count === 1)")
    heard: list[Any] = await page.evaluate("window.heard")
    told = [(name, (detail or {}).get("text")) for name, detail in heard if name in ("message", "close")]
    assert told == [("message", "custom"), ("close", None), ("message", "hi"), ("message", "You said: hi")]
    assert next(detail for name, detail in heard if name == "custom")["url"] == "v"
    assert [message.metadata["cart"] for message in bot.messages] == [7, 7]


async def test_the_playground_shows_and_writes_down_every_option(page: Page, address: str) -> None:
    await page.goto(f"{address}/playground")
    await page.get_by_label("Title", exact=True).fill('A "fine" shop')
    await page.get_by_label("Language").select_option("de")
    await page.get_by_label("Corners").fill("4")
    await page.get_by_label("Offer to talk to a person").uncheck()
    await expect(page.get_by_role("dialog", name='A "fine" shop')).to_be_visible()
    await expect(page.get_by_label("Nachricht schreiben")).to_be_visible()
    await expect(page.locator("ripen-chat .panel")).to_have_css("border-radius", "4px")
    written = await page.locator("#snippet").inner_text()
    assert 'data-title="A &quot;fine&quot; shop"' in written
    assert 'data-lang="de"' in written
    assert "data-person" not in written
    assert "<style>ripen-chat { --ripen-radius: 4px; }</style>" in written
    observed: list[str] = await page.evaluate("customElements.get('ripen-chat').observedAttributes")
    asked = await page.locator("#options [name^=data-]").evaluate_all("all => all.map(one => one.name)")
    assert {*observed, "data-theme", "data-side", "data-metadata", "data-keep"} - {"data-token"} == set(asked)


async def test_who_stays_is_invited_until_they_decide(browser: Browser, address: str) -> None:
    async with fresh(browser) as page:
        await page.goto(f"{address}/playground")
        await page.get_by_label("Open from the start").uncheck()
        await page.get_by_label("Seconds before that").fill("0")
        await page.get_by_label("Invitation").fill("Any questions?")
        invitation = page.get_by_role("status").get_by_role("button", name="Any questions?")
        await expect(invitation).to_be_visible()
        await page.get_by_label("Invitation").fill("Any questions about it?")
        await page.get_by_role("button", name="Any questions about it?").click()
        await expect(page.get_by_label("Write a message")).to_be_focused()
        await expect(invitation).to_be_hidden()
        await page.keyboard.press("Escape")
        await expect(page.get_by_label("Write a message")).to_be_hidden()
        await expect(invitation).to_be_hidden()
    async with fresh(browser, viewport={"width": 320, "height": 560}) as page:
        await page.goto(address)
        await choose(page, invite="A question that is rather long, for a small screen at least?", inviteAfter="0")
        await page.get_by_role("status").get_by_role("button", name="Close").click()
        await expect(page.get_by_role("button", name="Chat", exact=True)).to_be_focused()
        await page.reload()
        await choose(page, invite="Again?", inviteAfter="0")
        await page.evaluate("new Promise((resolve) => setTimeout(resolve, 50))")
        await expect(page.get_by_role("button", name="Again?")).to_be_hidden()
        assert await page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"lang": "de_AT"}, "Nachricht schreiben"),
        ({"lang": "no tag at all", "texts": '{"send": "Go"}'}, "Write a message"),
        ({"texts": '{"send": 5}'}, "Write a message"),
        ({"avatar": "http://"}, "Write a message"),
        ({"inviteAfter": "soon", "invite": "Hi", "keep": "forever"}, "Write a message"),
    ],
)
async def test_a_bad_value_costs_nobody_the_chat(page: Page, address: str, options: dict[str, str], field: str) -> None:
    await page.goto(address)
    await choose(page, **options)
    await page.get_by_label(field).fill("hi")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("You said: hi")).to_be_visible()


async def test_what_is_being_written_outlives_a_change_and_can_be_sent(page: Page, address: str) -> None:
    await page.goto(address)
    await page.get_by_label("Write a message").fill("half a thought")
    await page.locator("ripen-chat").evaluate("chat => { chat.dataset.placeholder = 'Say it' }")
    await expect(page.get_by_label("Say it")).to_have_value("half a thought")
    await expect(page.get_by_label("Say it")).to_be_focused()
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_text("You said: half a thought")).to_be_visible()
