"""From a message that nobody taught the bot to an intent of its own, by a person at `ripen review`."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.catalog.loader import load_catalog
from tests.scenarios.served import Served, serve

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
START_SECONDS = 120.0


class Terminal:
    """`ripen review` in a terminal of its own."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.screen = ""

    async def read(self) -> None:
        """All that is shown, until the program ends."""
        while True:
            try:
                shown = await asyncio.to_thread(os.read, self._descriptor, 65536)
            except OSError:  # the program has ended
                return
            self.screen += ANSI.sub("", shown.decode(errors="replace"))

    async def until(self, pattern: str) -> None:
        """Wait until it is shown, and forget what was shown before."""
        end = time.monotonic() + START_SECONDS
        while not (found := re.search(pattern, self.screen)):
            assert time.monotonic() < end, f"{pattern!r} was not shown:\n{self.screen}"
            await asyncio.sleep(0.02)
        self.screen = self.screen[found.end() :]

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._descriptor, text.encode())


@asynccontextmanager
async def review(folder: Path) -> AsyncIterator[Terminal]:
    """A reviewer sits down."""
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "review", "--by", "eve", "--config", str(folder / "config.yml"),
        stdin=theirs, stdout=theirs, stderr=theirs,
        env={**os.environ, "COLUMNS": "150", "LINES": "50", "TERM": "xterm"},
    )  # fmt: skip
    os.close(theirs)
    terminal = Terminal(ours)
    reading = asyncio.create_task(terminal.read())
    try:
        yield terminal
        await asyncio.wait_for(process.wait(), START_SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await reading
        os.close(ours)


async def understood(bot: Served, text: str, sender: str, answer: str) -> float:
    """Seconds until the bot answers `text` so."""
    start = time.monotonic()
    while answer not in " ".join(await bot.texts(text, sender)):
        assert time.monotonic() - start < 30, bot.log
    return time.monotonic() - start


async def test_what_was_not_understood_is_an_intent_within_seconds_of_a_reviewer_saying_so(sample: Path) -> None:
    asked = ("are your spoons dishwasher safe", "can the bowls go in the dishwasher, mail me at kari@example.com")
    no_answer_yet = "no answer to that yet"  # it is an intent, with nothing to say so far
    async with serve(sample) as bot:
        for text in asked:
            assert no_answer_yet not in " ".join(await bot.texts(text, "kari"))
        async with review(sample) as terminal:
            await terminal.until("1 of 1 group ")
            await terminal.until("2 messages from 1 person")
            await terminal.until("mail me at email address")
            terminal.type("n")
            await terminal.until("Name of the new intent")
            terminal.type("\x15dishwasher\r")
            await terminal.until("What its user wants")
            terminal.type("The customer asks what may go into the dishwasher.\r")
            await terminal.until("File in the folder of intents")
            terminal.type("\r")
            await terminal.until("2 messages put under the new intent dishwasher")
            seconds = await understood(bot, "is the teapot dishwasher safe", "kari", no_answer_yet)
            terminal.type("q")
        assert seconds < 5, bot.log
        written = load_catalog(sample / "intents").intents["dishwasher"]
        assert written.source.file.name == "reviewed.yml"
        assert {example.text for example in written.examples} == {
            "are your spoons dishwasher safe",
            "can the bowls go in the dishwasher, mail me at email address",
        }
        # Not ended in the midst of learning, which a busy machine may take long for.
        await bot.until_logged(r"added dishwasher; live after[\s\S]*learnt \d+ intents", 60)
