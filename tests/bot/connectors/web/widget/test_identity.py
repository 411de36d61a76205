"""Users whom the page knows, and what they think of answers."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest
from playwright.async_api import Page, expect
from starlette.responses import HTMLResponse

from bot.config import JwtSettings, WebSettings
from bot.connectors.feedback import Feedback, InMemoryFeedback
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import Resources, WebApp, create_app
from tests.bot.connectors.web.widget.conftest import IN_BROWSER, say, transcript, until

pytestmark = IN_BROWSER

SECRET = "the host site's secret of 32 bytes or more"
PAGE = """<!doctype html><title>Shop</title><script>
  window.asked = 0;
  window.getToken = async () => { window.asked += 1; return window.tokens?.shift() ?? sessionStorage.token };
</script><script src="/widget.js" data-token-from="getToken" data-open defer></script>"""


class Ratings(InMemoryFeedback):
    """Remembers all that was recorded."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[tuple[str, str | None]] = []

    async def record_feedback(self, feedback: Feedback) -> bool:
        self.all.append((feedback.utterance_id.rpartition("/")[2], feedback.opinion))
        return await super().record_feedback(feedback)


@pytest.fixture
def ratings() -> Ratings:
    return Ratings()


@pytest.fixture
def app(bot: ScriptedBot, ratings: Ratings, monkeypatch: pytest.MonkeyPatch) -> WebApp:
    monkeypatch.setenv("SHOP_JWT_SECRET", SECRET)
    settings = WebSettings(jwt=JwtSettings(secret_env="SHOP_JWT_SECRET", leeway=0, required=False))
    return create_app(bot, settings, "Shop", Resources(feedback=ratings), mounts={"/page": HTMLResponse(PAGE)})


def sign(user: str, seconds: float = 3600, **more: Any) -> str:
    return jwt.encode({"sub": user, "exp": time.time() + seconds, **more}, SECRET, "HS256")


async def enter(page: Page, address: str, *tokens: str) -> None:
    await page.add_init_script(f"window.tokens = {list(tokens)}")
    await page.goto(f"{address}/page")


async def test_the_bot_knows_the_user_and_the_next_user_sees_nothing_of_it(
    page: Page, address: str, bot: ScriptedBot
) -> None:
    await enter(page, address, sign("anna"))
    await say(page, "I am Anna")
    await expect(page.get_by_text("You said: I am Anna")).to_be_visible()
    await enter(page, address, sign("bert"))
    await say(page, "I am Bert")
    await expect(page.get_by_text("You said: I am Bert")).to_be_visible()
    assert await transcript(page) == ["I am Bert", "You said: I am Bert"]
    assert len({message.conversation_id for message in bot.messages}) == 2
    assert [message.sender_id.removesuffix("anna")[-4:] for message in bot.messages][1] == "bert"


async def test_a_token_that_has_ended_is_replaced_by_asking_the_page(page: Page, address: str) -> None:
    await enter(page, address, sign("anna", -5, odd=1), sign("anna"))
    await say(page, "hi")
    await expect(page.get_by_text("You said: hi")).to_be_visible()
    assert await page.evaluate("window.asked") == 2


async def test_who_is_signed_out_is_told_and_may_come_back(page: Page, address: str) -> None:
    await enter(page, address, "no.token.at-all", "no.token.at-all")
    await expect(page.locator("ripen-chat .status")).to_contain_text("You are no longer signed in.")
    await say(page, "hi")
    await expect(page.get_by_text("Waiting to be sent")).to_be_visible()
    await page.evaluate("token => { document.querySelector('ripen-chat').token = token }", sign("anna"))
    await expect(page.get_by_text("You said: hi")).to_have_count(0)  # it was said by somebody else
    await say(page, "it is me")
    await expect(page.get_by_text("You said: it is me")).to_be_visible()
    await expect(page.locator("ripen-chat .status")).to_be_empty()


async def test_thumbs_are_kept_with_the_turn(page: Page, address: str, ratings: Ratings) -> None:
    await enter(page, address, sign("anna"))
    await say(page, "two paragraphs")
    await expect(page.get_by_text("Third.")).to_be_visible()
    up = page.get_by_role("button", name="Helpful", exact=True).last
    down = page.get_by_role("button", name="Not helpful").last
    await up.click()
    await expect(up).to_have_attribute("aria-pressed", "true")
    await expect(page.get_by_text("Thank you for telling us")).to_be_attached()
    await down.click()
    await expect(up).to_have_attribute("aria-pressed", "false")
    await down.click()
    await expect(down).to_have_attribute("aria-pressed", "false")
    await until(page, "!Object.values(localStorage).some(it => it.includes('\"rated\":false'))")
    assert ratings.all == [("2", "up"), ("2", "down"), ("2", None)]


async def test_a_thumb_pressed_without_a_connection_counts_later(page: Page, address: str, ratings: Ratings) -> None:
    await enter(page, address, sign("anna"))
    await say(page, "hi")
    await expect(page.get_by_text("You said: hi")).to_be_visible()
    await page.context.set_offline(True)
    await expect(page.locator("ripen-chat .panel.offline")).to_be_visible(timeout=60000)
    await page.get_by_role("button", name="Helpful", exact=True).click()
    assert ratings.all == []
    await page.context.set_offline(False)
    await until(page, "!Object.values(localStorage).some(it => it.includes('\"rated\":false'))")
    assert ratings.all == [("0", "up")]
