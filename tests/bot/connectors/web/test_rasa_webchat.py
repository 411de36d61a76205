"""rasa-webchat 1.0.1 as npm has it, in a real browser, against the chat over a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from starlette.responses import FileResponse, HTMLResponse

from bot.connectors.base import Push, Speaker
from bot.connectors.web.app import WebApp
from bot.messages import Part
from tests.bot.connectors.web.client import until
from tests.bot.connectors.web.conftest import SCRIPT, serving
from tests.bot.connectors.web.recording import RecordingBot, chatting
from tests.standins.npm import fetch_file

pytestmark = pytest.mark.browser

RASA_WEBCHAT = (
    "rasa-webchat@1.0.1",
    "sha512-Ld1zVJvTAaTrs6A5p8t70agNNrKYRyXlvqXZRgBoDvKKUXbA0jhJKECi5bdPGlaR6jsmqWtVylHS+YqIqo0x8w==",
    "lib/index.js",
)
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
PAGE = """<!doctype html><meta charset="utf-8"><title>A shop</title><div id="webchat"></div>
<script src="/rasa-webchat.js"></script><script>
  WebChat.default({
    socketUrl: location.origin, title: "Help", customData: {page: "/shop"}, embedded: true,
    showMessageDate: false, params: {storage: "local"}, customMessageDelay: () => 0,
  }, null);
</script>"""


@pytest.fixture
def bot() -> RecordingBot:
    return RecordingBot({**SCRIPT, "picture": (Part(image=PIXEL),)})


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    page = await browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []


@asynccontextmanager
async def shop(bot: RecordingBot, place: str, port: int = 0) -> AsyncIterator[tuple[WebApp, str]]:
    """A page with the widget, and the bot that it talks to."""
    script = FileResponse(fetch_file(*RASA_WEBCHAT))
    mounts = {"/page": HTMLResponse(PAGE), "/rasa-webchat.js": script}
    async with chatting(bot, place, mounts) as app, serving(app, port) as address:
        yield app, address


async def say(page: Page, text: str) -> None:
    await page.locator(".rw-new-message").fill(text)
    await page.keyboard.press("Enter")


async def transcript(page: Page) -> list[str]:
    return [text.strip() for text in await page.locator(".rw-message .rw-message-text").all_inner_texts()]


async def test_text_buttons_and_images(page: Page, bot: RecordingBot, tmp_path: Path) -> None:
    async with shop(bot, f"sqlite:///{tmp_path}/chat.db") as (_, address):
        await page.goto(f"{address}/page")
        await say(page, "two paragraphs")
        await expect(page.get_by_text("Third.")).to_be_visible()
        await say(page, "choose")
        await page.locator(".rw-reply", has_text="Refund").click()
        await expect(page.get_by_text("You said: /refund")).to_be_visible()
        await say(page, "picture")
        await expect(page.locator(".rw-image-frame")).to_have_attribute("src", PIXEL)
        await page.screenshot(path=tmp_path / "rasa-webchat.png")
        assert await transcript(page) == [
            *("two paragraphs", "First.", "Second.", "Third."),
            *("choose", "Look.", "Which one?", "Refund", "You said: /refund", "picture"),
        ]
    assert [message.text for message in bot.messages] == ["two paragraphs", "choose", "/refund", "picture"]
    assert bot.messages[0].metadata == {"page": "/shop"}
    assert len({message.conversation_id for message in bot.messages}) == 1


async def test_a_reload_and_a_restart_lose_nothing_and_double_nothing(
    page: Page, bot: RecordingBot, tmp_path: Path
) -> None:
    place = f"sqlite:///{tmp_path}/chat.db"
    async with shop(bot, place) as (app, address):
        await page.goto(f"{address}/page")
        await say(page, "hi")  # perhaps before the session is confirmed, which it then repeats at each reconnect
        await expect(page.get_by_text("You said: hi")).to_be_visible()
        conversation = bot.messages[0].conversation_id
        await page.reload()
        await expect(page.get_by_text("You said: hi")).to_be_visible()
        await until(lambda: len(app.sockets.server.eio.sockets) == 1)
        await say(page, "once more")
        await expect(page.get_by_text("You said: once more")).to_be_visible()
    async with chatting(bot, place) as away:
        said = (Part(text="While you were away"),)
        assert await away.deliver(Push(conversation, "p1", said, Speaker("person", "Ada")))
    async with shop(bot, place, int(address.rpartition(":")[2])):
        await expect(page.get_by_text("While you were away")).to_be_visible(timeout=15_000)
        await say(page, "thanks")
        await expect(page.get_by_text("You said: thanks")).to_be_visible()
        assert await transcript(page) == [
            *("hi", "You said: hi", "once more", "You said: once more"),
            *("While you were away", "thanks", "You said: thanks"),
        ]
    assert [message.text for message in bot.messages] == ["hi", "once more", "thanks"]
    assert {message.conversation_id for message in bot.messages} == {conversation}
