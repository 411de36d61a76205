"""Threads for actions: how many, and what becomes of those that nobody waits for."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path

import pytest

from bot.actions.rasa_bridge import threads as module
from bot.actions.rasa_bridge.threads import DaemonThreads, ThreadsExhausted


async def test_too_many_hung_functions_are_refused_until_they_end() -> None:
    threads = DaemonThreads(size=2, spare=3)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(threads.run(time.sleep, 1), 0.02)
    assert threads.abandoned == 3
    with pytest.raises(ThreadsExhausted):
        await threads.run(time.sleep, 0)
    for _ in range(200):
        await asyncio.sleep(0.05 if threads.abandoned else 0)
    assert threads.abandoned == 0
    await threads.run(time.sleep, 0)


async def test_what_waited_for_a_place_too_long_is_not_begun() -> None:
    threads = DaemonThreads(size=1, spare=1)
    begun: list[int] = []

    def hang(number: int) -> None:
        begun.append(number)
        time.sleep(0.5)

    calls = (asyncio.wait_for(threads.run(hang, number), 0.1 + number / 20) for number in range(3))
    await asyncio.gather(*calls, return_exceptions=True)
    assert begun == [0]


async def test_a_thread_does_one_thing_after_another_and_ends_when_there_is_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.1)
    threads = DaemonThreads()
    used = [await threads.run(threading.current_thread) for _ in range(5)]
    assert len(set(used)) == 1
    await asyncio.to_thread(used[0].join, 10)
    assert await threads.run(threading.current_thread) not in used


async def test_a_hung_thread_is_given_nothing_more() -> None:
    threads, gate = DaemonThreads(), threading.Event()
    hung = asyncio.ensure_future(threads.run(gate.wait))
    await asyncio.sleep(0)
    assert await asyncio.wait_for(threads.run(lambda: "done"), 10) == "done"
    gate.set()
    assert await hung


async def test_what_an_action_raised_or_returned_is_not_held() -> None:
    threads = DaemonThreads()
    left = weakref.ref(await threads.run(threading.Event))
    for _ in range(200):
        if left() is None:
            break
        await asyncio.sleep(0.01)
    assert left() is None


def test_a_child_that_an_action_forks_ends_with_the_action() -> None:
    program = (
        "import asyncio, os, threading, time\n"
        "from bot.actions.rasa_bridge.threads import DaemonThreads\n"
        "def fork():\n"
        "    child = os.fork()\n"
        "    if not child:\n"
        "        threading.Thread(target=time.sleep, args=(60,)).start()\n"
        "    return child\n"
        "child = asyncio.run(DaemonThreads().run(fork))\n"
        "assert os.waitpid(child, 0)[1] == 0\n"
        "print('once')\n"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", program], check=True, cwd=root, capture_output=True, timeout=20)
    assert done.stdout == b"once\n"
