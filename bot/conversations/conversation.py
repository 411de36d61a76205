"""The state of a conversation, and what was said in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.connectors.desk import Remark
from bot.connectors.feedback import Opinion
from bot.messages import Decision, Detection, Message, Outcome, Reply, Requested


@dataclass(frozen=True, slots=True)
class Rating:
    """What `by` thinks of something that was said in a turn; `utterance_id` is the platform's name for it."""

    utterance_id: str
    opinion: Opinion
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """One message and what came of it. A turn without a decision was cut short, or the bot was paused."""

    message: Message
    at: datetime
    detection: Detection | None = None
    decision: Decision | None = None
    outcome: Outcome | None = None
    timings: Mapping[str, float] = field(default_factory=dict)
    ratings: tuple[Rating, ...] = ()
    memo: dict[str, bytes] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What was made of this turn before, to be made once: a turn that came back from a store is used in many."""

    @property
    def reply(self) -> Reply:
        """What was answered: nothing by a bot that was paused."""
        return Reply(self.outcome.parts if self.outcome else (), self.detection, self.decision, self.timings)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the bot knows of one conversation. `turns` are the latest RECENT_TURNS, oldest first.

    `person` is the name of who has taken over: the bot is silent until they give it back, whatever `paused` says.
    `remarks` is what persons said and did since the first of `turns`.
    """

    id: str
    sender_id: str
    channel: str
    slots: Mapping[str, Any] = field(default_factory=dict)
    requested: Requested | None = None
    followup: str | None = None
    paused: bool = False
    turns: tuple[Turn, ...] = ()
    person: str | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def last_answer(self) -> Turn | None:
        """The last turn, but for those in which the bot only gave time or said "all right": who asked for a moment may
        press a button after it."""
        told = (turn for turn in reversed(self.turns) if turn.decision is None or turn.decision.says is None)
        return next(told, None)

    def is_for_person(self, message: Message) -> bool:
        """Whether a person has taken over, or had when this very message came first, in a turn that was cut short.

        Who had it then has read it, though they have given the conversation back by now.
        """
        if self.person is not None:
            return True
        begun = [turn.at for turn in self.turns if turn.outcome is None and _is_same(turn.message, message)]
        steps = (remark.kind for remark in self.remarks if begun and remark.at > begun[0] and remark.kind != "said")
        return next(steps, None) == "left"


def _is_same(one: Message, other: Message) -> bool:
    return one.message_id is not None and (one.channel, one.message_id) == (other.channel, other.message_id)
