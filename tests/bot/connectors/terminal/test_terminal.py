"""The chat in a terminal: what is shown, what is sent, and how one leaves."""

from __future__ import annotations

import asyncio
import io
import os
import unicodedata
from dataclasses import replace
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.connectors.scripted import ScriptedBot
from bot.connectors.terminal import Keyboard, chat, harmless
from bot.messages import (
    Button,
    Candidate,
    Decision,
    Detection,
    Message,
    Neighbour,
    Part,
    Reply,
    Sentiment,
)
from tests.bot.connectors.terminal.harness import TypedKeyboard

CHOICE = (Part(text="Which one?", buttons=(Button("Refund", "/refund"), Button("Track", "/track"))),)


async def talk(bot: ScriptedBot, said: bytes, *, explain: bool = False, sender: str = "terminal") -> str:
    """Pipe `said` into a chat; what it prints."""
    reading, writing = os.pipe()
    Thread(target=_pipe, args=(writing, said), daemon=True).start()
    screen = io.StringIO()
    try:
        console = Console(file=screen, width=200)
        await chat(bot, explain=explain, sender=sender, keyboard=Keyboard(reading), console=console)
    finally:
        os.close(reading)
    return screen.getvalue()


def _pipe(descriptor: int, said: bytes) -> None:
    with os.fdopen(descriptor, "wb") as pipe:
        pipe.write(said)


@pytest.mark.parametrize("said", [b"hi\n", b"hi", b"hi\r\n", b"\n  \nhi\n"])
async def test_piped_lines_are_answered_plainly(said: bytes) -> None:
    assert await talk(ScriptedBot(), said) == "You said: hi\n"


async def test_lines_are_answered_in_order() -> None:
    assert await talk(ScriptedBot(), b"one\ntwo\n") == "You said: one\nYou said: two\n"


async def test_a_long_line_is_neither_cut_nor_wrapped() -> None:
    line = "word " * 20_000
    assert await talk(ScriptedBot(), line.encode()) == f"You said: {line}\n"


async def test_bytes_that_are_no_text_are_survived() -> None:
    assert await talk(ScriptedBot(), b"caf\xe9\n") == "You said: caf\ufffd\n"


async def test_quit_leaves_and_the_rest_is_not_read() -> None:
    bot = ScriptedBot()
    await talk(bot, b"one\n/quit\ntwo\n")
    assert [message.text for message in bot.messages] == ["one"]


async def test_the_sender_names_the_conversation() -> None:
    bot = ScriptedBot()
    await talk(bot, b"one\ntwo\n", sender="anne")
    assert {(m.conversation_id, m.sender_id, m.channel) for m in bot.messages} == {
        ("terminal:anne", "anne", "terminal")
    }


async def test_a_number_presses_a_button_of_the_last_reply_only() -> None:
    bot = ScriptedBot({"help": CHOICE})
    shown = await talk(bot, b"2\nhelp\n3\nhelp\n2\n1\n")
    assert "Which one?\n  [1] Refund\n  [2] Track\n" in shown
    assert [message.text for message in bot.messages] == ["2", "help", "3", "help", "/track", "1"]


async def test_buttons_of_several_parts_are_numbered_through() -> None:
    bot = ScriptedBot({"help": (*CHOICE, Part(buttons=(Button("Call", "/call"),)))})
    assert "  [3] Call" in await talk(bot, b"help\n3\n")
    assert bot.messages[-1].text == "/call"


@pytest.mark.parametrize("number", ["²", "٣", "99999999999999999999999", "-1", "1.0"])
async def test_what_only_looks_like_a_number_is_a_text(number: str) -> None:
    bot = ScriptedBot({"help": CHOICE})
    await talk(bot, f"help\n{number}\n".encode())
    assert bot.messages[-1].text == number


async def test_images_and_other_parts_are_named() -> None:
    bot = ScriptedBot({"show": (Part(image="https://shop.example/a.png"), Part(custom={"a": 1}), Part(attachment="b"))})
    shown = await talk(bot, b"show\n")
    assert shown == "Image: https://shop.example/a.png\nCustom: {'a': 1}\nAttachment: b\n"


async def test_markup_and_control_characters_are_shown_not_obeyed() -> None:
    bot = ScriptedBot({"evil": (Part(text="[bold]x[/bold] :smile: \x1b[2J\x07\x9b1m\r\ud800"),)})
    assert await talk(bot, b"evil\n") == "[bold]x[/bold] :smile: ␛[2J␇\ufffd1m␍\ufffd\n"


@given(st.text())
def test_nothing_harmful_is_left(text: str) -> None:
    shown = harmless(text)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]
    assert len(shown) == len(text)


class ThinkingBot(ScriptedBot):
    """Says how it came to its answer."""

    async def answer(self, message: Message) -> Reply:
        detection = Detection(
            (Candidate("order_status", 0.75, "mature"), Candidate("cancel", 0.1, "zero_shot")),
            0.15,
            Sentiment("negative", -0.42),
            neighbours=(Neighbour("order_status", "where is [bold]it\x1b", 0.91),),
        )
        decision = Decision("act", "order_status", 0.75, "it is likely enough")
        return replace(await super().answer(message), detection=detection, decision=decision, timings={"detect": 1.25})


async def test_explain_tells_decision_confidences_sentiment_examples_and_times() -> None:
    shown = await talk(ThinkingBot(), b"hi\n", explain=True)
    for words in (
        "act order_status  0.75",
        "it is likely enough",
        f"{'█' * 15}{'░' * 5} 0.75 order_status mature",
        f"{'█' * 2}{'░' * 18} 0.10 cancel",
        "0.15 out of scope",
        "negative  valence -0.42",
        "0.91  order_status  “where is [bold]it␛”",
        "detect 1.2 ms",
    ):
        assert words in shown
    assert max(map(len, shown.splitlines())) < 80  # not padded to the console's 200 columns
    assert "order_status" not in await talk(ThinkingBot(), b"hi\n")


async def test_a_reply_without_a_decision_is_explained_too() -> None:
    class Silent(ScriptedBot):
        async def answer(self, message: Message) -> Reply:
            return Reply((Part(text="ok"),))

    assert (await talk(Silent(), b"hi\n", explain=True)).startswith("ok\n")


@pytest.mark.parametrize("leave", [None, "/quit"])
async def test_a_person_is_prompted(leave: str | None) -> None:
    screen = io.StringIO()
    keyboard = TypedKeyboard(typed=True)
    console = Console(file=screen, force_terminal=True, color_system=None)
    running = asyncio.create_task(chat(ScriptedBot(), keyboard=keyboard, console=console))
    await keyboard.type("hi")
    keyboard.leave(leave)
    await running
    shown = screen.getvalue()
    assert "/quit" in shown.splitlines()[0]
    assert shown.count("› ") == 2
    assert shown.endswith("\n") is (leave is None)


async def test_an_interrupt_leaves_at_once_with_the_prompt_line_ended() -> None:
    reading, writing = os.pipe()
    screen = io.StringIO()

    class Typed(Keyboard):
        is_typed = True

    console = Console(file=screen, force_terminal=True, color_system=None)
    running = asyncio.create_task(chat(ScriptedBot(), keyboard=Typed(reading), console=console))
    await asyncio.sleep(0.05)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert screen.getvalue().endswith("› \n")
    os.close(writing)
    await asyncio.sleep(0.05)  # the reader sees the end and goes
    os.close(reading)
