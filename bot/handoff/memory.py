"""Handoffs in memory: for tests, and for trying things out. Held to the same contract as the SQL store."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.connectors.desk import Agent, Handoff, Remark
from bot.handoff.base import ATTENDS_FOR, REDELIVERED_FOR, Addressed


@dataclass(slots=True)
class _Kept:
    number: int
    addressed: Addressed
    delivered: bool = False


class InMemoryHandoffs:
    """A HandoffStore, lost with the process. `now` tells the time; tests may move it.

    `last_heard` tells when something was said in a conversation last, None when there is no such conversation;
    `resume` lets the bot answer in it again.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        last_heard: Callable[[str], datetime | None],
        resume: Callable[[str], None],
    ) -> None:
        self._now = now
        self._last_heard = last_heard
        self._resume = resume
        self._open: dict[str, Handoff] = {}
        self._ended: dict[str, Handoff] = {}
        self._lapses: dict[str, datetime] = {}
        self._attending: dict[str, datetime] = {}
        self._remarks: list[_Kept] = []
        self._last_number = 0

    async def ask(self, conversation_id: str, reason: str) -> bool:
        """See HandoffStore; so for all methods here."""
        if self._last_heard(conversation_id) is None or conversation_id in self._open:
            return False
        self._open[conversation_id] = Handoff(conversation_id, self._now(), reason)
        self._ended.pop(conversation_id, None)
        return True

    async def take(self, conversation_id: str, agent: Agent, joined: Remark) -> bool:
        found = self._open.get(conversation_id)
        if found is None or found.agent not in (None, agent.key):
            return False
        if found.agent is None:
            taken = replace(found, agent=agent.key, name=agent.name, taken_at=self._now())
            self._open[conversation_id] = taken
            self._add(conversation_id, joined)
        self._lapses[conversation_id] = self._now() + agent.patience
        return True

    async def say(self, conversation_id: str, agent: Agent, said: Remark) -> bool:
        if not self._belongs(conversation_id, agent):
            return False
        self._lapses[conversation_id] = self._now() + agent.patience
        self._add(conversation_id, said)
        return True

    async def leave(self, conversation_id: str, agent: Agent, left: Remark) -> bool:
        if not self._belongs(conversation_id, agent):
            return False
        self._end(conversation_id)
        self._resume(conversation_id)
        self._add(conversation_id, left)
        return True

    async def stay(self, agent: Agent) -> None:
        for conversation_id in self._open:
            if self._belongs(conversation_id, agent):
                self._lapses[conversation_id] = self._now() + agent.patience

    async def attend(self, agent: Agent) -> None:
        self._attending[agent.key] = self._now() + ATTENDS_FOR

    async def attended(self) -> bool:
        return any(until > self._now() for until in self._attending.values())

    async def lapse(self, away: Remark) -> Sequence[str]:
        now = self._now()
        lapsed = [each for each in self._open.values() if each.agent and self._lapses[each.conversation_id] <= now]
        for each in lapsed:
            self._open[each.conversation_id] = replace(each, agent=None, name=None, taken_at=None)
            remark = replace(away, id=f"{away.id}/{uuid.uuid4().hex}", name=each.name or "")
            self._add(each.conversation_id, remark)
        return [each.conversation_id for each in lapsed]

    async def give_up(self, silent_for: timedelta) -> int:
        before = self._now() - silent_for
        silent = [each for each in self._open.values() if each.agent is None and self._is_silent(each, before)]
        for each in silent:
            self._end(each.conversation_id)
        return len(silent)

    async def open(self) -> Sequence[Handoff]:
        return sorted(self._open.values(), key=lambda each: (each.asked_at, each.conversation_id))

    async def find(self, conversation_id: str) -> Handoff | None:
        return self._open.get(conversation_id)

    async def knows(self, remark_id: str) -> bool:
        return any(kept.addressed.remark.id == remark_id for kept in self._remarks)

    async def pin(self, handoff: Handoff, thread: Mapping[str, Any]) -> bool:
        found = self._open.get(handoff.conversation_id)
        if found is None or found.asked_at != handoff.asked_at:
            return False
        self._open[handoff.conversation_id] = replace(found, thread=dict(thread))
        return True

    async def ended(self) -> Sequence[Handoff]:
        return sorted(self._ended.values(), key=lambda each: (each.asked_at, each.conversation_id))

    async def unpin(self, handoff: Handoff) -> None:
        found = self._ended.get(handoff.conversation_id)
        if found is not None and found.asked_at == handoff.asked_at:
            del self._ended[handoff.conversation_id]

    async def undelivered(self) -> Sequence[Addressed]:
        since = self._now() - REDELIVERED_FOR
        return [kept.addressed for kept in self._remarks if not kept.delivered or kept.addressed.remark.at > since]

    async def deliver(self, conversation_id: str, remark_id: str) -> None:
        for kept in self._remarks:
            if (kept.addressed.conversation_id, kept.addressed.remark.id) == (conversation_id, remark_id):
                kept.delivered = True

    def person(self, conversation_id: str) -> str | None:
        """Who has it."""
        found = self._open.get(conversation_id)
        return found.name if found else None

    def remarks(self, conversation_id: str, since: datetime | None) -> tuple[Remark, ...]:
        """What persons said and did."""
        own = (kept.addressed.remark for kept in self._remarks if kept.addressed.conversation_id == conversation_id)
        return tuple(remark for remark in own if since is None or remark.at >= since)

    def said(self, since: datetime) -> list[tuple[int, Addressed]]:
        """What persons have said since then, by numbers that rise."""
        return [
            (kept.number, kept.addressed)
            for kept in self._remarks
            if kept.addressed.remark.kind == "said" and kept.addressed.remark.at >= since
        ]

    def forget(self, conversation_ids: Collection[str]) -> None:
        """Delete what persons said there."""
        self._remarks = [kept for kept in self._remarks if kept.addressed.conversation_id not in conversation_ids]

    def drop(self, conversation_id: str) -> None:
        """The conversation is gone."""
        self._open.pop(conversation_id, None)
        self._ended.pop(conversation_id, None)
        self.forget([conversation_id])

    def expire(self, before: datetime) -> None:
        """Delete what persons said before `before`."""
        self._remarks = [kept for kept in self._remarks if kept.addressed.remark.at >= before]

    def _end(self, conversation_id: str) -> None:
        found = self._open.pop(conversation_id)
        if found.thread is not None:
            self._ended[conversation_id] = replace(found, agent=None, name=None, taken_at=None)

    def _belongs(self, conversation_id: str, agent: Agent) -> bool:
        found = self._open.get(conversation_id)
        return found is not None and found.agent == agent.key

    def _is_silent(self, handoff: Handoff, before: datetime) -> bool:
        heard = self._last_heard(handoff.conversation_id)
        return heard is not None and heard < before

    def _add(self, conversation_id: str, remark: Remark) -> None:
        known = any(
            (kept.addressed.conversation_id, kept.addressed.remark.id) == (conversation_id, remark.id)
            for kept in self._remarks
        )
        if not known:
            self._last_number += 1
            self._remarks.append(_Kept(self._last_number, Addressed(conversation_id, replace(remark, at=self._now()))))
