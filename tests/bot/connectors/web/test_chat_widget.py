"""Rasa's chat-widget, by its stand-in and by the client library that it is built on, in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser
from starlette.responses import FileResponse, HTMLResponse

from bot.config import WebSettings
from bot.connectors.base import Push
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import WebApp, create_app
from bot.messages import Part
from tests.bot.connectors.web.client import connected, until
from tests.bot.connectors.web.conftest import serving
from tests.standins.chat_widget import ChatWidget, understand
from tests.standins.npm import fetch_file

SOCKET_IO = (
    "socket.io-client@4.7.5",
    "sha512-sJ/tqHOCe7Z50JCBCXrsY3I2k03iOiUe+tj1OmKeD2lXPiGH/RUCdTZFoqVyN7l1MnpIzPrGtLcijffmeouNlQ==",
    "dist/socket.io.min.js",
)
PAGE = """<!doctype html><title>A shop</title><script src="/socket.io.js"></script><script>
  const own = crypto.randomUUID(), heard = [];
  let reconnects = 0;
  const socket = io();
  socket.on("connect", () => socket.emit("session_request", {session_id: own}));
  socket.io.on("reconnect", () => reconnects++);
  socket.on("bot_uttered", (message) => heard.push(message.text));
  const say = (message) => socket.emit("user_uttered", {message, session_id: own});
</script>"""


@pytest.fixture
async def widget(address: str) -> AsyncIterator[ChatWidget]:
    widget = ChatWidget(address)
    await widget.connect()
    yield widget
    await widget.leave()


async def test_it_shows_what_the_bot_says(widget: ChatWidget) -> None:
    for text in ("two paragraphs", "choose", "picture", "custom"):
        await widget.say(text)
    await widget.until(shown=7)
    kinds = [kind for kind, _ in widget.shown]
    assert kinds == ["text", "text", "text", "quick_replies", "quick_replies", "image", "video"]


async def test_it_goes_on_after_a_break_and_misses_nothing(widget: ChatWidget, app: WebApp, bot: ScriptedBot) -> None:
    await widget.say("hi")
    await widget.until(shown=1)
    await widget.leave()
    await until(lambda: not app.sockets.server.eio.sockets)  # what goes to a socket counts as arrived
    assert await app.deliver(Push(bot.messages[0].conversation_id, "p", (Part(text="While you were away"),)))
    await widget.reconnect()
    await widget.until(shown=2)
    await widget.say("thanks")
    await widget.until(shown=3)
    assert [message["text"] for _, message in widget.shown] == [
        "You said: hi",
        "While you were away",
        "You said: thanks",
    ]
    assert len({message.conversation_id for message in bot.messages}) == 1


async def test_a_reload_is_a_new_user_even_with_a_fixed_id(address: str, bot: ScriptedBot) -> None:
    for _ in range(2):
        page = ChatWidget(address, sender_id="customer-17")
        await page.connect()
        await page.say("hi")
        await page.until(shown=1)
        await page.leave()
    assert len({message.conversation_id for message in bot.messages}) == 2


async def test_it_works_by_rest(address: str, bot: ScriptedBot) -> None:
    widget = ChatWidget(address, token="a token of the site")
    for text in ("two paragraphs", "choose", "picture"):
        await widget.say_by_rest(text)
    assert [kind for kind, _ in widget.shown] == ["text", "text", "text", "quick_replies", "image"]
    assert {(message.channel, message.conversation_id) for message in bot.messages} == {("rest", widget._sender)}


async def test_it_is_never_sent_what_only_ripens_own_widget_knows(address: str, bot: ScriptedBot) -> None:
    async with connected(address) as other:
        widget = ChatWidget(address)
        await widget.connect()
        await widget.say("hi")
        await widget.until(shown=1)
        await widget.leave()
        await other.request(acknowledges=True)
        await other.say("hi")
        await other.until(heard=1)
    assert widget.shown == [("text", {"text": "You said: hi"})]
    with pytest.raises(ValueError, match="unknown"):
        understand({"type": "ripen"})


@pytest.mark.browser
async def test_its_client_library_presents_what_lets_it_go_on(browser: Browser, bot: ScriptedBot) -> None:
    script = FileResponse(fetch_file(*SOCKET_IO))
    app = create_app(bot, WebSettings(), "Shop", mounts={"/page": HTMLResponse(PAGE), "/socket.io.js": script})
    async with serving(app) as address:
        page = await browser.new_page()
        await page.goto(f"{address}/page")
        await page.evaluate("say('hi')")
        await page.wait_for_function("heard.length === 1")
        broken = set(app.sockets.server.eio.sockets)
        await page.evaluate("socket.io.reconnectionDelay(500), socket.io.engine.close()")
        await until(lambda: not broken & set(app.sockets.server.eio.sockets))
        await app.deliver(Push(bot.messages[0].conversation_id, "p", (Part(text="While you were away"),)))
        await page.wait_for_function("reconnects === 1 && heard.length === 2")
        await page.evaluate("say('thanks')")
        await page.wait_for_function("heard.length === 3")
        assert await page.evaluate("heard") == ["You said: hi", "While you were away", "You said: thanks"]
    assert len({message.conversation_id for message in bot.messages}) == 1
