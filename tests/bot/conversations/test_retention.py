from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.conversations.memory import InMemoryConversationStore
from bot.conversations.retention import DAY, HOUR, expire_daily
from bot.errors import StoreError
from bot.messages import Message


class Enough(Exception):
    """Ends the loop."""


class Naps:
    """Sleeps not at all, and ends the loop after a few times."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        if len(self.slept) == self.times:
            raise Enough


async def test_old_turns_go_at_once_and_then_daily() -> None:
    now = datetime.now(UTC)
    store = InMemoryConversationStore(lambda: now)
    now -= timedelta(days=8)
    await store.record_message(Message("old", "C1", "ada", "web"))
    now += timedelta(days=2)
    await store.record_message(Message("new", "C1", "ada", "web"))
    naps = Naps(2)
    with pytest.raises(Enough):
        await expire_daily(store, 7, naps)
    assert [turn.message.text for turn in (await store.load(Message("", "C1", "ada", "web"))).turns] == ["new"]
    assert naps.slept == [DAY, DAY]


async def test_a_store_that_fails_is_tried_again_in_an_hour(caplog: pytest.LogCaptureFixture) -> None:
    class Failing(InMemoryConversationStore):
        tried = 0

        async def expire(self, before: datetime) -> int:
            self.tried += 1
            if self.tried < 3:
                raise StoreError("disk full")
            return await super().expire(before)

    naps = Naps(3)
    with pytest.raises(Enough):
        await expire_daily(Failing(), 7, naps)
    assert naps.slept == [HOUR, HOUR, DAY]
    assert caplog.text.count("disk full") == 2


async def test_it_ends_when_it_is_cancelled() -> None:
    task = asyncio.create_task(expire_daily(InMemoryConversationStore(), 7))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
