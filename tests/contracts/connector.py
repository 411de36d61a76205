"""What the connector suite asks of a connector's harness: the far end of its channel, as a user sees it.

To join: write a class with these members in tests/bot/connectors/<name>/harness.py, and add it to CONNECTORS in
test_connectors.py. Nothing else is needed.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import ClassVar, Protocol

from bot.connectors.scripted import ScriptedBot


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that the user sees: a text, with the titles of its buttons, or the address of an image."""

    text: str | None = None
    buttons: tuple[str, ...] = ()
    image: str | None = None


class Harness(Protocol):
    """A user at the far end of a channel that `bot` is on."""

    channel: ClassVar[str]
    """What the connector writes into Message.channel."""

    has_message_ids: ClassVar[bool]
    """Whether the platform numbers its messages, so that a repeat of one can be told."""

    has_conversations: ClassVar[bool]
    """Whether more than one conversation can go on at a time."""

    pushes: ClassVar[bool]
    """Whether the channel shows messages by itself; one that answers requests returns a repeat's answer again."""

    def __init__(self, bot: ScriptedBot) -> None: ...

    def running(self) -> AbstractAsyncContextManager[None]:
        """The connector at work."""

    async def say(self, text: str, conversation: str = "one", message_id: str | None = None) -> list[Shown]:
        """Send `text` as the platform would; what the user sees until the turn is over. [] when it shows nothing."""

    async def press(self, title: str, conversation: str = "one") -> list[Shown]:
        """Press the button of that title, shown last in the conversation; what the user sees then."""
