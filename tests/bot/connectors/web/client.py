"""A Socket.IO client for tests of the web chat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import socketio

SECONDS = 30
"""How long anything may take before a test gives up: the machine may be busy."""


class Client:
    """A Socket.IO client as widgets are: it asks for a session, speaks, and collects what it hears."""

    def __init__(self) -> None:
        self.socket = socketio.AsyncClient(reconnection=False)
        self.heard: list[Any] = []
        self.confirmed: list[Any] = []
        self.elsewhere: list[Any] = []
        self.typing: list[Any] = []
        self._news = asyncio.Event()
        for event, into in (
            ("bot_uttered", self.heard),
            ("session_confirm", self.confirmed),
            ("user_heard", self.elsewhere),
            ("person_typing", self.typing),
        ):
            self.socket.on(event, partial(self._note, into))

    async def _note(self, into: list[Any], data: Any) -> None:
        into.append(data)
        self._news.set()

    async def until(self, heard: int = 0, confirmed: int = 0, elsewhere: int = 0) -> None:
        async with asyncio.timeout(SECONDS):
            while len(self.heard) < heard or len(self.confirmed) < confirmed or len(self.elsewhere) < elsewhere:
                self._news.clear()
                await self._news.wait()

    async def request(self, session_id: Any = None, **more: Any) -> str:
        """Ask for a session; the token of the one that is confirmed."""
        await self.socket.emit("session_request", {"session_id": session_id, **more})
        await self.until(confirmed=len(self.confirmed) + 1)
        return str(self.confirmed[-1])

    async def say(self, text: Any, **more: Any) -> Any:
        return await self.socket.call("user_uttered", {"message": text, **more}, timeout=SECONDS)


@asynccontextmanager
async def connected(address: str, **auth: Any) -> AsyncIterator[Client]:
    client = Client()
    await client.socket.connect(address, transports=["websocket"], auth=auth or None)
    try:
        yield client
    finally:
        await client.socket.disconnect()


def texts(client: Client) -> list[str]:
    """What was heard, where all of it is text."""
    return [one["text"] for one in client.heard]


async def until(reached: Callable[[], bool]) -> None:
    """Wait for what no event tells of."""
    async with asyncio.timeout(SECONDS):
        while not reached():  # noqa: ASYNC110 - another library's task reaches it
            await asyncio.sleep(0.005)
