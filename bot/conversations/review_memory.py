"""What reviewers see and decide, in memory; see review.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from bot.conversations.conversation import Turn
from bot.conversations.review import HOLD_LAPSES_AFTER, Recorded, Remarked, Review, Standing, State, Transcript
from bot.handoff.memory import InMemoryHandoffs


class InMemoryReviews:
    """A ReviewStore over the `turns` and `handoffs` of a store in memory; `refuse` raises when that is closed."""

    def __init__(
        self,
        now: Callable[[], datetime],
        turns: Mapping[int, Turn],
        handoffs: InMemoryHandoffs,
        refuse: Callable[[], None],
    ) -> None:
        self._now = now
        self._turns = turns
        self._handoffs = handoffs
        self._refuse = refuse
        self._all: dict[int, Review] = {}

    async def last_number(self) -> int:
        """See ReviewStore; so for all methods here."""
        self._refuse()
        return max(self._turns, default=0)

    async def read(self, after: int, limit: int) -> Sequence[Recorded]:
        self._refuse()
        numbers = sorted(number for number in self._turns if number > after)[:limit]
        return [Recorded(number, replace(self._turns[number], ratings=())) for number in numbers]

    async def transcript(self, conversation_id: str, most: int) -> Transcript:
        self._refuse()
        own = [turn for _, turn in sorted(self._turns.items()) if turn.message.conversation_id == conversation_id]
        said = tuple(own[-most:])
        return Transcript(said, self._handoffs.remarks(conversation_id, said[0].at)) if said else Transcript()

    async def remarked(self, since: datetime, before: int | None, limit: int) -> Sequence[Remarked]:
        self._refuse()
        said = (
            Remarked(number, each.conversation_id, each.remark)
            for number, each in reversed(self._handoffs.said(since))
            if before is None or number < before
        )
        return list(islice(said, limit))

    async def standing(self, after: int) -> Standing:
        numbers = frozenset(number for number in self._turns if number > after)
        reviews = {number: each for number, each in self._standing().items() if number in numbers}
        ratings = {number: self._turns[number].ratings for number in numbers if self._turns[number].ratings}
        return Standing(numbers, reviews, ratings)

    async def take(self, numbers: Sequence[int], by: str) -> Sequence[Review] | None:
        standing = self._standing()
        if any(number not in self._turns for number in numbers):
            return None
        taken = [standing[number] for number in sorted(set(numbers)) if number in standing]
        if not taken:
            self._all |= {number: Review(number, "held", None, by, self._now()) for number in numbers}
        return taken

    async def settle(self, numbers: Sequence[int], by: str, state: State, intent: str | None = None) -> int:
        self._drop_gone()
        held = [
            each for each in set(numbers) if (found := self._all.get(each)) and (found.state, found.by) == ("held", by)
        ]
        self._all |= {number: Review(number, state, intent, by, self._now()) for number in held}
        return len(held)

    async def release(self, numbers: Sequence[int], by: str) -> int:
        self._drop_gone()
        mine = [number for number in set(numbers) if number in self._all and self._all[number].by == by]
        for number in mine:
            del self._all[number]
        return len(mine)

    async def latest(self, limit: int) -> Sequence[Review]:
        decided = [each for each in self._standing().values() if each.state != "held"]
        return sorted(decided, key=lambda each: (each.at, each.number), reverse=True)[:limit]

    def _standing(self) -> dict[int, Review]:
        self._drop_gone()
        lapsed = self._now() - HOLD_LAPSES_AFTER
        return {number: each for number, each in self._all.items() if each.state != "held" or each.at > lapsed}

    def _drop_gone(self) -> None:
        """What was decided goes with its turn."""
        self._refuse()
        self._all = {number: each for number, each in self._all.items() if number in self._turns}
