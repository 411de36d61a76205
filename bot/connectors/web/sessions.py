"""Sessions of Socket.IO clients, and what the bot said while nobody was there to hear it."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Clock = Callable[[], float]

KEPT_MESSAGES = 50
KEPT_SECONDS = 24 * 3600.0
KEPT_SESSIONS = 5000
"""Bounds of what is kept for clients that are away: messages each, for how long, for how many sessions."""

ECHO_SECONDS = 2.0
"""How soon after a confirmation rasa-webchat's own re-sending arrives, and no human's typing does."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something the bot said. `id` is the same each time it is said again, so that a client shows it once."""

    id: str
    payload: dict[str, Any]
    at: float


@dataclass(slots=True)
class Session:
    """One user's end of a conversation. `sockets` are connected now; the value says whether one acknowledges."""

    id: str
    clock: Clock
    sockets: dict[str, bool] = field(default_factory=dict)
    waiting: deque[Utterance] = field(default_factory=lambda: deque(maxlen=KEPT_MESSAGES))
    queued: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    delivery: asyncio.Lock = field(default_factory=asyncio.Lock)
    _confirmed: float = 0.0
    _connections: int = 0
    _hasty: dict[str, int] = field(default_factory=dict)

    @property
    def acknowledges(self) -> bool:
        """Whether somebody who is connected will say what arrived."""
        return any(self.sockets.values())

    def join(self, socket: str, acknowledges: bool) -> None:
        """A socket is here for this session."""
        self.sockets[socket] = acknowledges
        self._confirmed = self.clock()
        self._connections += 1

    def keep(self, utterances: Iterable[Utterance]) -> None:
        """Keep what was said until it is known to have arrived."""
        known = {utterance.id for utterance in self.waiting}
        self.waiting.extend(utterance for utterance in utterances if utterance.id not in known)

    def recall(self) -> list[Utterance]:
        """What has not arrived yet, oldest first."""
        while self.waiting and self.waiting[0].at < self.clock() - KEPT_SECONDS:
            self.waiting.popleft()
        return list(self.waiting)

    def arrived(self, ids: frozenset[str]) -> None:
        """The client has these."""
        left = [utterance for utterance in self.waiting if utterance.id not in ids]
        self.waiting.clear()
        self.waiting.extend(left)

    def is_echo(self, text: str) -> bool:
        """Whether rasa-webchat re-sends `text` by itself after a reconnect.

        It listens for `session_confirm` to send what was typed before, and never stops listening: the same text comes
        again right after every later confirmation. So: hasty on an earlier connection, and hasty again on this one.
        """
        if self.clock() - self._confirmed > ECHO_SECONDS:
            return False
        if len(self._hasty) < KEPT_MESSAGES:
            self._hasty.setdefault(text, self._connections)
        return self._hasty.get(text, self._connections) < self._connections


class Sessions:
    """All sessions, the least recently used first. Those nobody is connected to are let go when there are too many."""

    def __init__(self, clock: Clock = time.time, limit: int = KEPT_SESSIONS) -> None:
        self._clock = clock
        self._limit = limit
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._of_socket: dict[str, str] = {}

    def open(self, session_id: str) -> Session:
        """The session of that id, a new one if it is unknown."""
        session = self._sessions.get(session_id)
        if session is None:
            session = self._sessions[session_id] = Session(session_id, self._clock)
            self._forget()
        self._sessions.move_to_end(session_id)
        return session

    def of(self, socket: str) -> Session | None:
        """The session that a socket is here for."""
        session_id = self._of_socket.get(socket)
        return None if session_id is None else self._sessions.get(session_id)

    def join(self, socket: str, session: Session, acknowledges: bool) -> None:
        """Let a socket be here for `session`, and for no other."""
        self.leave(socket)
        self._of_socket[socket] = session.id
        session.join(socket, acknowledges)

    def leave(self, socket: str) -> None:
        """The socket is gone."""
        session = self.of(socket)
        self._of_socket.pop(socket, None)
        if session is not None:
            session.sockets.pop(socket, None)

    def _forget(self) -> None:
        if len(self._sessions) <= self._limit:
            return
        idle = (key for key, session in self._sessions.items() if not session.sockets and not session.queued)
        oldest = next(idle, None)
        if oldest is not None:
            del self._sessions[oldest]
