"""A person answers in the bot's place: the chat says who, and who comes and goes."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from bot.connectors.base import Push, Speaker
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import WebApp
from bot.messages import Part
from tests.bot.connectors.web.client import until as eventually
from tests.bot.connectors.web.widget.conftest import IN_BROWSER, say, transcript

pytestmark = IN_BROWSER
EVIL = "<img src=x onerror=\"document.title='pwned'\">"


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
async def test_the_chat_says_who_answers(
    page: Page, address: str, app: WebApp, bot: ScriptedBot, direction: str
) -> None:
    await page.goto(address)
    await page.evaluate(f"document.documentElement.dir = '{direction}'")
    await say(page, "hi")
    await eventually(lambda: bool(bot.messages))
    conversation = bot.messages[-1].conversation_id

    async def push(name: str, kind: str, *texts: str) -> None:
        parts = tuple(Part(text=text) for text in texts)
        speaker = Speaker("person" if kind == "person" else "notice", name)
        assert await app.deliver(Push(conversation, f"{name}/{kind}/{texts[0]}", parts, speaker))

    await push("Ada", "notice", f"{EVIL} has joined.")
    await push("Ada", "person", "Hello **you**.", "What is it?")
    await push(EVIL, "person", "It is me.")
    await push("Ada", "notice", "Ada has left.")
    chat = page.locator("ripen-chat")
    await expect(chat.locator(".notice")).to_have_text([f"{EVIL} has joined.", "Ada has left."])
    await expect(chat.locator(".human .by")).to_have_text(["Ada", "Ada", EVIL])
    named = chat.locator(".human.named .by")
    await expect(named).to_have_text(["Ada", EVIL])
    await expect(named.first).to_be_visible()
    await expect(chat.locator(".human strong")).to_have_text("you")
    await expect(chat.locator(".human .thumb")).to_have_count(0)
    assert (await transcript(page))[-3:] == ["Hello you.", "What is it?", "It is me."]
    await page.reload()
    await expect(chat.locator(".notice")).to_have_count(2)
    await expect(chat.locator(".human.named .by")).to_have_text(["Ada", EVIL])
    assert "pwned" not in await page.title()


async def test_the_chat_shows_that_a_person_writes_and_tells_them_of_the_user(
    page: Page, address: str, app: WebApp, bot: ScriptedBot
) -> None:
    await page.goto(address)
    await say(page, "hi")
    await eventually(lambda: bool(bot.messages))
    conversation = bot.messages[-1].conversation_id
    chat, field = page.locator("ripen-chat"), page.locator("ripen-chat textarea")
    await expect(chat.locator(".entry.bot", has_text="You said: hi")).to_have_count(1)
    await field.press_sequentially("what")
    await app.chat.show_typing(conversation, "Ada")
    await expect(chat.locator(".typing")).to_be_visible()
    assert not app.chat.is_typing(conversation), "the bot need not know that the user writes"
    hello = (Part(text="Hello"),)
    assert await app.deliver(Push(conversation, "1", hello, Speaker("person", "Ada")))
    await expect(chat.locator(".human .by")).to_have_text("Ada")
    await expect(chat.locator(".typing")).to_have_count(0)
    await field.press_sequentially(" is it")
    await eventually(lambda: app.chat.is_typing(conversation))
    await field.press("Enter")
    await eventually(lambda: not app.chat.is_typing(conversation))
