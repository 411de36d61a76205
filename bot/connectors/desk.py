"""What an agent's desk may ask: who waits for a person, what was said, and to take, answer and give back.

An agent is a person who answers in place of the bot. A desk is where they do it: the agent view of the web server, or a
channel on Slack. While an agent has a conversation the bot is silent there; users are told who comes and who goes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

RemarkKind = Literal["said", "joined", "left", "away"]
Voice = Literal["user", "bot", "person", "notice"]


@dataclass(frozen=True, slots=True)
class Agent:
    """Who answers. `key` tells agents apart, `name` is what users see; silent for `patience`, they count as gone."""

    key: str
    name: str
    patience: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Handoff:
    """A conversation that waits for a person, or has one: then `agent` is their key, `name` their name.

    `thread` is what another desk needs to find it there again, as JSON.
    """

    conversation_id: str
    asked_at: datetime
    reason: str
    agent: str | None = None
    name: str | None = None
    taken_at: datetime | None = None
    thread: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """What a person said or did in a conversation, under an `id` that is its own there."""

    id: str
    kind: RemarkKind
    name: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript. `key` is the same each time it is read; lines are in order of `place`.

    `valence`, in [-1, 1], is how the user felt. `choices` are the titles of buttons.
    """

    key: str
    place: tuple[float, int, int]
    voice: Voice
    text: str
    at: datetime
    name: str | None = None
    valence: float | None = None
    choices: tuple[str, ...] = ()
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A conversation on the desk at a glance: who it is, how they felt message by message, what came last."""

    handoff: Handoff
    visitor: str
    trend: tuple[float, ...]
    last: Line | None


class Desk(Protocol):
    """Safe for many tasks and many processes. Every method may raise StoreError."""

    async def board(self) -> Sequence[Ticket]:
        """All that wait or have a person, who waits longest first; a moment old, perhaps."""

    async def read(self, conversation_id: str) -> Sequence[Line] | None:
        """What was said, oldest first; None when the conversation is not on the desk (any more)."""

    async def find(self, conversation_id: str) -> Handoff | None:
        """The handoff of a conversation that is on the desk."""

    async def open(self) -> Sequence[Handoff]:
        """The handoffs of `board`, as they are at this moment."""

    async def take(self, conversation_id: str, agent: Agent) -> bool:
        """Of several who want it one gets it. True as well for who has it already."""

    async def say(self, conversation_id: str, agent: Agent, remark_id: str, text: str) -> bool:
        """What the agent says reaches the user once, however often it comes under its id. False: it is not theirs."""

    async def give_back(self, conversation_id: str, agent: Agent) -> bool:
        """The bot answers again. False: it was not theirs."""

    async def stay(self, agent: Agent) -> None:
        """The agent is still there: what they have stays theirs."""

    async def attend(self, agent: Agent) -> None:
        """The agent is at the desk now, with something to answer or without."""

    async def has_said(self, agent: Agent, remark_id: str) -> bool:
        """Whether `say` has kept what came under this id, wherever the conversation is by now."""

    async def pin(self, handoff: Handoff, thread: Mapping[str, Any]) -> bool:
        """Keep with a handoff where another desk has it. False: it is over by now, or another one has begun."""

    async def ended(self) -> Sequence[Handoff]:
        """Handoffs that are over, and of which another desk does not know that yet."""

    async def unpin(self, handoff: Handoff) -> None:
        """The other desk knows that it is over."""

    async def news(self, seconds: float) -> None:
        """Wait until something may have changed, at most so long."""


class Bell:
    """Wakes whoever waits for news."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.rings = 0

    def ring(self) -> None:
        """Something happened."""
        self.rings += 1
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Until the next ring, at most so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            pass
