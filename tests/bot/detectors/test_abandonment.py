from __future__ import annotations

import asyncio
import threading
from contextvars import copy_context

import pytest

from bot.detectors.abandonment import Abandoned, abandoned_when, go_on, if_wanted, run_abandonably


def test_work_goes_on_until_nobody_waits() -> None:
    unwanted = threading.Event()
    done: list[str] = []
    with abandoned_when(unwanted):
        go_on()
        if_wanted(done.append)("begun")
        unwanted.set()
        with pytest.raises(Abandoned):
            go_on()
        with pytest.raises(Abandoned):
            if_wanted(done.append)("begun again")
        with pytest.raises(Abandoned):  # as threads do that are given the context
            copy_context().run(go_on)
    go_on()
    assert done == ["begun"]


async def test_what_is_cancelled_ends_at_its_next_piece() -> None:
    begun, ended = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        try:
            while True:
                go_on()
        finally:
            ended.set()

    task = asyncio.create_task(run_abandonably(work))
    await asyncio.to_thread(begun.wait, 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(ended.wait, 30)


async def test_what_is_not_cancelled_gives_its_result() -> None:
    assert await run_abandonably(lambda: 3) == 3
