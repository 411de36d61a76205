"""Threads for actions that are plain functions, so that a slow one does not hold up the event loop."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import os
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any

logger = logging.getLogger(__name__)

IDLE_SECONDS = 10.0
"""How long a thread waits for more to do. To start one takes longer than most actions do."""


class ThreadsExhausted(Exception):
    """Too many actions that were given up on are still running."""


class DaemonThreads:
    """At most `size` functions at once, and `spare` more that were given up on and still run.

    A thread cannot be stopped from outside. One whose caller stopped waiting frees its place at once and is only
    counted, so a hung action does not eat the pool; when `spare` of them hang, the next call is refused. Daemon
    threads, unlike those of concurrent.futures, do not keep the process from ending.
    """

    def __init__(self, size: int = 8, spare: int = 24) -> None:
        self._places = asyncio.Semaphore(size)
        self._spare = spare
        self._abandoned = 0
        self._lock = Lock()
        self._idle: list[_Worker] = []

    @property
    def abandoned(self) -> int:
        """How many functions still run though nobody waits for them."""
        return self._abandoned

    def check(self) -> None:
        """Raises ThreadsExhausted when nothing can be run now."""
        if self._abandoned >= self._spare:
            raise ThreadsExhausted(f"{self._abandoned} earlier actions hang and hold their threads")

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call `function` in a thread. Raises what it raises, or ThreadsExhausted."""
        async with self._places:
            self.check()  # here, since it may have been a while till a place was free
            work = _Work(function, arguments, self._ended)
            self._start(work)
            try:
                return await work.result()
            except asyncio.CancelledError:
                self._abandon(work)
                raise

    def _start(self, work: _Work) -> None:
        worker = self._idle.pop() if self._idle else _Worker(self._idle)
        worker.given.put(work)

    def _abandon(self, work: _Work) -> None:
        with self._lock:
            if work.ended:
                return
            work.abandoned = True
            self._abandoned += 1
        logger.warning(
            "an action still runs after it was given up on; %d of %d spare threads are held by such actions",
            self._abandoned,
            self._spare,
        )

    def _ended(self, work: _Work) -> None:
        with self._lock:
            work.ended = True
            self._abandoned -= work.abandoned


class _Worker:
    """A thread that does what it is `given`, one after another, and is in `idle` in between."""

    def __init__(self, idle: list[_Worker]) -> None:
        self.given: SimpleQueue[_Work] = SimpleQueue()
        self._idle = idle
        Thread(target=self._run, name="action", daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                work = self.given.get(timeout=IDLE_SECONDS)
            except Empty:
                try:
                    self._idle.remove(self)
                except ValueError:  # it has just been taken out, to be given more
                    continue
                return
            value, error = work.call()
            self._idle.append(self)  # before the caller hears of it, who may have more to do at once
            work.tell(value, error)
            del work, value, error  # not to be held until there is more to do


class _Work:
    """One function, called in another thread."""

    def __init__(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], ended: Callable[[_Work], None]
    ) -> None:
        self.ended = False
        self.abandoned = False
        self._function = function
        self._arguments = arguments
        self._on_end = ended
        self._context = contextvars.copy_context()
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Future[tuple[Any, BaseException | None]] = self._loop.create_future()
        self._process = os.getpid()

    async def result(self) -> Any:
        value, error = await self._done
        if error is not None:
            raise error
        return value

    def call(self) -> tuple[Any, BaseException | None]:
        value, error = None, None
        try:
            value = self._context.run(self._function, *self._arguments)
        except BaseException as raised:  # SystemExit too: it must reach the caller, not end the thread unseen
            error = raised
        if os.getpid() != self._process:  # the action forked: its child is no second bot, and must not hold the port
            os._exit(0)
        self._on_end(self)
        return value, error

    def tell(self, value: Any, error: BaseException | None) -> None:
        try:
            self._loop.call_soon_threadsafe(self._settle, value, error)
        except RuntimeError:
            logger.debug("an action ended after the bot had stopped")

    def _settle(self, value: Any, error: BaseException | None) -> None:
        if not self._done.done():
            self._done.set_result((value, error))
