"""The Socket.IO channel, as Rasa's, and better where its clients lose messages.

Rooms would send everyone the same payload; sockets are addressed one by one instead, because only clients that say
`"acknowledges": true` in `session_request` get the ids by which they acknowledge (`bot_uttered_received`). For all
others a message counts as delivered once it is sent to a connected socket. What is not delivered is kept, and sent
when the session returns.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import socketio

from bot.connectors.base import Bot
from bot.connectors.web.bodies import BODY_LIMIT, find_spoilt
from bot.connectors.web.engine_log import engine_logger
from bot.connectors.web.identifiers import REMEDY, is_identifier, may_be_chosen, scope_message_id
from bot.connectors.web.origins import OriginCheck
from bot.connectors.web.sessions import Session, Sessions, Utterance
from bot.connectors.web.wire import write_events
from bot.messages import Message

logger = logging.getLogger(__name__)

QUEUED = 32
"""Messages of one session that may wait for their turn; more are refused."""

DRAIN_SECONDS = 10.0
"""How long a server that stops waits for turns in flight."""

Ack = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Uttered:
    """What a client sent, checked. `echoes`: it is of the kind that re-sends by itself."""

    text: str
    session_id: str
    message_id: str | None
    metadata: Mapping[str, Any]
    echoes: bool


class _Unusable(Exception):
    """What a client sent cannot be a message; the words say why, and quote none of it."""


class SocketChannel:
    """Translates Socket.IO events to messages and replies to events; `server` goes into the ASGI app."""

    def __init__(self, bot: Bot, is_allowed: OriginCheck) -> None:
        self._bot = bot
        self._sessions = Sessions()
        self._turns: set[asyncio.Task[Any]] = set()
        self._closing = False
        self.server = socketio.AsyncServer(
            async_mode="asgi",
            cors_allowed_origins=is_allowed,
            max_http_buffer_size=BODY_LIMIT,
            ping_interval=15,
            ping_timeout=10,
            logger=engine_logger(),
            engineio_logger=engine_logger(),
        )
        self.server.on("session_request", self._on_session_request)
        self.server.on("user_uttered", self._on_user_uttered)
        self.server.on("bot_uttered_received", self._on_received)
        self.server.on("disconnect", self._on_disconnect)

    async def drain(self) -> None:
        """Take no more messages, finish the turns in flight, then close the sockets so that clients come back."""
        self._closing = True
        if self._turns:
            await asyncio.wait(self._turns, timeout=DRAIN_SECONDS)
        # Closed as a lost transport: after Socket.IO's own disconnect, clients would stay away. And without waiting
        # for them: one that stopped polling never fetches the goodbye.
        for connection in list(self.server.eio.sockets.values()):
            await connection.close(wait=False)

    async def _on_session_request(self, socket: str, data: Any = None) -> None:
        asked = data if isinstance(data, Mapping) else {}
        session_id = _read_session_id(asked) or uuid.uuid4().hex
        session = self._sessions.open(session_id)
        async with session.delivery:
            await self.server.emit("session_confirm", session_id, to=socket)
            self._join(socket, session, acknowledges=asked.get("acknowledges") is True)
            await self._send(session, socket, session.recall())
            self._settle(session)

    def _join(self, socket: str, session: Session, *, acknowledges: bool) -> None:
        # Gone since it asked: what is said to a socket that nobody will ever take out again would be lost.
        if self.server.manager.is_connected(socket, "/"):
            self._sessions.join(socket, session, acknowledges)

    async def _on_user_uttered(self, socket: str, data: Any = None) -> Ack:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - Socket.IO runs handlers in tasks
        self._turns.add(task)
        try:
            return await self._hear(socket, data)
        except Exception as error:
            # The error's words may quote the user.
            logger.error("A Socket.IO message failed: %s", type(error).__name__)
            logger.debug("traceback", exc_info=True)
            return {"error": "Something went wrong on our side.", "again": False}
        finally:
            self._turns.discard(task)

    async def _hear(self, socket: str, data: Any) -> Ack:
        if self._closing:
            return {"error": "The server is stopping.", "again": True}
        present = self._sessions.of(socket)
        try:
            uttered = _read_uttered(data, present.id if present else socket)
        except _Unusable as error:
            logger.warning("A Socket.IO message was refused: %s", error)
            return {"error": str(error), "again": False}
        session = self._sessions.open(uttered.session_id)
        if socket not in session.sockets:
            self._join(socket, session, acknowledges=False)
        if uttered.echoes and session.is_echo(uttered.text):
            return {"ok": True}
        if session.queued >= QUEUED:
            logger.warning("A Socket.IO message was refused: %d of its session wait already", QUEUED)
            return {"error": "Too many messages wait for an answer.", "again": True}
        session.queued += 1
        try:
            async with session.turn:
                await self._answer(session, uttered)
        finally:
            session.queued -= 1
        return {"ok": True}

    async def _answer(self, session: Session, uttered: _Uttered) -> None:
        message = Message(
            text=uttered.text,
            conversation_id=session.id,
            sender_id=session.id,
            channel="socketio",
            message_id=scope_message_id(session.id, uttered.message_id),
            metadata=uttered.metadata,
        )
        reply = await self._bot.answer(message)
        # A client that acknowledges knows what it has by its id, and may have missed the first saying.
        if reply.repeated and not session.acknowledges:
            return
        name, at = uttered.message_id or uuid.uuid4().hex, session.clock()
        events = write_events(reply.parts)
        said = [Utterance(f"{name}/{number}", event, at) for number, event in enumerate(events)]
        async with session.delivery:
            session.keep(said)
            for socket in list(session.sockets):
                await self._send(session, socket, said)
            self._settle(session)

    async def _send(self, session: Session, socket: str, said: list[Utterance]) -> None:
        for utterance in said:
            payload = utterance.payload
            if session.sockets.get(socket):
                marks = {"id": utterance.id, "at": utterance.at}
                payload = {**payload, "metadata": {**_mapping(payload.get("metadata")), "ripen": marks}}
            await self.server.emit("bot_uttered", payload, to=socket)

    @staticmethod
    def _settle(session: Session) -> None:
        if session.sockets and not session.acknowledges:
            session.waiting.clear()

    async def _on_received(self, socket: str, data: Any = None) -> None:
        session = self._sessions.of(socket)
        ids = _mapping(data).get("ids")
        if session is not None and isinstance(ids, list):
            session.arrived(frozenset(one for one in ids if isinstance(one, str)))

    async def _on_disconnect(self, socket: str, *_: Any) -> None:
        self._sessions.leave(socket)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _read_session_id(data: Mapping[str, Any]) -> str | None:
    value = data.get("session_id")
    name = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return name if isinstance(name, str) and may_be_chosen(name) else None


def _read_uttered(data: Any, present: str) -> _Uttered:
    """What the client sent; `present` is the session to use when it names none. Raises _Unusable."""
    if not isinstance(data, Mapping) or not isinstance(data.get("message"), str):
        raise _Unusable("user_uttered needs an object whose message is a string.")
    session_id = present if data.get("session_id") is None else _read_session_id(data)
    if session_id is None:
        raise _Unusable(f"session_id {REMEDY}.")
    metadata = _mapping(data.get("metadata")) or _mapping(data.get("customData"))
    if spoilt := find_spoilt(metadata):
        raise _Unusable(f"metadata holds {spoilt}, which cannot be stored.")
    message_id = metadata.get("message_id")
    if message_id is not None and not is_identifier(message_id):
        raise _Unusable(f"metadata.message_id {REMEDY}.")
    echoes = message_id is None and "customData" in data
    return _Uttered(_mend(data["message"]), session_id, message_id, metadata, echoes)


def _mend(text: str) -> str:
    """A page may cut an emoji in half; nobody types a NUL. Neither can be stored, and neither may cost the turn."""
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
