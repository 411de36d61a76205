"""Messages of one conversation are answered one after another, in the order in which they came."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.messages import Answer, Message, Reply


@dataclass(slots=True)
class _Queue:
    """Who is at it or waits for it; asyncio's lock is fair, so it lets them in as they came."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


def one_at_a_time(answer: Answer) -> Answer:
    """`answer`, never twice at once for one conversation; conversations do not wait for each other."""
    queues: dict[str, _Queue] = {}

    async def taking_turns(message: Message) -> Reply:
        queue = queues.setdefault(message.conversation_id, _Queue())
        queue.waiting += 1
        try:
            async with queue.lock:
                return await answer(message)
        finally:
            queue.waiting -= 1
            if not queue.waiting:
                del queues[message.conversation_id]

    return taking_turns
