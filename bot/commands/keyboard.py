"""Single keys and lines from a terminal. What is typed while the screen is being drawn is not lost."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import typer

try:
    import termios
    import tty
except ImportError:  # Windows: typer reads its console
    HAS_TERMIOS = False
else:
    HAS_TERMIOS = True

ESCAPE = "\x1b"


class Keys:
    """The keyboard, in a `with` block. Tests have another one.

    typer's own getchar empties the input each time it begins to read, and so swallows what was typed ahead.
    """

    def __init__(self, descriptor: int | None = None) -> None:
        self._descriptor = sys.stdin.fileno() if descriptor is None else descriptor
        self._before: list[Any] | None = None

    def __enter__(self) -> Self:
        if HAS_TERMIOS:
            self._before = termios.tcgetattr(self._descriptor)
            self._read_keys()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._read_lines()

    def press(self) -> str:
        r"""One key, without waiting for Enter; an arrow key is the three characters that it sends. Ctrl-C is "\x03".

        Empty when the terminal is gone.
        """
        if self._before is None:
            return typer.getchar()
        key = self._read()
        while key.startswith(ESCAPE) and len(key) < 3 and select.select([self._descriptor], [], [], 0.05)[0]:
            key += self._read()
        return key

    def ask(self, question: str, default: str = "") -> str:
        """A line, or the `default`; empty when Ctrl-C or Ctrl-D calls it off."""
        self._read_lines()
        # asyncio's own handler would end the program with the next thing that is waited for.
        handler = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return str(typer.prompt(question, default=default, show_default=bool(default))).strip()
        except typer.Abort:
            return ""
        finally:
            signal.signal(signal.SIGINT, handler)
            self._read_keys()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Nobody reads keys meanwhile, so Ctrl-C ends the program. Other keys wait until they are read."""
        self._signal_interrupts(True)
        try:
            yield
        finally:
            self._signal_interrupts(False)

    def _read(self) -> str:
        try:
            return os.read(self._descriptor, 1).decode("latin-1")
        except OSError:
            return ""

    def _read_keys(self) -> None:
        if self._before is None:
            return
        tty.setcbreak(self._descriptor, termios.TCSADRAIN)
        self._signal_interrupts(False)  # Ctrl-C is a key like others: a signal would not wake `press`

    def _signal_interrupts(self, wanted: bool) -> None:
        if self._before is None:
            return
        mode = termios.tcgetattr(self._descriptor)
        mode[3] = mode[3] | termios.ISIG if wanted else mode[3] & ~termios.ISIG
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, mode)

    def _read_lines(self) -> None:
        if self._before is not None:
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)
