"""The web's far ends, for the connector suite: a REST client and a Socket.IO client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, ClassVar

import httpx
import socketio

from bot.config import WebSettings
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import create_app
from tests.bot.connectors.web.conftest import calling, serving
from tests.contracts.connector import Shown


class RestHarness:
    """A client that posts to /webhooks/rest/webhook."""

    channel: ClassVar[str] = "rest"
    has_message_ids: ClassVar[bool] = True
    has_conversations: ClassVar[bool] = True
    pushes: ClassVar[bool] = False

    def __init__(self, bot: ScriptedBot) -> None:
        self._app = create_app(bot, WebSettings(), "Test shop")
        self._http: httpx.AsyncClient
        self._payloads: dict[tuple[str, str], str] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with calling(self._app) as self._http:
            yield

    async def say(self, text: str, conversation: str = "one", message_id: str | None = None) -> list[Shown]:
        body = {"sender": conversation, "message": text, "message_id": message_id}
        response = await self._http.post("/webhooks/rest/webhook", json=body)
        items = response.json() if response.is_success else [{"text": response.json()["message"]}]
        return [self._show(conversation, item) for item in items if "custom" not in item]

    async def press(self, title: str, conversation: str = "one") -> list[Shown]:
        return await self.say(self._payloads[conversation, title], conversation)

    def _show(self, conversation: str, item: dict[str, Any]) -> Shown:
        buttons = item.get("buttons", [])
        self._payloads |= {(conversation, button["title"]): button["payload"] for button in buttons}
        return Shown(item.get("text"), tuple(button["title"] for button in buttons), item.get("image"))


class SocketHarness:
    """A client of rasa-webchat's kind: one socket for each conversation."""

    channel: ClassVar[str] = "socketio"
    has_message_ids: ClassVar[bool] = True
    has_conversations: ClassVar[bool] = True
    pushes: ClassVar[bool] = True

    def __init__(self, bot: ScriptedBot) -> None:
        self._app = create_app(bot, WebSettings(), "Test shop")
        self._stack = AsyncExitStack()
        self._address = ""
        self._sockets: dict[str, socketio.AsyncClient] = {}
        self._heard: dict[str, list[dict[str, Any]]] = {}
        self._payloads: dict[tuple[str, str], str] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with self._stack:
            self._address = await self._stack.enter_async_context(serving(self._app))
            yield

    async def say(self, text: str, conversation: str = "one", message_id: str | None = None) -> list[Shown]:
        socket = self._sockets.get(conversation) or await self._connect(conversation)
        heard = self._heard[conversation] = []
        metadata = {"message_id": message_id} if message_id else {}
        said = {"message": text, "metadata": metadata}
        # The acknowledgement comes after the answer, on the same socket.
        await socket.call("user_uttered", said, timeout=5)
        await asyncio.sleep(0)
        return [self._show(conversation, item) for item in heard if "text" in item or "attachment" in item]

    async def press(self, title: str, conversation: str = "one") -> list[Shown]:
        return await self.say(self._payloads[conversation, title], conversation)

    async def _connect(self, conversation: str) -> socketio.AsyncClient:
        socket = self._sockets[conversation] = socketio.AsyncClient(reconnection=False)
        socket.on("bot_uttered", lambda item: self._heard[conversation].append(item))
        await socket.connect(self._address, transports=["websocket"])
        self._stack.push_async_callback(socket.disconnect)
        await socket.emit("session_request", {"session_id": None})
        return socket

    def _show(self, conversation: str, item: dict[str, Any]) -> Shown:
        buttons = item.get("quick_replies", [])
        self._payloads |= {(conversation, button["title"]): button["payload"] for button in buttons}
        image = item.get("attachment", {}).get("payload", {}).get("src")
        return Shown(item.get("text"), tuple(button["title"] for button in buttons), image)
