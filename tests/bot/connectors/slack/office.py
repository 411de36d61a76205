"""The web side of the desk on Slack: a room over a store, what reached visitors, and what stands in the channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.config import AgentSettings, TextSettings
from bot.connectors.base import Push, is_web_session
from bot.connectors.desk import Agent
from bot.connectors.inbox import LAPSES_AFTER, InMemoryInbox
from bot.connectors.slack import Stores
from bot.conversations.memory import InMemoryConversationStore
from bot.handoff.room import Room
from bot.messages import Message
from tests.bot.connectors.slack.serving import Served
from tests.contracts.conversations import say
from tests.standins.slack import SlackStandIn
from tests.standins.slack_methods import Call

CHANNEL = "C0000DESK"
ADA, BOB = "U0000ADA", "U0000BOB"


@dataclass
class Office:
    """A room, what reached visitors, and the inbox that outlives a process."""

    store: InMemoryConversationStore = field(default_factory=InMemoryConversationStore)
    pushed: list[Push] = field(default_factory=list)
    inbox: InMemoryInbox = field(default_factory=InMemoryInbox)

    def __post_init__(self) -> None:
        self.room = Room(self.store, self._push, is_web_session, TextSettings(), AgentSettings())

    async def _push(self, push: Push) -> bool:
        self.pushed.append(push)
        return True

    @property
    def told(self) -> list[str | None]:
        return [part.text for push in self.pushed for part in push.parts]

    @property
    def stores(self) -> Stores:
        return Stores(self.inbox, desk=self.room)

    def is_later(self, by: timedelta) -> None:
        """So much time goes by for whoever has a conversation."""
        handoffs, later = self.store.handoffs(), datetime.now(UTC) + by
        handoffs._now = lambda: later

    async def visit(self, text: str = "hello <!channel> & you", name: str = "v1") -> str:
        """A visitor says something, and waits for a person."""
        said = Message(text, f"web:{name}", f"web:{name}", "socketio", f"web:{name}/{text}")
        await say(self.store, said)
        await self.room.ask(said, "the user asks for a person")
        self.room.hear(said.conversation_id)
        return said.conversation_id


def posted(slack: SlackStandIn) -> list[Call]:
    return [call for call in slack.posted if call.arguments["channel"] == CHANNEL]


def openings(slack: SlackStandIn) -> list[Call]:
    return [call for call in posted(slack) if not call.arguments.get("thread_ts")]


async def opened(slack: SlackStandIn, office: Office, conversation: str = "web:v1") -> str:
    """The thread of a conversation, once it is there."""

    def pinned() -> Any:
        return office.store.handoffs()._open[conversation].thread

    await slack.until(lambda: "ts" in (pinned() or {}))
    return str(pinned()["ts"])


async def asks_anew(office: Office, conversation: str) -> None:
    """A person had it on the web and gave it back; and the visitor asks again."""
    cleo = Agent("web:cleo", "Cleo")
    assert await office.room.take(conversation, cleo)
    assert await office.room.give_back(conversation, cleo)
    await office.visit("again")


async def left_entries_are_done(slack: SlackStandIn, office: Office, served: Served) -> None:
    """What a dead process left is taken over, and over."""
    later = datetime.now(UTC) + LAPSES_AFTER
    office.inbox._now = lambda: later
    await slack.until(lambda: not any(kept.open for kept in office.inbox._known.values()), 10)
    await slack.until(lambda: not served.connector.in_flight)
