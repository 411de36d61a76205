"""A stand-in for one tab with Ripen's widget: it keeps its place, says again what was not acknowledged, and comes back.

docs/http.md says what such a page must do; the widget's own tests show that the widget does it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import socketio

PATIENCE = 0.05
"""Seconds between two tries to connect."""

CONNECT_SECONDS = 2
"""Until a connection that nobody answers is given up; the next may be."""

LEAVE_SECONDS = 1.0
"""Of a connection that does not end; on one that was cut, nothing else would come."""


@dataclass
class Page:
    """`shown` holds what the bot said, by id, in the order in which it was shown; `elsewhere` what other tabs said."""

    address: str
    session: str | None = None
    after: int = 0
    shown: dict[str, Any] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)
    unsent: dict[str, str] = field(default_factory=dict)
    sessions: list[str] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def texts(self) -> list[str]:
        """What it shows of the bot, where all of it is text."""
        return [payload["text"] for payload in self.shown.values()]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Page]:
        """The tab is open, and connects again whenever it has to."""
        living = asyncio.create_task(self._live())
        try:
            yield self
        finally:
            while not living.done():  # asyncio.wait_for, which socketio uses, may swallow a cancellation
                living.cancel()
                await asyncio.wait([living], timeout=8)  # longer than it may take to disconnect

    def say(self, name: str, text: str) -> None:
        """The user sends a message, now or when there is a connection."""
        self.unsent[name] = text
        self._wake.set()

    async def until(self, shown: int, unsent: int = 0, seconds: float = 60.0) -> None:
        """Wait until so many messages are shown and not more wait to be sent."""
        async with asyncio.timeout(seconds):
            while len(self.shown) < shown or len(self.unsent) > unsent:
                self._news.clear()
                await self._news.wait()

    async def _live(self) -> None:
        while True:
            with suppress(socketio.exceptions.SocketIOError):
                await self._connect_once()
            await asyncio.sleep(PATIENCE)

    async def _connect_once(self) -> None:
        socket, confirmed, over = socketio.AsyncClient(reconnection=False), asyncio.Event(), asyncio.Event()

        async def confirm(session: str) -> None:
            if session != self.session:
                self.session, self.after = session, 0
                self.sessions.append(session)
            confirmed.set()
            self._wake.set()

        async def hear(payload: Any) -> None:
            marks = payload["metadata"]["ripen"]
            if marks["id"] not in self.shown:
                self.shown[marks["id"]] = payload
                self.after = marks["sequence"]
            self._news.set()
            with suppress(socketio.exceptions.SocketIOError):
                await socket.emit("bot_uttered_received", {"sequence": marks["sequence"]})

        socket.on("session_confirm", confirm)
        socket.on("bot_uttered", hear)
        socket.on("user_heard", lambda said: self.elsewhere.update({said["id"]: said["text"]}))
        socket.on("disconnect", lambda *_: over.set())
        try:
            await socket.connect(self.address, transports=["websocket"], wait_timeout=CONNECT_SECONDS)
            asked = {"session_id": self.session, "acknowledges": True, "after": self.after}
            await socket.emit("session_request", asked)
            await _first(confirmed, over)
            while not over.is_set():
                self._wake.clear()
                await self._send_all(socket, over)
                await _first(self._wake, over)
        finally:
            with suppress(TimeoutError):  # it may wait for ever for a writer that is gone
                await asyncio.wait_for(socket.disconnect(), LEAVE_SECONDS)

    async def _send_all(self, socket: Any, over: asyncio.Event) -> None:
        for name, text in list(self.unsent.items()):
            said = asyncio.create_task(
                socket.call("user_uttered", {"message": text, "metadata": {"message_id": name}}, timeout=60)
            )
            ended = asyncio.create_task(over.wait())
            await asyncio.wait({said, ended}, return_when=asyncio.FIRST_COMPLETED)
            for task in (said, ended):
                task.cancel()
            if not said.done() or said.cancelled() or said.exception() or over.is_set():
                return
            answer = said.result()
            if answer.get("again"):
                await asyncio.sleep(answer.get("wait", PATIENCE))
                return
            self.unsent.pop(name, None)
            self._news.set()


async def _first(*events: asyncio.Event) -> None:
    waiting = {asyncio.create_task(event.wait()) for event in events}
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
