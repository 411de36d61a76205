from __future__ import annotations

import os
import pty
import termios
from collections.abc import Iterator

import pytest

from bot.commands.keyboard import Keys


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """What a person types into, and what the program reads."""
    ours, theirs = pty.openpty()
    yield ours, theirs
    os.close(ours)
    os.close(theirs)


def test_keys_come_one_by_one_and_what_is_typed_ahead_is_not_lost(terminal: tuple[int, int]) -> None:
    person, program = terminal
    with Keys(program) as keys:
        os.write(person, b"n1\x1b[C\x03q")
        assert [keys.press() for _ in range(5)] == ["n", "1", "\x1b[C", "\x03", "q"]


def test_escape_by_itself_is_a_key(terminal: tuple[int, int]) -> None:
    person, program = terminal
    with Keys(program) as keys:
        os.write(person, b"\x1b")
        assert keys.press() == "\x1b"


def test_the_terminal_is_left_as_it_was(terminal: tuple[int, int]) -> None:
    _, program = terminal
    before = termios.tcgetattr(program)
    with Keys(program):
        assert termios.tcgetattr(program) != before
    assert termios.tcgetattr(program) == before


def test_ctrl_c_ends_the_program_only_while_no_key_is_read(terminal: tuple[int, int]) -> None:
    _, program = terminal

    def signals() -> bool:
        return bool(termios.tcgetattr(program)[3] & termios.ISIG)

    with Keys(program) as keys:
        assert not signals()
        with keys.waiting():
            assert signals()
        assert not signals()
