"""Conversations in memory: for tests, and for trying things out. Held to the same contract as the SQL store."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.connectors.feedback import Feedback
from bot.connectors.inbox import InMemoryInbox
from bot.connectors.installations import InMemoryInstallations
from bot.connectors.outbox import KEPT_FOR, InMemoryOutbox, Unsaid
from bot.conversations.base import CLAIM_LAPSES_AFTER, RECENT_TURNS, Claim
from bot.conversations.codec import to_json, turn_from, turn_to_json
from bot.conversations.conversation import Conversation, Rating, Turn
from bot.conversations.events import since_restart
from bot.conversations.review_memory import InMemoryReviews
from bot.errors import StoreError
from bot.handoff.memory import InMemoryHandoffs
from bot.messages import Message, Reply


class InMemoryConversationStore:
    """Forgets everything when it is gone. Values pass through JSON, so that they come back as from a database.

    `now` tells the time; tests may move it.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._last_number = 0
        self._conversations: dict[str, Conversation] = {}
        self._turns: dict[int, Turn] = {}
        self._claims: dict[tuple[str, str], datetime] = {}
        self._recorded: set[int] = set()
        self._said: dict[tuple[str, str], int] = {}
        self._secrets: dict[str, bytes] = {}
        self._inbox = InMemoryInbox(now)
        self._installations = InMemoryInstallations()
        self._outbox = InMemoryOutbox(now, self._conversations.__contains__, self._answers)
        self._handoffs = InMemoryHandoffs(now, self._last_heard, self._resume)
        self._reviews = InMemoryReviews(now, self._turns, self._handoffs, self._refuse_if_closed)
        self._closed = False

    async def load(self, message: Message) -> Conversation:
        """See ConversationStore; so for all methods here."""
        found = await self.find(message.conversation_id)
        return found or Conversation(message.conversation_id, message.sender_id, message.channel)

    async def find(self, conversation_id: str, turns: int = RECENT_TURNS) -> Conversation | None:
        self._refuse_if_closed()
        conversation = self._conversations.get(conversation_id)
        if conversation is None:
            return None
        shown = since_restart(tuple(self._turns_of(conversation_id)[-turns:]))
        remarks = self._handoffs.remarks(conversation_id, shown[0].at if shown else None)
        return replace(conversation, turns=shown, person=self._handoffs.person(conversation_id), remarks=remarks)

    async def record_message(self, message: Message) -> tuple[int, Conversation]:
        before = await self.load(message)
        new = Conversation(message.conversation_id, message.sender_id, message.channel)
        self._conversations.setdefault(message.conversation_id, new)
        self._last_number += 1
        self._turns[self._last_number] = _through_json(Turn(message, self._now()))
        return self._last_number, before

    async def record_turn(self, number: int, turn: Turn, state: Conversation) -> None:
        self._refuse_if_closed()
        if number not in self._turns:
            return
        self._turns[number] = replace(_through_json(turn), ratings=self._turns[number].ratings)
        self._recorded.add(number)
        self._conversations[state.id] = replace(
            self._conversations[state.id],
            slots=to_json(state.slots),
            requested=state.requested,
            followup=state.followup,
            paused=state.paused,
        )

    async def claim(self, channel: str, message_id: str) -> Claim | Reply:
        self._refuse_if_closed()
        key = (channel, message_id)
        if key not in self._claims or self._lapsed(key):
            self._claims[key] = self._now()
            return Claim.MINE
        number = self._answering(*key, self._recorded)
        return Claim.BUSY if number is None else self._turns[number].reply

    async def hold(self, channel: str, message_id: str) -> None:
        self._refuse_if_closed()
        if (channel, message_id) in self._claims:
            self._claims[channel, message_id] = self._now()

    async def forget(self, sender_id: str) -> int:
        self._refuse_if_closed()
        gone = {number: turn for number, turn in self._turns.items() if turn.message.sender_id == sender_id}
        shared = {turn.message.conversation_id for turn in gone.values()}
        for turn in gone.values():
            if turn.message.message_id is not None:
                self._claims.pop((turn.message.channel, turn.message.message_id), None)
        self._delete(gone)
        self._inbox.forget(sender_id)
        self._take_back(sender_id)
        self._handoffs.forget(shared)
        for conversation_id in shared:
            self._outbox.take_back(conversation_id, {turn.message.message_id for turn in gone.values()})
        for conversation in list(self._conversations.values()):
            if conversation.id in shared or conversation.sender_id == sender_id:
                self._hand_to_others(conversation)
        return len(gone)

    async def expire(self, before: datetime) -> int:
        self._refuse_if_closed()
        gone = {number for number, turn in self._turns.items() if turn.at < before}
        self._claims = {key: at for key, at in self._claims.items() if at >= before and not self._lapsed(key)}
        self._delete(gone)
        self._inbox.expire(before)
        self._outbox.expire()
        self._handoffs.expire(before)
        return len(gone)

    def inbox(self) -> InMemoryInbox:
        return self._inbox

    def installations(self) -> InMemoryInstallations:
        return self._installations

    def outbox(self) -> InMemoryOutbox:
        return self._outbox

    def feedback(self) -> InMemoryConversationStore:
        return self

    def handoffs(self) -> InMemoryHandoffs:
        return self._handoffs

    def reviews(self) -> InMemoryReviews:
        return self._reviews

    async def record_said(self, channel: str, message_id: str, utterance_ids: Sequence[str]) -> None:
        self._refuse_if_closed()
        number = self._answering(channel, message_id)
        if number is not None:
            self._said = {**{(channel, each): number for each in utterance_ids}, **self._said}

    async def record_feedback(self, feedback: Feedback) -> bool:
        self._refuse_if_closed()
        number = (
            self._said.get((feedback.channel, feedback.utterance_id))
            if feedback.message_id is None
            else self._answering(feedback.channel, feedback.message_id)
        )
        if number is None:
            return False
        turn, place = self._turns[number], (feedback.utterance_id, feedback.by)
        ratings = [each for each in turn.ratings if (each.utterance_id, each.by) != place]
        if feedback.opinion is not None:
            ratings.append(Rating(feedback.utterance_id, feedback.opinion, feedback.by, self._now()))
        self._turns[number] = replace(turn, ratings=tuple(ratings))
        return True

    async def secret(self, name: str) -> bytes:
        self._refuse_if_closed()
        return self._secrets.setdefault(name, secrets.token_bytes(32))

    async def check(self) -> None:
        self._refuse_if_closed()

    async def close(self) -> None:
        self._closed = True

    def _lapsed(self, key: tuple[str, str]) -> bool:
        silent = self._now() - self._claims[key] >= CLAIM_LAPSES_AFTER
        return silent and self._answering(*key, self._recorded) is None

    def _delete(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            del self._turns[number]
        self._recorded &= self._turns.keys()
        self._said = {place: number for place, number in self._said.items() if number in self._turns}
        kept = {turn.message.conversation_id for turn in self._turns.values()}
        for gone in self._conversations.keys() - kept:
            del self._conversations[gone]
            self._outbox.drop(gone)
            self._handoffs.drop(gone)

    def _take_back(self, by: str) -> None:
        for number, turn in self._turns.items():
            self._turns[number] = replace(turn, ratings=tuple(each for each in turn.ratings if each.by != by))

    def _answering(self, channel: str, message_id: str, among: Collection[int] | None = None) -> int | None:
        messages = {n: turn.message for n, turn in self._turns.items() if among is None or n in among}
        return max((n for n, m in messages.items() if (m.channel, m.message_id) == (channel, message_id)), default=None)

    def _answers(self, conversation_id: str, channel: str) -> Sequence[Unsaid]:
        return [
            Unsaid(turn.message.message_id, turn.outcome.parts)
            for turn in self._turns.values()
            if (turn.message.conversation_id, turn.message.channel) == (conversation_id, channel)
            if turn.message.message_id and turn.outcome and turn.outcome.parts and turn.at > self._now() - KEPT_FOR
        ]

    def _turns_of(self, conversation_id: str) -> list[Turn]:
        return [turn for turn in self._turns.values() if turn.message.conversation_id == conversation_id]

    def _last_heard(self, conversation_id: str) -> datetime | None:
        return max((turn.at for turn in self._turns_of(conversation_id)), default=None)

    def _resume(self, conversation_id: str) -> None:
        self._conversations[conversation_id] = replace(self._conversations[conversation_id], paused=False)

    def _hand_to_others(self, conversation: Conversation) -> None:
        sender_id = self._turns_of(conversation.id)[-1].message.sender_id
        cleared = replace(conversation, sender_id=sender_id, slots={}, requested=None, followup=None)
        self._conversations[conversation.id] = cleared

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise StoreError("The conversations in memory are closed.")


def _through_json(turn: Turn) -> Turn:
    return turn_from(turn_to_json(turn), turn.at)
