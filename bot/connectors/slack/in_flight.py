"""Turns that were acknowledged and are still being answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)


class InFlight:
    """Background tasks with an owner: none is lost to the garbage collector, and a shutdown waits for them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` in the background. What it raises is one log line, without the error's text."""
        task = asyncio.create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, seconds: float) -> None:
        """Wait until all is answered, at most `seconds`; then cancel the rest and say how many."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            log.error("Slack: %d turns were not finished within %g s; the next process goes on with them.",
                      len(late), seconds)  # fmt: skip
            await asyncio.gather(*late, return_exceptions=True)

    @staticmethod
    async def _guarded(work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # its text may quote the user, so only its type is logged
            log.error("Slack: a turn failed: %s.", type(error).__name__)
