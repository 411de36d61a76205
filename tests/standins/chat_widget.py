"""A stand-in for Rasa's chat-widget 0.1.19, which is not on npm. It does what that one's source does:

It makes an id of its own on each connection that is no reconnect, sends it in every event, and does not look at the one
that it is confirmed. It throws on messages of a shape that it does not know. Its REST mode posts JSON without saying
that it is JSON, and turns what Rasa's REST channel answers into the shapes of the sockets.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Mapping
from typing import Any

import httpx
import socketio

TYPES = frozenset({"carousel", "accordion", "video", "file_download", "rating", "csat"})
REPLY = {"content_type", "title", "payload"}


def understand(message: Any) -> str:
    """What kind of message it is. Raises ValueError for what makes the widget throw."""
    match message:
        case {"type": kind} if kind in TYPES:
            return str(kind)
        case {"type": _}:
            raise ValueError("unknown type")
        case {"text": str(), "quick_replies": list(replies)} if all(set(reply) <= REPLY for reply in replies):
            return "quick_replies"
        case {"attachment": {"type": "image", "payload": {"src": str()}}}:
            return "image"
        case {"text": str()}:
            return "text"
    raise ValueError("unknown shape")


def normalise(item: Mapping[str, Any]) -> Any:
    """What its REST mode makes of an item of Rasa's REST channel."""
    custom = item.get("custom")
    if isinstance(custom, Mapping) and custom.get("type") in TYPES:
        return custom
    if "buttons" in item:
        replies = [{"content_type": "text", **button} for button in item["buttons"]]
        return {"text": item["text"], "quick_replies": replies}
    if "image" in item:
        return {"attachment": {"type": "image", "payload": {"src": item["image"]}}}
    return item


class ChatWidget:
    """One page with the widget. `shown` holds what it shows, as kind and message."""

    def __init__(self, address: str, token: str | None = None, sender_id: str | None = None) -> None:
        self.address = address
        self.shown: list[tuple[str, Any]] = []
        self._fixed = sender_id
        self._sender = ""
        self._auth: dict[str, Any] = {"token": token} if token else {}
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._news = asyncio.Event()
        self._socket: socketio.AsyncClient

    async def connect(self) -> None:
        """Open the page."""
        self._sender = self._fixed or str(uuid.uuid4())
        await self._connect(self._auth)

    async def reconnect(self) -> None:
        """As socket.io-client 4.7 does after a break: with the `pid` that it was given with the last connection."""
        pid = self._socket.eio_pid
        await self._connect({**self._auth, **({"pid": pid, "offset": ""} if pid else {})})

    async def _connect(self, auth: dict[str, Any]) -> None:
        self._socket = _Client(reconnection=False)
        self._socket.on("bot_uttered", self._show)
        self._socket.on("session_confirm", lambda _: None)
        await self._socket.connect(self.address, auth=auth or None)
        await self._socket.emit("session_request", {"session_id": self._sender})

    async def leave(self) -> None:
        """Close the page, or lose the connection."""
        await self._socket.disconnect()

    async def say(self, text: str) -> None:
        """Send a message over the socket."""
        await self._socket.emit("user_uttered", {"message": text, "session_id": self._sender})

    async def say_by_rest(self, text: str) -> None:
        """Send a message in REST mode, and show what comes back."""
        self._sender = self._sender or self._fixed or str(uuid.uuid4())
        body = json.dumps({"message": text, "sender": self._sender})
        headers = {**self._headers, "Content-Type": "text/plain;charset=UTF-8"}
        async with httpx.AsyncClient() as http:
            answer = await http.post(f"{self.address}/webhooks/rest/webhook", content=body, headers=headers)
        answer.raise_for_status()
        for item in answer.json():
            await self._show(normalise(item))

    async def until(self, shown: int) -> None:
        """Wait until so many messages are shown."""
        async with asyncio.timeout(5):
            while len(self.shown) < shown:
                self._news.clear()
                await self._news.wait()

    async def _show(self, message: Any) -> None:
        self.shown.append((understand(message), message))
        self._news.set()


class _Client(socketio.AsyncClient):
    """Notes the `pid` of its connection, which python-socketio does not."""

    eio_pid: str | None = None

    async def _handle_connect(self, namespace: str, data: Any) -> None:
        self.eio_pid = (data or {}).get("pid")
        await super()._handle_connect(namespace, data)
