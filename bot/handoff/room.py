"""The room where conversations wait for a person: a Desk for agents' views, and the Reception of the pipeline.

What a person says is kept first and delivered from there, under an id by which it is shown once. So it does not matter
whether this process dies in between: `watch`, of this or another process, brings what did not go out.
"""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.config import AgentSettings, TextSettings
from bot.connectors.base import Push, Speaker
from bot.connectors.desk import Agent, Bell, Handoff, Line, Remark, RemarkKind, Ticket
from bot.conversations.base import ConversationStore
from bot.errors import StoreError
from bot.handoff.base import Addressed
from bot.handoff.lines import lines_of, ticket_of
from bot.messages import Message, Part

log = logging.getLogger(__name__)

SHOWN_TURNS = 200
WATCH_EVERY = 3.0
"""Seconds between two looks for who is gone, and for what did not go out."""

BOARD_LASTS = 2.0
"""Seconds for which the board is taken as it is, unless something happens in this process."""

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

PushOut = Callable[[Push], Awaitable[bool]]


class Room:
    """One for the process. `reaches` tells whether something can be said unasked in a conversation, `sees_all` whether
    every desk says who is at it."""

    def __init__(
        self,
        store: ConversationStore,
        push: PushOut,
        reaches: Callable[[str], bool],
        texts: TextSettings,
        settings: AgentSettings,
        *,
        sees_all: bool = True,
    ) -> None:
        self._store = store
        self._handoffs = store.handoffs()
        self._push = push
        self._reaches = reaches
        self._texts = texts
        self._settings = settings
        self._sees_all = sees_all
        self._bell = Bell()
        self._delivering = asyncio.Lock()
        self._reading = asyncio.Lock()
        self._brought: set[tuple[str, str]] = set()
        self._board: tuple[int, float, Sequence[Ticket]] | None = None

    async def ask(self, message: Message, reason: str) -> None:
        """See Reception; so for `hear`."""
        if not self._reaches(message.conversation_id):
            return
        try:
            why, _, _ = reason.partition(": ")  # what comes after is for who tunes the bot
            if await self._handoffs.ask(message.conversation_id, why):
                self._bell.ring()
        except StoreError as error:
            log.error("a conversation that needs a person does not wait for one: %s", error)

    def hear(self, conversation_id: str) -> None:
        if self._reaches(conversation_id):
            self._bell.ring()

    async def attended(self, conversation_id: str) -> bool | None:
        """Whether somebody is at the desk where it would wait. None: it waits at no desk, or nobody can tell."""
        try:
            if not self._reaches(conversation_id):
                return None
            return await self._handoffs.attended() or (False if self._sees_all else None)
        except StoreError as error:
            log.error("who is at the desk is not known: %s", error)
            return None

    async def board(self) -> Sequence[Ticket]:
        """See Desk; so for all methods up to `news`."""
        async with self._reading:
            now, rings = asyncio.get_running_loop().time(), self._bell.rings
            if self._board is None or self._board[0] != rings or now - self._board[1] > BOARD_LASTS:
                self._board = (rings, now, await self._tickets())
            return self._board[2]

    async def _tickets(self) -> Sequence[Ticket]:
        found = [(each, await self._store.find(each.conversation_id)) for each in await self._handoffs.open()]
        return [ticket_of(handoff, conversation) for handoff, conversation in found if conversation is not None]

    async def read(self, conversation_id: str) -> Sequence[Line] | None:
        if await self._handoffs.find(conversation_id) is None:
            return None
        conversation = await self._store.find(conversation_id, SHOWN_TURNS)
        return lines_of(conversation) if conversation else None

    async def find(self, conversation_id: str) -> Handoff | None:
        return await self._handoffs.find(conversation_id)

    async def open(self) -> Sequence[Handoff]:
        return await self._handoffs.open()

    async def take(self, conversation_id: str, agent: Agent) -> bool:
        return await self._done(await self._handoffs.take(conversation_id, agent, _remark("joined", agent)))

    async def say(self, conversation_id: str, agent: Agent, remark_id: str, text: str) -> bool:
        said = Remark(_name_of(agent, remark_id), "said", agent.name, UNSTORABLE.sub("", text), datetime.now(UTC))
        return await self._done(await self._handoffs.say(conversation_id, agent, said))

    async def give_back(self, conversation_id: str, agent: Agent) -> bool:
        return await self._done(await self._handoffs.leave(conversation_id, agent, _remark("left", agent)))

    async def stay(self, agent: Agent) -> None:
        await self._handoffs.stay(agent)

    async def attend(self, agent: Agent) -> None:
        await self._handoffs.attend(agent)

    async def has_said(self, agent: Agent, remark_id: str) -> bool:
        return await self._handoffs.knows(_name_of(agent, remark_id))

    async def pin(self, handoff: Handoff, thread: Mapping[str, Any]) -> bool:
        pinned = await self._handoffs.pin(handoff, thread)
        self._bell.ring()
        return pinned

    async def ended(self) -> Sequence[Handoff]:
        return await self._handoffs.ended()

    async def unpin(self, handoff: Handoff) -> None:
        await self._handoffs.unpin(handoff)

    async def news(self, seconds: float) -> None:
        await self._bell.wait(seconds)

    async def watch(self) -> None:
        """Background work: let wait again what agents left, take off what nobody waits for, deliver what is left."""
        while True:
            try:
                await self.look_round()
            except StoreError as error:
                log.error("who waits for a person cannot be looked after: %s", error)
            await asyncio.sleep(WATCH_EVERY)

    async def look_round(self) -> None:
        """Once."""
        lapsed = await self._handoffs.lapse(Remark("away", "away", "", "", datetime.now(UTC)))
        if lapsed:
            log.warning("%d conversation(s) wait again: whoever had them is gone", len(lapsed))
        given_up = await self._handoffs.give_up(timedelta(hours=self._settings.give_up_after))
        if lapsed or given_up:
            self._bell.ring()
        await self._deliver()

    async def _done(self, kept: bool) -> bool:
        """It is kept, or refused: say so, whether or not it can be delivered now."""
        self._bell.ring()
        try:
            await self._deliver()
        except StoreError as error:
            log.error("what a person said is delivered later: %s", error)
        return kept

    async def _deliver(self) -> None:
        """Bring the outbox what it lacks, and the sockets of this process what another one took in.

        One at a time, since two at a time could mix up the order.
        """
        async with self._delivering:
            addressed = await self._handoffs.undelivered()
            recent = {(each.conversation_id, each.remark.id) for each in addressed}
            self._brought &= recent
            for each in addressed:
                place = (each.conversation_id, each.remark.id)
                if place not in self._brought:
                    await self._push(self._write(each))
                    await self._handoffs.deliver(*place)
                    self._brought.add(place)

    def _write(self, addressed: Addressed) -> Push:
        remark = addressed.remark
        speaker = Speaker("person" if remark.kind == "said" else "notice", remark.name)
        return Push(addressed.conversation_id, remark.id, (Part(text=self._words(remark)),), speaker)

    def _words(self, remark: Remark) -> str:
        texts = {"joined": self._texts.person_joined, "left": self._texts.person_left, "away": self._texts.person_away}
        if remark.kind == "said":
            return remark.text
        return texts[remark.kind].replace("{name}", remark.name)


def _name_of(agent: Agent, remark_id: str) -> str:
    return f"{agent.key}/{remark_id}"


def _remark(kind: RemarkKind, agent: Agent) -> Remark:
    return Remark(f"{kind}/{uuid.uuid4().hex}", kind, agent.name, "", datetime.now(UTC))
