"""The seam behind which conversations are kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from bot.connectors.feedback import FeedbackStore
from bot.connectors.inbox import Inbox
from bot.connectors.installations import InstallationStore
from bot.connectors.outbox import Outbox
from bot.conversations.conversation import Conversation, Turn
from bot.conversations.review import ReviewStore
from bot.handoff.base import HandoffStore
from bot.messages import Message, Reply

RECENT_TURNS = 20
"""How many turns `load` brings back: enough for the tracker that actions see and for the sentiment rule."""

CLAIM_LAPSES_AFTER = timedelta(seconds=10)
"""How long a process that is at a message may be silent (`hold`) before another one takes it for dead."""


class Claim(Enum):
    """The answer to "may I handle this message?"."""

    MINE = "mine"
    BUSY = "busy"


class ConversationStore(Protocol):
    """Keeps conversations. Every method may raise StoreError; none loses what an earlier call recorded."""

    async def load(self, message: Message) -> Conversation:
        """The conversation that `message` belongs to; a new, empty one when there is none.

        A restart (rasa-sdk's event) hides the turns up to it.
        """

    async def find(self, conversation_id: str, turns: int = RECENT_TURNS) -> Conversation | None:
        """The conversation by its id and with its last `turns`, None when it is unknown."""

    async def record_message(self, message: Message) -> tuple[int, Conversation]:
        """Write the message down before anything can go wrong with it.

        Returns the turn's number, and what `load` would have given before.
        """

    async def record_turn(self, number: int, turn: Turn, state: Conversation) -> None:
        """Complete turn `number`, and keep `state` (slots, requested, followup, paused) in the same transaction.

        From then on it answers repeats of its message, see `claim`. A turn that was forgotten or expired meanwhile
        stays so: nothing is written.
        """

    async def claim(self, channel: str, message_id: str) -> Claim | Reply:
        """MINE to the first asker, BUSY while the first is at it, then the reply of the turn that was recorded.

        A claim without a recorded turn lapses after CLAIM_LAPSES_AFTER unless it is held, so that a process that died
        does not lose the message.
        """

    async def hold(self, channel: str, message_id: str) -> None:
        """Say that whoever claimed the message is still at it. Without a claim, nothing is written."""

    async def forget(self, sender_id: str) -> int:
        """Delete everything about a sender. Returns how many turns went.

        In a conversation shared with others, their turns stay; its slots go, since nobody knows whose they were.
        """

    async def expire(self, before: datetime) -> int:
        """Delete turns and claims older than `before`, and conversations left empty. Returns how many turns went."""

    def inbox(self) -> Inbox:
        """What connectors took over from their platforms; `forget` and `expire` reach it too."""

    def outbox(self) -> Outbox:
        """What was said and may not have arrived; `forget` and `expire` reach it too."""

    def feedback(self) -> FeedbackStore:
        """What users think of what was said, which turns show as `ratings`; `forget` and `expire` reach it too."""

    def handoffs(self) -> HandoffStore:
        """Who waits for a person and who has one; `forget` and `expire` reach what persons said, too."""

    async def secret(self, name: str) -> bytes:
        """32 random bytes, made when they are first asked for and the same ever after, in every process.

        `forget` and `expire` leave them. Whoever can read the conversations can read them.
        """

    def installations(self) -> InstallationStore:
        """Where the bot is installed."""

    def reviews(self) -> ReviewStore:
        """The turns once more, for people who look after the bot; `forget` and `expire` reach what they noted too."""

    async def check(self) -> None:
        """Raise StoreError unless the store can be read and written now."""

    async def close(self) -> None:
        """Let go of connections."""
