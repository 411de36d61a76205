"""All that an outcome depends on, beside the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.catalog.catalog import Catalog, Intent
from bot.conversations.conversation import Conversation, Turn
from bot.conversations.events import apply_events
from bot.messages import Detection, Message, Segment
from bot.open_question import fill


@dataclass(frozen=True, slots=True)
class Occasion:
    """All that an outcome depends on, beside the decision."""

    turn: Turn
    detection: Detection
    catalog: Catalog
    conversation: Conversation

    @property
    def message(self) -> Message:
        """What the user said."""
        return self.turn.message

    def fill(self, intent: Intent) -> dict[str, Any]:
        """Slot values that the message gives to `intent`."""
        return fill(intent, self.turn, self.detection, self.conversation)

    def about(self, wish: Segment, events: tuple[Mapping[str, Any], ...]) -> Occasion:
        """The same occasion as far as one wish of several goes, after the `events` that the others left."""
        entities = wish.entities or self.detection.entities
        detection = replace(self.detection, candidates=(wish.candidate,), entities=entities, risk=wish.risk)
        conversation = replace(apply_events(self.conversation, events), requested=None)
        return replace(self, detection=detection, conversation=conversation)

    def after(self, events: tuple[Mapping[str, Any], ...]) -> Conversation:
        """The conversation as an action should see it: this turn is its latest, `events` are applied."""
        with_turn = replace(self.conversation, turns=(*self.conversation.turns, self.turn))
        return apply_events(with_turn, events)
