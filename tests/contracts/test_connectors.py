"""The suite that every connector is held to. How to join: connector.py."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence

import pytest

from bot.connectors.scripted import ScriptedBot
from bot.messages import Button, Part
from tests.bot.connectors.slack.harness import SlackHarness
from tests.bot.connectors.terminal.harness import TerminalHarness
from tests.bot.connectors.web.harness import RestHarness, SocketHarness
from tests.contracts.connector import Harness

CONNECTORS: tuple[type[Harness], ...] = (RestHarness, SocketHarness, SlackHarness, TerminalHarness)

IMAGE = "https://shop.example/parcel.png"
SECRET = "my card number is four two four two"
SCRIPT: dict[str, Sequence[Part] | Exception] = {
    "three": (Part(text="First."), Part(text="Second."), Part(text="Third.")),
    "choose": (Part(text="Which one?", buttons=(Button("Refund", '/refund{"order": "A-1"}'), Button("Track", "/t"))),),
    "picture": (Part(image=IMAGE),),
    "unknown to this channel": (Part(custom={"type": "hologram"}), Part(text="Said in words.")),
    "nothing": (),
    SECRET: RuntimeError(SECRET),
}
ODD = [
    "\U0001f600\U0001f469\U0001f3fd\u200d\U0001f680",
    "wo ist mein Päckchen? 我的包裹在哪里 أين طلبي",
    "<b>bold</b> & *stars* _lines_ `code`",
    "bell\x07 and escape\x1b[31m",
    "long " * 700,
]


@pytest.fixture
def bot() -> ScriptedBot:
    return ScriptedBot(SCRIPT)


@pytest.fixture(params=CONNECTORS, ids=lambda kind: kind.__name__)
async def user(request: pytest.FixtureRequest, bot: ScriptedBot) -> AsyncIterator[Harness]:
    harness: Harness = request.param(bot)
    async with harness.running():
        yield harness


async def test_a_text_becomes_a_message_that_says_where_it_is_from(user: Harness, bot: ScriptedBot) -> None:
    await user.say("where is my order")
    (message,) = bot.messages
    assert message.text == "where is my order"
    assert message.channel == user.channel
    assert message.conversation_id
    assert message.sender_id


async def test_a_conversation_stays_one(user: Harness, bot: ScriptedBot) -> None:
    await user.say("a")
    await user.say("b")
    assert len({message.conversation_id for message in bot.messages}) == 1


async def test_parts_are_shown_in_order(user: Harness) -> None:
    shown = await user.say("three")
    words = "\n".join(one.text or "" for one in shown)
    assert words.index("First.") < words.index("Second.") < words.index("Third.")


async def test_a_button_is_shown_by_its_title_and_sends_its_payload(user: Harness, bot: ScriptedBot) -> None:
    shown = await user.say("choose")
    assert [one.buttons for one in shown if one.buttons] == [("Refund", "Track")]
    assert any("Which one?" in (one.text or "") for one in shown)
    assert not any("/refund" in (one.text or "") for one in shown)
    await user.press("Refund")
    assert bot.messages[-1].text == '/refund{"order": "A-1"}'
    assert bot.messages[-1].conversation_id == bot.messages[0].conversation_id


async def test_an_image_is_shown(user: Harness) -> None:
    shown = await user.say("picture")
    assert any(one.image == IMAGE or IMAGE in (one.text or "") for one in shown)


async def test_what_the_channel_does_not_know_costs_nothing_else(user: Harness) -> None:
    shown = await user.say("unknown to this channel")
    assert any("Said in words." in (one.text or "") for one in shown)


async def test_silence_is_kept(user: Harness) -> None:
    assert await user.say("nothing") == []


@pytest.mark.parametrize("text", ODD, ids=["emoji", "languages", "markup", "control", "long"])
async def test_odd_texts_arrive_and_are_answered(user: Harness, bot: ScriptedBot, text: str) -> None:
    assert await user.say(text)
    assert bot.messages[-1].text.split() == text.split()


async def test_a_bot_that_breaks_its_word_takes_nothing_down_and_leaks_nothing(
    user: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        shown = await user.say(SECRET)
        assert not any("Traceback" in (one.text or "") for one in shown)
        assert await user.say("still there?")
    assert SECRET not in caplog.text


async def test_a_repeat_is_answered_once(user: Harness, bot: ScriptedBot) -> None:
    if not user.has_message_ids:
        pytest.skip("this platform does not number its messages")
    first = await user.say("hi", message_id="m1")
    again = await user.say("hi", message_id="m1")
    assert len(bot.messages) == 1
    assert again == ([] if user.pushes else first)


async def test_conversations_are_kept_apart(user: Harness, bot: ScriptedBot) -> None:
    if not user.has_conversations:
        pytest.skip("this channel has one conversation")
    bot.delay = 0.05
    both = await asyncio.gather(user.say("from one", "one"), user.say("from two", "two"))
    assert len({message.conversation_id for message in bot.messages}) == 2
    for shown, own, other in ((both[0], "from one", "from two"), (both[1], "from two", "from one")):
        words = " ".join(one.text or "" for one in shown)
        assert own in words
        assert other not in words
