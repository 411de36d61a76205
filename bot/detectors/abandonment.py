"""Work that nobody waits for any more ends at its next piece: an edit is newer, the bot stops, or Ctrl-C was pressed.

Python cannot end a thread from outside, and a process ends when its threads have. So what takes long asks, between its
pieces, whether to go on.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_UNWANTED: ContextVar[threading.Event | None] = ContextVar("unwanted", default=None)


class Abandoned(Exception):
    """Nobody waits for this work any more. What it was at is lost; what was done before is as it was."""


@contextmanager
def abandoned_when(unwanted: threading.Event) -> Iterator[None]:
    """Work in here, in this thread, ends with Abandoned soon after `unwanted` is set."""
    token = _UNWANTED.set(unwanted)
    try:
        yield
    finally:
        _UNWANTED.reset(token)


def go_on() -> None:
    """Raises Abandoned when nobody waits for the work that calls this."""
    unwanted = _UNWANTED.get()
    if unwanted is not None and unwanted.is_set():
        raise Abandoned


def if_wanted(work: Callable[P, T]) -> Callable[P, T]:
    """The same, not begun where nobody waits for it any more."""

    def do(*args: P.args, **kwargs: P.kwargs) -> T:
        go_on()
        return work(*args, **kwargs)

    return do


async def run_abandonably(work: Callable[[], T], pool: ThreadPoolExecutor | None = None) -> T:
    """Do `work` in a thread. When we are cancelled it is abandoned there, at its next piece."""
    unwanted = threading.Event()

    def run() -> T:
        with abandoned_when(unwanted):
            return work()

    try:
        return await asyncio.get_running_loop().run_in_executor(pool, run)
    except asyncio.CancelledError:
        unwanted.set()
        raise
