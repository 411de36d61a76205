"""A platform that hears nothing in time sends its message again. It is answered once."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace

from bot.conversations.base import CLAIM_LAPSES_AFTER, Claim, ConversationStore
from bot.errors import StoreError
from bot.messages import Answer, Message, Reply

log = logging.getLogger(__name__)

ASK_AGAIN_AFTER = 0.2
"""Seconds between two looks at what another process is doing."""


HOLD_EVERY = CLAIM_LAPSES_AFTER.total_seconds() / 3
"""Seconds between two signs of life of a turn that takes long."""

PATIENCE = CLAIM_LAPSES_AFTER.total_seconds() + 2
"""Seconds to wait for another process: longer than a dead one's claim lasts, or what it was at would be lost."""


def ignore_repeats(answer: Answer, store: ConversationStore, patience: float = PATIENCE) -> Answer:
    """`answer`, once for each (channel, message_id); repeats get the same reply, marked `repeated`.

    It is `answer` that records the turn in `store`, from where later repeats, and other processes, have its reply.

    A message without an id is never a repeat. While another process is at the message, wait up to `patience`
    seconds for its reply, then give one that is `pending`. A process that died is replaced within that time. When the
    store fails, answering twice is better than not at all.
    """
    return _Repeats(answer, store, patience).answer_once


@dataclass(slots=True)
class _Repeats:
    answer: Answer
    store: ConversationStore
    patience: float
    in_flight: dict[tuple[str, str], asyncio.Future[Reply]] = field(default_factory=dict)

    async def answer_once(self, message: Message) -> Reply:
        """One message, whether it is the first of its id or a repeat."""
        if message.message_id is None:
            return await self.answer(message)
        key = (message.channel, message.message_id)
        inherited = False
        while (first := self.in_flight.get(key)) is not None:
            try:
                return replace(await asyncio.shield(first), repeated=True)
            except asyncio.CancelledError:
                if not first.cancelled() or _is_cancelled():
                    raise
                inherited = True  # the first was cut off while we waited: its claim is ours now
        return await self._go_first(message, key, inherited)

    async def _go_first(self, message: Message, key: tuple[str, str], inherited: bool) -> Reply:
        """Answer, and let repeats in this process wait for what comes of it."""
        future = self.in_flight[key] = asyncio.get_running_loop().create_future()
        try:
            reply = await self._claimed(message, key, inherited)
            future.set_result(reply)
            return reply
        except Exception as error:
            future.set_exception(error)
            future.exception()  # nobody may be waiting: mark it as seen
            raise
        finally:
            future.cancel()  # only if still open: we were cancelled
            del self.in_flight[key]

    async def _claimed(self, message: Message, key: tuple[str, str], inherited: bool) -> Reply:
        try:
            claim = Claim.MINE if inherited else await self._claim(key)
        except StoreError as error:
            log.error("a repeat of this message cannot be told: %s", error)
            return await self.answer(message)
        if isinstance(claim, Reply):
            return replace(claim, repeated=True)
        if claim is Claim.BUSY:
            return Reply((), repeated=True, pending=True)
        return await self._answer_holding(message, key)

    async def _answer_holding(self, message: Message, key: tuple[str, str]) -> Reply:
        """Answer, and keep the claim alive meanwhile, however long an action takes."""
        answered = asyncio.Event()
        holding = asyncio.create_task(self._hold(key, answered))
        try:
            return await self.answer(message)
        finally:
            answered.set()  # no cancel(): a write that is cut off costs the store its connection
            await holding

    async def _hold(self, key: tuple[str, str], answered: asyncio.Event) -> None:
        while True:
            try:
                async with asyncio.timeout(HOLD_EVERY):
                    await answered.wait()
                return
            except TimeoutError:
                pass
            try:
                await self.store.hold(*key)
            except StoreError as error:
                log.error("a repeat of this message may be answered twice: %s", error)

    async def _claim(self, key: tuple[str, str]) -> Claim | Reply:
        """Ask until it is ours or answered; BUSY when patience runs out."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.patience
        while True:
            claim = await self.store.claim(*key)
            if claim is not Claim.BUSY or loop.time() >= deadline:
                return claim
            await asyncio.sleep(ASK_AGAIN_AFTER)


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
