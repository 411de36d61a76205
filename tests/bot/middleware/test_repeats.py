from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.conversations.base import CLAIM_LAPSES_AFTER, Claim, ConversationStore
from bot.conversations.conversation import Turn
from bot.conversations.memory import InMemoryConversationStore
from bot.errors import StoreError
from bot.messages import Message, Outcome, Part, Reply
from bot.middleware import repeats
from bot.middleware.repeats import ignore_repeats
from tests.contracts.conversations import START, Clock

MESSAGE = Message("hello", "C1", "ada", "web", message_id="m1")


class Bot:
    """Counts what it answers, and records it as the pipeline does; waits for `gate` when it is closed."""

    def __init__(self, store: ConversationStore) -> None:
        self.store = store
        self.answered = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.fails = False

    async def __call__(self, message: Message) -> Reply:
        self.answered += 1
        answer = Part(text=f"answer {self.answered}")
        number, before = await self.store.record_message(message)
        await self.gate.wait()
        if self.fails:
            raise ValueError
        turn = Turn(message, START, outcome=Outcome((answer,)))
        await self.store.record_turn(number, turn, before)
        return turn.reply


class BrokenStore(InMemoryConversationStore):
    """Can do anything but tell repeats."""

    async def claim(self, channel: str, message_id: str) -> Claim | Reply:
        raise StoreError("disk full")


FIRST = Reply((Part(text="answer 1"),))
AGAIN = replace(FIRST, repeated=True)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(2):
        while not condition():  # noqa: ASYNC110 (the condition is no Event)
            await asyncio.sleep(0)


async def test_a_repeat_gets_the_same_reply_and_is_marked() -> None:
    store = InMemoryConversationStore()
    bot = Bot(store)
    answer = ignore_repeats(bot, store)
    assert [await answer(MESSAGE) for _ in range(3)] == [FIRST, AGAIN, AGAIN]
    assert bot.answered == 1


async def test_after_a_restart_a_repeat_gets_the_kept_reply() -> None:
    store = InMemoryConversationStore()
    bot = Bot(store)
    await ignore_repeats(bot, store)(MESSAGE)
    assert await ignore_repeats(bot, store)(MESSAGE) == AGAIN
    assert bot.answered == 1


async def test_a_repeat_in_flight_waits_for_the_first() -> None:
    store = InMemoryConversationStore()
    bot = Bot(store)
    bot.gate.clear()
    answer = ignore_repeats(bot, store)
    tasks = [asyncio.ensure_future(answer(MESSAGE)) for _ in range(3)]
    await until(lambda: bot.answered == 1)
    bot.gate.set()
    assert await asyncio.gather(*tasks) == [FIRST, AGAIN, AGAIN]
    assert bot.answered == 1


@pytest.mark.parametrize("change", [{"message_id": "m2"}, {"channel": "slack"}])
async def test_another_id_or_channel_is_another_message(change: dict[str, Any]) -> None:
    store = InMemoryConversationStore()
    bot = Bot(store)
    answer = ignore_repeats(bot, store)
    await answer(MESSAGE)
    await answer(replace(MESSAGE, **change))
    assert bot.answered == 2


async def test_without_an_id_nothing_is_a_repeat() -> None:
    store = InMemoryConversationStore()
    bot = Bot(store)
    answer = ignore_repeats(bot, store)
    await answer(replace(MESSAGE, message_id=None))
    await answer(replace(MESSAGE, message_id=None))
    assert bot.answered == 2


async def test_a_failure_reaches_all_who_wait_and_is_not_kept() -> None:
    store = InMemoryConversationStore()
    bot = Bot(store)
    bot.fails = True
    bot.gate.clear()
    answer = ignore_repeats(bot, store, patience=0)
    tasks = [asyncio.ensure_future(answer(MESSAGE)) for _ in range(2)]
    await until(lambda: bot.answered == 1)
    bot.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [ValueError, ValueError]
    assert await answer(MESSAGE) == Reply((), repeated=True, pending=True)


async def test_when_the_first_is_cut_off_one_who_waits_takes_over() -> None:
    store = InMemoryConversationStore()
    bot = Bot(store)
    bot.gate.clear()
    answer = ignore_repeats(bot, store, patience=0)
    first, second, third = (asyncio.ensure_future(answer(MESSAGE)) for _ in range(3))
    await until(lambda: bot.answered == 1)
    first.cancel()
    await until(lambda: bot.answered == 2)
    bot.gate.set()
    second_reply = Reply((Part(text="answer 2"),))
    assert [await second, await third] == [second_reply, replace(second_reply, repeated=True)]
    assert first.cancelled()
    assert await answer(MESSAGE) == replace(second_reply, repeated=True)


async def test_cutting_off_one_who_waits_leaves_the_first_alone() -> None:
    store = InMemoryConversationStore()
    bot = Bot(store)
    bot.gate.clear()
    answer = ignore_repeats(bot, store)
    first, second = (asyncio.ensure_future(answer(MESSAGE)) for _ in range(2))
    await until(lambda: bot.answered == 1)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    bot.gate.set()
    assert await first == FIRST


async def test_another_process_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "ASK_AGAIN_AFTER", 0.001)
    store = InMemoryConversationStore()
    bot = Bot(store)
    bot.gate.clear()
    here, there = ignore_repeats(bot, store), ignore_repeats(bot, store)
    first = asyncio.ensure_future(here(MESSAGE))
    await until(lambda: bot.answered == 1)
    second = asyncio.ensure_future(there(MESSAGE))
    await asyncio.sleep(0.01)
    assert not second.done()
    bot.gate.set()
    assert [await first, await second] == [FIRST, AGAIN]


async def test_patience_with_another_process_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "ASK_AGAIN_AFTER", 0.001)
    store = InMemoryConversationStore()
    await store.claim("web", "m1")
    bot = Bot(store)
    assert await ignore_repeats(bot, store, patience=0.005)(MESSAGE) == Reply((), repeated=True, pending=True)
    assert bot.answered == 0


async def test_what_a_dead_process_was_at_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "ASK_AGAIN_AFTER", 0.001)
    clock = Clock()
    store = InMemoryConversationStore(clock)
    await store.claim("web", "m1")
    waiting = asyncio.ensure_future(ignore_repeats(Bot(store), store)(MESSAGE))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    clock.time += CLAIM_LAPSES_AFTER
    assert await waiting == FIRST


def test_patience_outlasts_a_dead_process() -> None:
    assert CLAIM_LAPSES_AFTER.total_seconds() + repeats.ASK_AGAIN_AFTER < repeats.PATIENCE


async def test_a_long_turn_is_not_taken_for_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "HOLD_EVERY", 0.001)
    clock = Clock()
    store = InMemoryConversationStore(clock)
    bot = Bot(store)
    bot.gate.clear()
    first = asyncio.ensure_future(ignore_repeats(bot, store)(MESSAGE))
    await until(lambda: bot.answered == 1)
    clock.time += CLAIM_LAPSES_AFTER * 10
    await asyncio.sleep(0.02)
    assert await store.claim("web", "m1") is Claim.BUSY
    bot.gate.set()
    assert await first == FIRST


async def test_a_broken_store_costs_no_turn(caplog: pytest.LogCaptureFixture) -> None:
    store = BrokenStore()
    answer = ignore_repeats(Bot(store), store)
    assert await answer(MESSAGE) == FIRST
    assert len(caplog.records) == 1
    assert "disk full" in caplog.text
