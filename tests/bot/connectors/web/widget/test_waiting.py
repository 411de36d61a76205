"""What has to wait is seen to wait, and what was said to a page that was away comes when it is back."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from bot.config import WebSettings
from bot.config.web import LimitSettings
from bot.connectors.base import Push
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import WebApp, create_app
from bot.messages import Part
from tests.bot.connectors.web.conftest import serving
from tests.bot.connectors.web.widget.conftest import IN_BROWSER, block_sockets, fresh, say, transcript

pytestmark = IN_BROWSER


async def test_what_is_over_a_limit_waits_visibly(browser: Browser, bot: ScriptedBot) -> None:
    settings = WebSettings(limits=LimitSettings(messages_per_session=1))
    async with fresh(browser) as page, serving(create_app(bot, settings, "Test")) as address:
        await page.goto(address)
        await say(page, "one")
        await expect(page.get_by_text("You said: one")).to_be_visible()
        await say(page, "two")
        await expect(page.locator("ripen-chat .held")).to_contain_text("Waiting to be sent")
    assert [message.text for message in bot.messages] == ["one"]


@pytest.mark.parametrize("sockets", [True, False])
async def test_what_is_said_unasked_while_the_page_is_away_comes_once(
    page: Page, address: str, app: WebApp, bot: ScriptedBot, sockets: bool
) -> None:
    if not sockets:
        await block_sockets(page)
    await page.goto(address)
    await say(page, "hi")
    await expect(page.get_by_text("You said: hi")).to_be_visible(timeout=15000)
    conversation = bot.messages[0].conversation_id
    await page.goto("about:blank")
    for number in range(3):
        assert await app.deliver(Push(conversation, str(number), (Part(text=f"News {number}"),)))
    await page.goto(address)
    await expect(page.get_by_text("News 2")).to_be_visible(timeout=15000)
    assert (await transcript(page))[1:] == ["hi", "You said: hi", "News 0", "News 1", "News 2"]
    assert await page.locator("ripen-chat .bot .thumb").count() == 2, "what answers nothing cannot be rated"
    await page.reload()
    await say(page, "thanks")
    await expect(page.get_by_text("You said: thanks")).to_be_visible(timeout=15000)
    assert (await transcript(page))[1:] == [
        "hi",
        "You said: hi",
        "News 0",
        "News 1",
        "News 2",
        "thanks",
        "You said: thanks",
    ]
