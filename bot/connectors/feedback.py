"""What users think of what the bot said, kept with the turn: thumbs in the web chat, reactions on Slack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Opinion = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """What `by` (a sender's id) thinks of one utterance of the bot; no `opinion` takes an earlier one back.

    `utterance_id` is what the platform calls the utterance. `message_id` is the user's message that it answered; where
    the platform does not tell, `None`, and `record_said` must have told before.
    """

    channel: str
    utterance_id: str
    opinion: Opinion | None
    by: str
    message_id: str | None = None


class FeedbackStore(Protocol):
    """Keeps feedback as long as the turn. Every method may raise StoreError."""

    async def record_said(self, channel: str, message_id: str, utterance_ids: Sequence[str]) -> None:
        """Keep under which ids a platform shows the answer to a message. Nothing is kept for an unknown message."""

    async def record_feedback(self, feedback: Feedback) -> bool:
        """Keep one opinion for each utterance and giver, the latest. False, and nothing is kept, when nobody knows the
        turn: it was never there, was forgotten, or has expired."""


class InMemoryFeedback:
    """A FeedbackStore that takes everything, for trying out a connector without a store. `given` is in order."""

    def __init__(self) -> None:
        self.said: dict[tuple[str, str], str] = {}
        self.given: list[Feedback] = []

    async def record_said(self, channel: str, message_id: str, utterance_ids: Sequence[str]) -> None:
        """See FeedbackStore; so for all methods here."""
        self.said |= {(channel, utterance_id): message_id for utterance_id in utterance_ids}

    async def record_feedback(self, feedback: Feedback) -> bool:
        if feedback.message_id is None and (feedback.channel, feedback.utterance_id) not in self.said:
            return False
        self.given.append(feedback)
        return True
