from __future__ import annotations

import asyncio
import inspect

import pytest

from bot.messages import Message, Reply
from bot.middleware.one_at_a_time import one_at_a_time


def say(text: str, conversation: str = "C1") -> Message:
    return Message(text, conversation, "ada", "web")


class Recorder:
    """Answers after a few turns of the loop, and notes who came in and went out."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    async def __call__(self, message: Message) -> Reply:
        self.seen.append(f"in {message.text}")
        await asyncio.sleep(0.001 if message.text == "0" else 0)
        self.seen.append(f"out {message.text}")
        if message.text == "bad":
            raise ValueError
        return Reply(())


async def test_one_conversation_is_answered_in_order_of_arrival() -> None:
    recorder = Recorder()
    answer = one_at_a_time(recorder)
    await asyncio.gather(*(answer(say(str(number))) for number in range(20)))
    assert recorder.seen == [f"{way} {number}" for number in range(20) for way in ("in", "out")]


async def test_conversations_do_not_wait_for_each_other() -> None:
    recorder = Recorder()
    answer = one_at_a_time(recorder)
    await asyncio.gather(answer(say("a", "C1")), answer(say("b", "C2")))
    assert recorder.seen == ["in a", "in b", "out a", "out b"]


async def test_an_exception_or_a_cancellation_lets_the_next_one_in() -> None:
    recorder = Recorder()
    answer = one_at_a_time(recorder)
    bad, cut, good = (asyncio.ensure_future(answer(say(text))) for text in ("bad", "cut", "good"))
    await asyncio.sleep(0)
    cut.cancel()
    results = await asyncio.wait_for(asyncio.gather(bad, cut, good, return_exceptions=True), 1)
    assert [type(result) for result in results] == [ValueError, asyncio.CancelledError, Reply]
    assert recorder.seen == ["in bad", "out bad", "in good", "out good"]


async def test_no_lock_outlives_its_messages() -> None:
    answer = one_at_a_time(Recorder())
    tasks = [asyncio.ensure_future(answer(say("x", f"C{number % 700}"))) for number in range(1000)]
    await asyncio.sleep(0)
    for task in tasks[::3]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert inspect.getclosurevars(answer).nonlocals["queues"] == {}


async def test_a_later_message_cannot_overtake_a_waiting_one() -> None:
    recorder = Recorder()
    answer = one_at_a_time(recorder)
    first = asyncio.ensure_future(answer(say("0")))
    await asyncio.sleep(0)
    second = asyncio.ensure_future(answer(say("1")))
    await first
    await asyncio.gather(second, answer(say("2")))
    assert [line for line in recorder.seen if line.startswith("in")] == ["in 0", "in 1", "in 2"]


@pytest.mark.parametrize("conversation", ["", "\x00", "\ud800"])
async def test_any_name_of_a_conversation_will_do(conversation: str) -> None:
    assert await one_at_a_time(Recorder())(say("x", conversation)) == Reply(())
