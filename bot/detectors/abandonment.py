"""Learning that nobody waits for any more ends at its next piece: an edit is newer, or the bot stops.

Python cannot end a thread from outside, and a process ends when its threads have. So what takes long asks, between its
pieces, whether to go on.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_UNWANTED: ContextVar[threading.Event | None] = ContextVar("unwanted", default=None)


class Abandoned(Exception):
    """Nobody waits for this learning any more. What it was at is lost; what was learnt before is as it was."""


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
