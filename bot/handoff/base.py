"""Where handoffs are kept, and what the pipeline tells the room of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from bot.connectors.desk import Agent, Handoff, Remark
from bot.messages import Message

REDELIVERED_FOR = timedelta(seconds=15)
"""For how long a remark is brought again to sockets of this process: another one may have taken it in."""


ATTENDS_FOR = timedelta(seconds=25)
"""For how long an agent counts as being at the desk after it was last said so."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A remark and where it was made."""

    conversation_id: str
    remark: Remark


class HandoffStore(Protocol):
    """Keeps who waits for a person and who has one. Every method is one transaction, and may raise StoreError."""

    async def ask(self, conversation_id: str, reason: str) -> bool:
        """Let a conversation wait. False when it waits or has a person already, or is not known."""

    async def take(self, conversation_id: str, agent: Agent, joined: Remark) -> bool:
        """Give what waits to `agent`, and keep that they joined; True without a word for who has it already."""

    async def say(self, conversation_id: str, agent: Agent, said: Remark) -> bool:
        """Keep what the agent says, once under each id. False, and nothing is kept, when it is not theirs."""

    async def leave(self, conversation_id: str, agent: Agent, left: Remark) -> bool:
        """Give it back to the bot, which answers even if an action paused it, and keep that they left.

        False when it is not theirs.
        """

    async def stay(self, agent: Agent) -> None:
        """What the agent has stays theirs for `agent.patience` from now on."""

    async def attend(self, agent: Agent) -> None:
        """The agent is at the desk, whether they have something or not."""

    async def attended(self) -> bool:
        """Whether any agent was at the desk in the last ATTENDS_FOR."""

    async def lapse(self, away: Remark) -> Sequence[str]:
        """Let wait again what belongs to agents that are gone, since when they asked first. Returns which.

        `away` is kept with each, under an id of its own and the name of who is gone.
        """

    async def give_up(self, silent_for: timedelta) -> int:
        """Take off what waits and has been silent for so long. Returns how many."""

    async def open(self) -> Sequence[Handoff]:
        """All that wait or have a person, in the order in which they asked."""

    async def find(self, conversation_id: str) -> Handoff | None:
        """One of `open`."""

    async def knows(self, remark_id: str) -> bool:
        """Whether a remark was kept under this id, in any conversation."""

    async def pin(self, handoff: Handoff, thread: Mapping[str, Any]) -> bool:
        """Keep `thread` with one of `open`; it goes when a person is asked for anew.

        False, and nothing is kept, when `handoff` is over, or another of its conversation has begun.
        """

    async def ended(self) -> Sequence[Handoff]:
        """Those that are over and whose `thread` is still kept, in the order in which they asked."""

    async def unpin(self, handoff: Handoff) -> None:
        """Let go of the thread of one of `ended`."""

    async def undelivered(self) -> Sequence[Addressed]:
        """Remarks that have not reached the outbox yet, or were made in the last REDELIVERED_FOR; oldest first."""

    async def deliver(self, conversation_id: str, remark_id: str) -> None:
        """The remark has reached the outbox."""


class Reception(Protocol):
    """What the pipeline tells of. Never raises: a turn goes on whatever happens here."""

    async def ask(self, message: Message, reason: str) -> None:
        """The bot hands `message`'s conversation to a person."""

    def hear(self, conversation_id: str) -> None:
        """Something was said there."""
