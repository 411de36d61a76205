"""Each message once and in order, as seen by who chats: over reloads, tabs, restarts and lost connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.connectors.web.app import WebApp
from tests.bot.connectors.web.conftest import SCRIPT, serving
from tests.bot.connectors.web.recording import RecordingBot, chatting
from tests.bot.connectors.web.widget.conftest import IN_BROWSER, block_sockets, say, transcript

pytestmark = IN_BROWSER

GREETING = "Hello! What can I do for you?"


@pytest.fixture
def bot() -> RecordingBot:
    return RecordingBot(SCRIPT)


@pytest.fixture
def place(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/chat.db"


@pytest_asyncio.fixture(loop_scope="session")
async def app(bot: RecordingBot, place: str) -> AsyncIterator[WebApp]:
    async with chatting(bot, place) as app:
        yield app


def said(bot: RecordingBot) -> list[str]:
    return [message.text for message in bot.messages]


async def test_a_chat_with_a_button_survives_a_reload(page: Page, address: str, bot: RecordingBot) -> None:
    await page.goto(address)
    await say(page, "choose")
    await page.get_by_role("button", name="Refund").click()
    await expect(page.get_by_text("You said: /refund")).to_be_visible()
    await expect(page.get_by_role("button", name="Track")).to_be_disabled()
    before = await transcript(page)
    assert before == [GREETING, "choose", "Look.", "Which one?", "Refund", "You said: /refund"]
    await page.reload()
    await expect(page.get_by_text("You said: /refund")).to_be_visible()
    assert await transcript(page) == before
    await say(page, "again")
    await expect(page.get_by_text("You said: again")).to_be_visible()
    assert said(bot) == ["choose", "/refund", "again"]
    assert len({message.conversation_id for message in bot.messages}) == 1


async def test_an_answer_that_comes_during_a_reload_is_shown_once(page: Page, address: str, bot: RecordingBot) -> None:
    bot.delay = 1.0
    await page.goto(address)
    await say(page, "two paragraphs")
    await expect(page.locator("ripen-chat .typing")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Third.")).to_be_visible()
    await say(page, "done")
    await expect(page.get_by_text("You said: done")).to_be_visible()
    assert await transcript(page) == [
        GREETING,
        "two paragraphs",
        "First.",
        "Second.",
        "Third.",
        "done",
        "You said: done",
    ]
    assert said(bot) == ["two paragraphs", "done"]


async def test_what_is_said_while_the_session_is_asked_for_goes_at_once(
    page: Page, address: str, bot: RecordingBot
) -> None:
    await page.goto(address)
    await say(page, "before")
    await expect(page.get_by_text("You said: before")).to_be_visible()
    await page.evaluate("chat = document.querySelector('ripen-chat'); chat.reset(); chat.say('after')")
    await expect(page.get_by_text("You said: after")).to_be_visible()
    assert len({message.conversation_id for message in bot.messages}) == 2


async def test_three_tabs_show_the_same_once_and_in_order(page: Page, address: str, bot: RecordingBot) -> None:
    await page.goto(address)
    tabs = [page, await page.context.new_page(), await page.context.new_page()]
    for tab in tabs[1:]:
        await tab.goto(address)
    for number, tab in enumerate(tabs):
        await say(tab, f"from {number}")
        for each in tabs:
            await expect(each.get_by_text(f"You said: from {number}")).to_have_count(1)
    expected = [GREETING, *(line for n in range(3) for line in (f"from {n}", f"You said: from {n}"))]
    for tab in tabs:
        assert await transcript(tab) == expected
    assert said(bot) == ["from 0", "from 1", "from 2"]
    assert len({message.conversation_id for message in bot.messages}) == 1
    await page.get_by_role("button", name="Start over").click()
    await page.get_by_role("button", name="Start over").click()
    await expect(tabs[2].get_by_text("from 1", exact=True)).to_have_count(0)
    await say(tabs[2], "anew")
    await expect(page.get_by_text("You said: anew")).to_have_count(1)
    assert len({message.conversation_id for message in bot.messages}) == 2


async def test_what_is_written_while_the_server_is_away_is_answered_once(
    page: Page, bot: RecordingBot, place: str
) -> None:
    async with chatting(bot, place) as app, serving(app) as address:
        await page.goto(address)
        await say(page, "before")
        await expect(page.get_by_text("You said: before")).to_be_visible()
    port = int(address.rsplit(":", 1)[1])
    await expect(page.locator("ripen-chat .panel.offline")).to_be_visible(timeout=10000)
    await say(page, "while away")
    await expect(page.get_by_text("Waiting to be sent")).to_be_visible()
    await expect(page.locator("ripen-chat .status")).to_contain_text("No connection")
    async with chatting(bot, place) as app, serving(app, port):
        await expect(page.get_by_text("You said: while away")).to_be_visible(timeout=15000)
        await expect(page.locator("ripen-chat .waiting")).to_have_count(0)
    assert said(bot) == ["before", "while away"]
    assert await transcript(page) == [GREETING, "before", "You said: before", "while away", "You said: while away"]


async def test_an_answer_lost_with_the_connection_comes_after_all_and_once(
    page: Page, address: str, bot: RecordingBot
) -> None:
    bot.delay = 1.0
    await page.goto(address)
    await say(page, "hi")
    await expect(page.locator("ripen-chat .typing")).to_be_visible()
    await page.context.set_offline(True)
    await page.evaluate("document.querySelector('ripen-chat').say('meanwhile')")
    await asyncio.sleep(1.2)  # the answer is said to nobody
    await page.context.set_offline(False)
    await expect(page.get_by_text("You said: meanwhile")).to_be_visible(timeout=20000)
    assert said(bot) == ["hi", "meanwhile"]
    assert sorted((await transcript(page))[1:]) == ["You said: hi", "You said: meanwhile", "hi", "meanwhile"]


async def test_plain_requests_are_enough_where_sockets_are_blocked(page: Page, address: str, bot: RecordingBot) -> None:
    await block_sockets(page)
    await page.goto(address)
    await say(page, "choose")
    await expect(page.get_by_role("button", name="Track")).to_be_visible(timeout=15000)
    await page.get_by_role("button", name="Track").click()
    await expect(page.get_by_text("You said: /track")).to_be_visible(timeout=15000)
    await page.get_by_role("button", name="Helpful", exact=True).last.click()
    await expect(page.get_by_role("button", name="Helpful", exact=True).last).to_have_attribute("aria-pressed", "true")
    await page.unroute("**/socket.io/**")
    await page.reload()
    await say(page, "by socket")
    await expect(page.get_by_text("You said: by socket")).to_be_visible(timeout=15000)
    shown = ["choose", "Look.", "Which one?", "Track", "You said: /track", "by socket", "You said: by socket"]
    assert await transcript(page) == [GREETING, *shown]
    assert len({message.conversation_id for message in bot.messages}) == 1


async def test_what_cannot_be_answered_says_so_and_is_tried_again(page: Page, address: str, bot: RecordingBot) -> None:
    await page.goto(address)
    await say(page, "explode")
    await expect(page.locator("ripen-chat .failed")).to_contain_text("Not sent.")
    del bot.script["explode"]
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_text("You said: explode")).to_be_visible()
    await expect(page.locator("ripen-chat .failed")).to_have_count(0)


async def test_what_was_written_yesterday_is_not_sent_unasked(page: Page, address: str, bot: RecordingBot) -> None:
    await page.goto(address)
    await page.evaluate(
        """address => {
          const at = Date.now() - 25 * 3600e3;
          const entry = {id: "old", from: "user", text: "old news", state: "waiting", at, order: at, rev: 0};
          const history = {epoch: 9, owner: "", after: 0, read: 0, entries: [entry]};
          localStorage.setItem(`ripen-chat ${address}/`, JSON.stringify(history));
        }""",
        address,
    )
    await page.reload()
    await expect(page.locator("ripen-chat .failed")).to_contain_text("It was written long ago.")
    assert said(bot) == []
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_text("You said: old news")).to_be_visible()


async def test_a_session_that_is_not_known_any_more_begins_anew(page: Page, address: str, bot: RecordingBot) -> None:
    await page.goto(address)
    await say(page, "before")
    await expect(page.get_by_text("You said: before")).to_be_visible()
    await page.evaluate(
        """() => {
          const [key] = Object.keys(localStorage);
          const kept = JSON.parse(localStorage[key]);
          localStorage[key] = JSON.stringify({...kept, session: kept.session.slice(0, -4) + "AAAA"});
        }"""
    )
    await page.reload()
    await expect(page.get_by_text("New conversation")).to_be_visible()
    await say(page, "after")
    await expect(page.get_by_text("You said: after")).to_be_visible()
    assert (await transcript(page))[1:] == ["before", "You said: before", "after", "You said: after"]
    assert len({message.conversation_id for message in bot.messages}) == 2
