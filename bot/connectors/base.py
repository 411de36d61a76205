"""What a connector may ask of the bot. A connector knows this, messages.py and its own settings; nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bot.messages import Decision, Detection, Message, Part, Reply

WEB_SESSION = "web:"
"""How conversations of the web chat are named. Whoever chooses a name elsewhere cannot choose one of these."""


def is_web_session(conversation_id: str) -> bool:
    """Whether it is a conversation of the web chat, where something can be said unasked."""
    return conversation_id.startswith(WEB_SESSION)


@dataclass(frozen=True, slots=True)
class Parse:
    """What the bot makes of a text outside any conversation; `timings` are milliseconds by step."""

    text: str
    detection: Detection
    decision: Decision
    timings: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Status:
    """How the bot is: what it serves, since when, and what is wrong (empty when ready)."""

    version: str
    bundle: str
    intents: int
    catalog_error: str | None
    not_ready: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks in place of the bot: a person called `name`, or a notice about them."""

    kind: Literal["person", "notice"]
    name: str


@dataclass(frozen=True, slots=True)
class Push:
    """Something to say in a conversation unasked. Pushed again under the same `id`, it is shown once."""

    conversation_id: str
    id: str
    parts: tuple[Part, ...]
    speaker: Speaker | None = None


Outlet = Callable[[Push], Awaitable[bool]]
"""How a channel says something unasked. False: the conversation is not on this channel, or not there any more. True:
it is kept, and is shown to whoever is there, now or when they come back. May raise StoreError: push again."""


class Bot(Protocol):
    """The running bot, as connectors see it. All methods are safe to call concurrently."""

    async def answer(self, message: Message) -> Reply:
        """One turn. Never raises: whatever goes wrong, the reply is an apology."""

    async def parse(self, text: str) -> Parse:
        """Detect and decide without recording anything."""

    async def tracker(self, conversation_id: str) -> Mapping[str, Any] | None:
        """The conversation in Rasa's tracker JSON; None when it is unknown."""

    async def status(self) -> Status:
        """For /status, health and readiness."""

    async def push(self, push: Push) -> bool:
        """Say something unasked, on the channel that the conversation is on. As Outlet."""
