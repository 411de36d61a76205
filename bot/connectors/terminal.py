"""The bot in a terminal: `ripen chat`, or `echo hello | ripen chat`."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import unicodedata
from collections.abc import Iterator
from threading import Thread

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.connectors.base import Bot
from bot.messages import Button, Detection, Message, Part, Reply, Sentiment

CHANNEL = "terminal"
LEAVE = "/quit"
HELP = f"Write to the bot. A number presses a button; {LEAVE} or Ctrl-D leaves."
BAR = 20
CANDIDATES, NEIGHBOURS = 5, 3

log = logging.getLogger(__name__)


async def chat(
    bot: Bot,
    *,
    explain: bool = False,
    sender: str = "terminal",
    keyboard: Keyboard | None = None,
    console: Console | None = None,
) -> None:
    """Answer line by line until the input ends or says /quit. `sender` names the conversation to go on with."""
    keyboard = keyboard or Keyboard(sys.stdin.fileno())
    console = console or Console(highlight=False)
    if keyboard.is_typed and console.is_terminal:
        console.print(Text(HELP, style="dim"))
    buttons: tuple[Button, ...] = ()
    while (line := await _next_line(keyboard, console)) is not None:
        if not line.strip():
            continue
        reply = await _answer(bot, Message(_pressed(line, buttons), f"{CHANNEL}:{sender}", sender, CHANNEL))
        buttons = tuple(button for part in reply.parts for button in part.buttons)
        for text in _said(reply):
            console.print(text, soft_wrap=True)
        if explain:
            console.print(Padding(Group(*_explained(reply)), (0, 0, 1, 2), expand=False))


class Keyboard:
    """Lines from a file descriptor, read in daemon threads: nothing has to be typed for the program to end.

    It reads the descriptor itself. A thread inside `sys.stdin` holds its lock, and Python aborts over that on exit.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._pending = b""

    @property
    def is_typed(self) -> bool:
        """Whether a person sits at it."""
        return os.isatty(self._descriptor)

    async def read_line(self) -> str | None:
        """The next line without its end, undecodable bytes replaced; None when there are no more."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[str | None] = loop.create_future()

        def settle(line: str | None) -> None:
            if not future.done():
                future.set_result(line)

        def read() -> None:
            line = self._read()
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, line)

        Thread(target=read, daemon=True).start()
        return await future

    def _read(self) -> str | None:
        while b"\n" not in self._pending:
            try:
                chunk = os.read(self._descriptor, 65536)
            except OSError:  # the terminal is gone
                chunk = b""
            if not chunk:
                break
            self._pending += chunk
        line, end, self._pending = self._pending.partition(b"\n")
        return line.decode("utf-8", errors="replace").rstrip("\r") if line or end else None


async def _next_line(keyboard: Keyboard, console: Console) -> str | None:
    """What is said next; None when the talk is over. Asks for it only where a person reads and types."""
    if not (keyboard.is_typed and console.is_terminal):
        line = await keyboard.read_line()
        return None if line is None or line.strip() == LEAVE else line
    console.print(Text("› ", style="bold cyan"), end="")
    line = None
    try:
        line = await keyboard.read_line()
    finally:
        if line is None:  # Ctrl-D or Ctrl-C: the shell's prompt gets a line of its own
            console.print()
    return None if line is None or line.strip() == LEAVE else line


def harmless(text: str) -> str:
    """`text` as it may be shown: a control character would drive the terminal, so its picture stands for it."""
    return "".join(map(_picture, text))


def _picture(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs"):
        return character
    code = ord(character)
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else "\ufffd"


async def _answer(bot: Bot, message: Message) -> Reply:
    try:
        return await bot.answer(message)
    except Exception as error:  # a bot never raises; if it does, the talk goes on
        log.error("Terminal: a turn failed: %s.", type(error).__name__)
        return Reply((Part(text="Something went wrong. Please try again."),))


def _pressed(line: str, buttons: tuple[Button, ...]) -> str:
    """The payload of the button whose number was typed, or the line as it is."""
    number = line.strip()
    if number.isdecimal() and number.isascii() and 1 <= int(number[:9]) <= len(buttons):
        return buttons[int(number) - 1].payload
    return line


def _said(reply: Reply) -> Iterator[Text]:
    first = 1
    for part in reply.parts:
        yield from _shown(part, first)
        first += len(part.buttons)


def _shown(part: Part, first: int) -> Iterator[Text]:
    if part.text:
        yield Text(harmless(part.text), style="green")
    if part.image:
        address = "embedded in the answer" if part.image.startswith("data:") else harmless(part.image)
        yield Text.assemble("Image: ", (address, "underline"))
    if part.attachment is not None:
        yield Text(f"Attachment: {harmless(str(part.attachment))}")
    if part.custom is not None:
        yield Text(f"Custom: {harmless(str(part.custom))}", style="dim")
    for number, button in enumerate(part.buttons, first):
        yield Text.assemble((f"  [{number}]", "bold cyan"), f" {harmless(button.title)}")


def _explained(reply: Reply) -> Iterator[RenderableType]:
    decision, detection = reply.decision, reply.detection
    if decision:
        what = f"{decision.kind} {decision.intent or ''}".strip()
        yield _labelled("decision", Text.assemble((harmless(what), "bold"), f"  {decision.confidence:.2f}"))
        yield _labelled("because", Text(harmless(decision.reason)))
    if detection:
        yield _labelled("intents", _candidates(detection))
        yield _labelled("sentiment", _sentiment(detection.sentiment))
        for number, near in enumerate(detection.neighbours[:NEIGHBOURS]):
            words = Text(f"{near.similarity:.2f}  {harmless(near.intent)}  “{harmless(near.text)}”")
            yield _labelled("nearest" if number == 0 else "", words)
    if reply.timings:
        spent = "  ".join(f"{step} {spent:.1f} ms" for step, spent in reply.timings.items())
        yield _labelled("timings", Text(harmless(spent)))


def _labelled(label: str, shown: RenderableType) -> RenderableType:
    row = Table.grid(padding=(0, 1))
    row.add_column(style="dim", width=9)
    row.add_column()
    row.add_row(label, shown)
    return row


def _candidates(detection: Detection) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    for candidate in detection.candidates[:CANDIDATES]:
        confidence = f"{candidate.confidence:.2f}"
        detector = Text(candidate.detector, style="dim")
        table.add_row(_bar(candidate.confidence), confidence, Text(harmless(candidate.intent)), detector)
    table.add_row(_bar(detection.out_of_scope), f"{detection.out_of_scope:.2f}", Text("out of scope", style="italic"))
    return table


def _sentiment(sentiment: Sentiment) -> Text:
    colour = {"negative": "red", "neutral": "yellow", "positive": "green"}[sentiment.label]
    return Text.assemble((sentiment.label, colour), f"  valence {sentiment.valence:+.2f}")


def _bar(share: float) -> Text:
    full = round(min(max(share, 0.0), 1.0) * BAR)
    return Text.assemble(("█" * full, "cyan"), ("░" * (BAR - full), "dim"))
