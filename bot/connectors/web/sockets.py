"""The web chat over Socket.IO: Rasa's events, and those of Ripen's own that docs/http.md lists.

A socket belongs to the session that was confirmed to it. Sockets are addressed one by one, not by rooms, because each
has its own place in what was said, and only pages that acknowledge get the keys by which they do.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import socketio
from socketio.packet import CONNECT

from bot.connectors.web.addresses import address_of
from bot.connectors.web.bodies import BODY_LIMIT
from bot.connectors.web.chat import Chat
from bot.connectors.web.engine_log import engine_logger
from bot.connectors.web.gate import Gate
from bot.connectors.web.presence import Listener
from bot.connectors.web.refusals import ChatRefusal
from bot.connectors.web.signatures import Session
from bot.connectors.web.users import User
from bot.connectors.web.uttered import Uttered, mapping, read_uttered

logger = logging.getLogger(__name__)

HASTY_SECONDS = 2.0
"""How soon after a confirmation rasa-webchat's own re-sending arrives, and no human's typing does."""

Ack = dict[str, Any]
Handler = Callable[["Guest", Any], Awaitable[None]]


@dataclass(slots=True, eq=False)
class Guest:
    """Who is on a socket. `own` is the session that this connection may always have, however it is named."""

    user: User | None
    address: str | None
    own: Session
    session: Session | None = None
    listener: Listener | None = None
    confirmed_at: float = 0.0
    hasty: Counter[str] = field(default_factory=Counter)


class _Server(socketio.AsyncServer):  # type: ignore[misc]  # python-socketio is not typed
    """Hands each connection a `pid`, which clients since socket.io-client 4.6 present when they connect again.

    https://socket.io/docs/v4/connection-state-recovery/ has the protocol; python-socketio does not speak it.
    """

    pid_of: Callable[[str], str | None]

    async def _send_packet(self, eio_sid: str, pkt: Any) -> None:
        if pkt.packet_type == CONNECT and (pid := self.pid_of(pkt.data["sid"])):
            pkt.data["pid"] = pid
        await super()._send_packet(eio_sid, pkt)


class SocketChannel:
    """Translates Socket.IO's events; `server` goes into the ASGI app."""

    def __init__(self, chat: Chat, gate: Gate) -> None:
        self._chat = chat
        self._gate = gate
        self._guests: dict[str, Guest] = {}
        self.server = _Server(
            async_mode="asgi",
            cors_allowed_origins=gate.allowed,
            max_http_buffer_size=BODY_LIMIT,
            ping_interval=15,
            ping_timeout=10,
            logger=engine_logger(),
            engineio_logger=engine_logger(),
        )
        self.server.pid_of = self._pid_of
        self.server.on("connect", self._on_connect)
        self.server.on("disconnect", self._on_disconnect)
        for event, handler in (
            ("session_request", self._on_session_request),
            ("user_uttered", self._on_user_uttered),
            ("bot_uttered_received", self._on_received),
            ("feedback", self._on_feedback),
            ("user_typing", self._on_typing),
        ):
            self.server.on(event, partial(self._handle, handler))

    async def close(self) -> None:
        """Close the sockets so that clients come back."""
        # Closed as a lost transport: after Socket.IO's own disconnect, clients would stay away. And without waiting
        # for them: one that stopped polling never fetches the goodbye.
        for connection in list(self.server.eio.sockets.values()):
            await connection.close(wait=False)

    async def _on_connect(self, socket: str, environ: Mapping[str, Any], auth: Any) -> None:
        said = mapping(auth)
        try:
            user = self._gate.enter(environ["asgi.scope"], said.get("token"))
        except ChatRefusal as refusal:
            data = {"code": refusal.code, **refusal.as_answer()}
            raise socketio.exceptions.ConnectionRefusedError(refusal.code, data) from None
        own = self._gate.signer.read(said.get("pid"), user) or self._gate.signer.issue(user)
        self._guests[socket] = Guest(user, address_of(environ["asgi.scope"]), own)

    def _pid_of(self, socket: str) -> str | None:
        guest = self._guests.get(socket)
        return guest.own.token if guest else None

    async def _on_disconnect(self, socket: str, *_: Any) -> None:
        guest = self._guests.pop(socket, None)
        if guest is not None:
            self._leave(guest)

    async def _handle(self, handler: Callable[..., Awaitable[None]], socket: str, data: Any = None) -> Ack:
        guest = self._guests.get(socket)
        try:
            if guest is None:
                raise ChatRefusal("failed", "The connection is closed.", again=True)
            await handler(socket, guest, data)
        except ChatRefusal as refusal:
            logger.debug("a Socket.IO event was refused: %s", refusal.message)
            return refusal.as_answer()
        except Exception as error:
            # The error's words may quote the user.
            logger.error("A Socket.IO event failed: %s", type(error).__name__)
            logger.debug("traceback", exc_info=True)
            return {"error": "Something went wrong on our side.", "again": False}
        return {"ok": True}

    async def _on_session_request(self, socket: str, guest: Guest, data: Any) -> None:
        self._gate.count(guest.address)
        asked = mapping(data)
        listener = self._enter(socket, guest, self._find_session(guest, asked.get("session_id")))
        listener.acknowledges = asked.get("acknowledges") is True
        assert guest.session is not None  # noqa: S101 - entered above
        await self._chat.join(guest.session, listener, read_sequence(asked.get("after")))

    def _find_session(self, guest: Guest, asked: Any) -> Session:
        """The session that a page may have. One that names itself, as Rasa's chat-widget, gets its connection's own."""
        if asked is None or asked == "":
            return self._gate.signer.issue(guest.user)
        return self._gate.signer.read(asked, guest.user) or guest.own

    def _enter(self, socket: str, guest: Guest, session: Session) -> Listener:
        """Let the socket be here for `session`, and for no other; what comes next on it is meant for that one."""
        self._leave(guest)

        async def emit(event: str, data: Any) -> None:
            await self.server.emit(event, data, to=socket)

        guest.session, guest.listener = session, Listener(emit)
        guest.confirmed_at = time.monotonic()
        guest.hasty.clear()
        return guest.listener

    def _leave(self, guest: Guest) -> None:
        if guest.session is not None and guest.listener is not None:
            self._chat.leave(guest.session, guest.listener)

    async def _on_user_uttered(self, socket: str, guest: Guest, data: Any) -> None:
        uttered = _rename_hasty(guest, read_uttered(data))
        if guest.session is None:  # never asked for one
            await self._chat.join(guest.own, self._enter(socket, guest, guest.own), confirm=False)
        session = guest.session
        assert session is not None  # noqa: S101 - entered above
        await self._chat.hear(session, uttered, guest.address, guest.listener)

    async def _on_received(self, _: str, guest: Guest, data: Any) -> None:
        if guest.session is None or guest.listener is None:
            return
        said, shown, ids = mapping(data), guest.listener.shown, mapping(data).get("ids")
        named = (
            [shown[each] for each in ids if isinstance(each, str) and each in shown] if isinstance(ids, list) else []
        )
        sequence = max((read_sequence(said.get("sequence")), *named))
        await self._chat.acknowledge(guest.session, guest.listener, sequence)

    async def _on_feedback(self, _: str, guest: Guest, data: Any) -> None:
        self._gate.count(guest.address)
        if guest.session is None:
            raise ChatRefusal("session_unknown", "Ask for a session first.")
        said = mapping(data)
        await self._chat.rate(guest.session, said.get("id"), said.get("value"))

    async def _on_typing(self, _: str, guest: Guest, __: Any) -> None:
        self._gate.count(guest.address)
        if guest.session is not None:
            self._chat.note_typing(guest.session)


def read_sequence(value: Any) -> int:
    """A sequence as a page tells it; 0 for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31 else 0


def _rename_hasty(guest: Guest, uttered: Uttered) -> Uttered:
    """Give what rasa-webchat sends right after a confirmation an id by which it is known when it comes again.

    It listens for `session_confirm` to send what was typed before, and never stops listening: the same texts come
    again right after every later confirmation, once each.
    """
    if not uttered.repeats or time.monotonic() - guest.confirmed_at > HASTY_SECONDS:
        return uttered
    digest = hashlib.sha256(uttered.text.encode()).hexdigest()[:32]
    guest.hasty[digest] += 1
    return replace(uttered, id=f"hasty-{digest}-{guest.hasty[digest]}")
