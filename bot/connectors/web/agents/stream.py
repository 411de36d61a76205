"""What changes on the desk, as server-sent events: the board, and the lines of the conversation that is open.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.connectors.desk import Agent, Desk, Line, Ticket
from bot.errors import StoreError

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.5
"""Seconds; what happens in this process is seen at once, what another one does by looking."""

PING_EVERY = 15.0
ATTEND_EVERY = 10.0
"""Seconds; an agent whose page is open is at the desk."""

SNIPPET = 140
MOST_STREAMS = 64


class Visitors(Protocol):
    """Who is there on the other side, as far as it is known."""

    async def show_typing(self, conversation_id: str, name: str) -> None:
        """Show the user that an agent called `name` writes."""

    def is_typing(self, conversation_id: str) -> bool:
        """Whether the user writes."""


def write_ticket(ticket: Ticket, agent: Agent) -> dict[str, Any]:
    """A ticket as the page reads it; `state` is the agent's view."""
    handoff, last = ticket.handoff, ticket.last
    taken = "mine" if handoff.agent == agent.key else "taken"
    return {
        "id": handoff.conversation_id,
        "visitor": ticket.visitor,
        "reason": handoff.reason,
        "askedAt": handoff.asked_at.timestamp(),
        "state": "waiting" if handoff.agent is None else taken,
        "agent": handoff.name,
        "trend": [round(value, 3) for value in ticket.trend],
        "last": None if last is None else {"voice": last.voice, "name": last.name, "text": last.text[:SNIPPET]},
    }


def write_line(line: Line) -> dict[str, Any]:
    """A line as the page reads it."""
    return {
        "key": line.key,
        "place": line.place,
        "voice": line.voice,
        "name": line.name,
        "text": line.text,
        "at": line.at.timestamp(),
        "valence": line.valence,
        "choices": line.choices,
        "image": line.image,
    }


@dataclass(slots=True)
class Stream:
    """One page's view of the desk. `open` is the conversation that it shows, if any."""

    desk: Desk
    visitors: Visitors
    agent: Agent
    open: str | None
    _board: str = ""
    _lines: dict[str, str] | None = None
    _gone: bool = False
    _typing: bool = False
    _spoke_at: float = field(default_factory=time.monotonic)
    _attended_at: float = -ATTEND_EVERY

    async def events(self, goes_on: Callable[[], bool]) -> AsyncIterator[bytes]:
        """Until `goes_on` says no. A store that fails is asked again."""
        while goes_on():
            try:
                await self._attend()
                for event in await self._changes():
                    self._spoke_at = time.monotonic()
                    yield event
            except StoreError as error:
                logger.error("the agent view cannot be brought up to date: %s", error)
            if time.monotonic() - self._spoke_at > PING_EVERY:
                self._spoke_at = time.monotonic()
                yield b": still here\n\n"
            await self.desk.news(LOOK_EVERY)

    async def _attend(self) -> None:
        now = time.monotonic()
        if now - self._attended_at >= ATTEND_EVERY:
            self._attended_at = now
            await self.desk.attend(self.agent)

    async def _changes(self) -> Sequence[bytes]:
        events = []
        board = json.dumps([write_ticket(each, self.agent) for each in await self.desk.board()])
        if board != self._board:
            self._board = board
            events.append(_event("board", board))
        if self.open is not None:
            events += await self._changed_lines(self.open)
            if (typing := self.visitors.is_typing(self.open)) != self._typing:
                self._typing = typing
                events.append(_event("typing", json.dumps({"conversation": self.open, "typing": typing})))
        return events

    async def _changed_lines(self, conversation_id: str) -> list[bytes]:
        lines = await self.desk.read(conversation_id)
        if lines is None:
            gone, self._gone, self._lines = not self._gone, True, None
            return [_event("gone", json.dumps({"conversation": conversation_id}))] if gone else []
        written = {line.key: json.dumps(write_line(line)) for line in lines}
        known: Mapping[str, str] = self._lines or {}
        fresh = [text for key, text in written.items() if known.get(key) != text]
        first, self._lines, self._gone = self._lines is None, written, False
        if not fresh and not first:
            return []
        name, whole = json.dumps(conversation_id), json.dumps(first)
        return [_event("lines", f'{{"conversation": {name}, "whole": {whole}, "lines": [{", ".join(fresh)}]}}')]


def _event(name: str, data: str) -> bytes:
    return f"event: {name}\ndata: {data}\n\n".encode()
