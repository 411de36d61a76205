"""A user at a terminal, for the suite that every connector is held to."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

from rich.console import Console

from bot.connectors.scripted import ScriptedBot
from bot.connectors.terminal import Keyboard, chat
from tests.contracts.connector import Shown

BUTTON = re.compile(r"^  \[(\d+)\] (.*)$", re.MULTILINE)
IMAGE = re.compile(r"^Image: (.*)$", re.MULTILINE)


class TypedKeyboard(Keyboard):
    """Lines from a test; `idle` while the chat waits for one."""

    def __init__(self, *, typed: bool = False) -> None:
        super().__init__(-1)
        self.idle = asyncio.Event()
        self._typed = typed
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()

    @property
    def is_typed(self) -> bool:
        return self._typed

    async def type(self, line: str) -> None:
        """Enter a line, and wait for the answer to it."""
        await self.idle.wait()
        self.idle.clear()
        self._lines.put_nowait(line)
        await self.idle.wait()

    def leave(self, line: str | None = None) -> None:
        """Enter a last line; None is the end of the input."""
        self._lines.put_nowait(line)

    async def read_line(self) -> str | None:
        self.idle.set()
        return await self._lines.get()


class TerminalHarness:
    """One person, one terminal, one conversation."""

    channel: ClassVar[str] = "terminal"
    has_message_ids: ClassVar[bool] = False
    has_conversations: ClassVar[bool] = False
    pushes: ClassVar[bool] = True

    def __init__(self, bot: ScriptedBot) -> None:
        self._bot = bot
        self._screen = io.StringIO()
        self._numbers: dict[str, str] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self._keyboard = TypedKeyboard()
        talk = asyncio.create_task(chat(self._bot, keyboard=self._keyboard, console=Console(file=self._screen)))
        yield
        self._keyboard.leave()
        await talk

    async def say(self, text: str, conversation: str = "one", message_id: str | None = None) -> list[Shown]:
        before = len(self._screen.getvalue())
        await self._keyboard.type(text)
        return self._read(self._screen.getvalue()[before:])

    async def press(self, title: str, conversation: str = "one") -> list[Shown]:
        return await self.say(self._numbers[title])

    def _read(self, printed: str) -> list[Shown]:
        if not printed:
            return []
        self._numbers = {title: number for number, title in BUTTON.findall(printed)}
        image = IMAGE.search(printed)
        text = IMAGE.sub("", BUTTON.sub("", printed)).strip()
        return [Shown(text or None, tuple(self._numbers), image[1] if image else None)]

    _keyboard: TypedKeyboard
