"""What the bot said in a conversation, numbered and kept until a client has had the time to fetch it.

A socket may break, and a process die, between an answer and its arrival. So what is said is written down first (`say`),
under numbers by which a client tells what it has, and is sent again from there (`recall`). An answer that the
conversation holds and the outbox does not, because the process died in between, comes with `recall` as well.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from bot.messages import Part

KEPT_UTTERANCES = 50
KEPT_FOR = timedelta(days=1)
"""Bounds of what is kept of one conversation. What has been acknowledged stays within them: another tab may lack it."""

NOT_KEPT = 0
"""The sequence of what could not be kept, since the conversation is not there (any more)."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something to say. `id` is the same each time it is said again; `payload` is what the channel sends, as JSON."""

    id: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something said: the `sequence`-th of its conversation, from 1 on, or NOT_KEPT."""

    id: str
    payload: Mapping[str, Any]
    sequence: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Unsaid:
    """The answer to a message that the outbox was never told."""

    message_id: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is kept of a conversation, oldest first; up to which sequence it was acknowledged; the last one given."""

    utterances: tuple[Utterance, ...] = ()
    acknowledged: int = 0
    last: int = 0
    unsaid: tuple[Unsaid, ...] = ()


class Outbox(Protocol):
    """Safe for many tasks and many processes. Every method may raise StoreError."""

    async def say(self, conversation_id: str, message_id: str | None, said: Sequence[Said]) -> tuple[Utterance, ...]:
        """Number and keep what is said in answer to a message, or unasked. What is kept already keeps its number."""

    async def recall(self, conversation_id: str, channel: str) -> Backlog:
        """What is kept; `unsaid` are answers to messages of `channel` later than those to which anything was said."""

    async def acknowledge(self, conversation_id: str, sequence: int) -> None:
        """Everything up to `sequence` has arrived. Never goes back, never beyond the last sequence."""


@dataclass(slots=True)
class _Box:
    utterances: list[Utterance] = field(default_factory=list)
    acknowledged: int = 0
    last: int = 0
    answers: dict[str, str | None] = field(default_factory=dict)


Answered = Callable[[str, str], Sequence[Unsaid]]
"""All answers of a conversation on a channel, oldest first, of the time that is kept."""


class InMemoryOutbox:
    """Lost with the process: for tests, and for trying things out. `now` tells the time; tests may move it.

    `knows` tells whether a conversation is there; `answered` gives its answers.
    """

    def __init__(
        self,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        knows: Callable[[str], bool] = lambda _: True,
        answered: Answered = lambda *_: (),
    ) -> None:
        self._now = now
        self._knows = knows
        self._answered = answered
        self._boxes: dict[str, _Box] = {}

    async def say(self, conversation_id: str, message_id: str | None, said: Sequence[Said]) -> tuple[Utterance, ...]:
        """See Outbox; so for all methods here."""
        now = self._now()
        if not self._knows(conversation_id):
            return tuple(Utterance(each.id, each.payload, NOT_KEPT, now) for each in said)
        box = self._boxes.setdefault(conversation_id, _Box())
        self._age(box)
        known = {utterance.id: utterance for utterance in box.utterances}
        for each in said:
            if each.id not in known:
                box.last += 1
                known[each.id] = Utterance(each.id, each.payload, box.last, now)
                box.utterances.append(known[each.id])
                box.answers[each.id] = message_id
        del box.utterances[:-KEPT_UTTERANCES]
        box.answers = {utterance.id: box.answers[utterance.id] for utterance in box.utterances}
        return tuple(sorted((known[each.id] for each in said), key=lambda utterance: utterance.sequence))

    async def recall(self, conversation_id: str, channel: str) -> Backlog:
        box = self._boxes.get(conversation_id, _Box())
        self._age(box)
        answers = self._answered(conversation_id, channel)
        answered = {box.answers[utterance.id] for utterance in box.utterances}
        said = [index for index, answer in enumerate(answers) if answer.message_id in answered]
        unsaid = tuple(answers[said[-1] + 1 if said else 0 :])
        return Backlog(tuple(box.utterances), box.acknowledged, box.last, unsaid)

    async def acknowledge(self, conversation_id: str, sequence: int) -> None:
        box = self._boxes.get(conversation_id)
        if box is not None:
            box.acknowledged = max(box.acknowledged, min(sequence, box.last))

    def drop(self, conversation_id: str) -> None:
        """Delete what was said in a conversation, and its count."""
        self._boxes.pop(conversation_id, None)

    def take_back(self, conversation_id: str, message_ids: Collection[str | None]) -> None:
        """Delete what was said in answer to some messages."""
        box = self._boxes.get(conversation_id, _Box())
        gone = {
            name for name, message_id in box.answers.items() if message_id is not None and message_id in message_ids
        }
        box.utterances = [utterance for utterance in box.utterances if utterance.id not in gone]

    def expire(self) -> None:
        """Delete what is older than anybody may ask for."""
        for box in self._boxes.values():
            self._age(box)

    def _age(self, box: _Box) -> None:
        box.utterances = [utterance for utterance in box.utterances if utterance.at > self._now() - KEPT_FOR]
