from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.events import Event
from ruamel.yaml.scanner import Scanner

from bot.yaml_files.scanner import parse_events

Told = list[tuple[Any, ...]]

SENTENCES = """\
greet:
  description: The user says hello.
  examples:
    - hello there
    - good   day\x20\x20
    - what's up, then? (really)

    - is it one row
      or two
    - it is 10:30
    - a # with what follows
    - [flow, of words]
  responses: [Hello!]
# the end
bye: so long
"""

PIECES = [
    "a", "hello there", "b c  d", "é", "\u00a0", "\ufeff", "\u2028", "\x85", "- ", "-", "--- ", "---\n", "...\n", ": ",
    ":", "? ", "?", "#", " #", "# x\n", "\n", "\n\n", "\r\n", "\r", " ", "  ", "    ", "\t", "[", "]", "{", "}", ", ",
    "'", '"', "|\n", ">-\n", "&x ", "*x", "!t ", "%", "%YAML 1.1\n---\n", "\x00",
]  # fmt: skip


def told(parse: Callable[[str], Iterator[Event]], text: str) -> Told:
    """Every event with its places, and what it ends with: nothing, or an error."""
    rows: Told = []
    try:
        for event in parse(text):
            start, end = event.start_mark, event.end_mark
            rows.append((type(event), vars_of(event), place(start), place(end)))
    except Exception as error:
        rows.append((type(error), str(error)))
    return rows


def vars_of(event: Event) -> tuple[Any, ...]:
    return tuple(str(getattr(event, name, None)) for name in ("value", "anchor", "tag", "implicit", "style"))


def place(mark: Any) -> tuple[int, int, int]:
    return mark.index, mark.line, mark.column


def by_ruamel(text: str) -> Iterator[Event]:
    events: Iterator[Event] = YAML(typ="safe", pure=True).parse(text)
    return events


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@example(SENTENCES)
@example("- a\n--- b\n")
@example("- a b\n...\n")
@example("a b\n- c")
@example("k:\n- a\n  b\n- c\n\n")
def test_it_tells_what_ruamel_does(text: str) -> None:
    assert told(parse_events, text) == told(by_ruamel, text)


ROWS = [
    "- some words\n", "  - more of them\n", "    - an item\n", "    - two  words \n", "    -   far in\n",
    "    - k: v\n", "    - [x]\n", "    -\n", "    - \n", "    - x # y\n", "    - x\r\n", "    - - z\n",
    "      goes on\n", "    word\n", "k: v w\n", "  k:\n", "a b\n", "\n", "# c\n", "--- d\n", "-- e\n",
]  # fmt: skip


@given(st.lists(st.sampled_from([*PIECES[:12], *ROWS]), max_size=12))
def test_so_it_does_among_sentences(pieces: list[str]) -> None:
    text = SENTENCES + "".join(pieces)
    assert told(parse_events, text) == told(by_ruamel, text)


def test_sentences_are_not_read_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    slow: list[int] = []
    whole = Scanner.scan_plain

    def scan(scanner: Scanner) -> Any:
        slow.append(scanner.reader.line)
        return whole(scanner)

    monkeypatch.setattr(Scanner, "scan_plain", scan)
    rows = "".join(f"    - sentence number {number}\n" for number in range(100))
    assert len(told(parse_events, f"greet:\n  examples:\n{rows}bye: now\n")) > 100
    assert len(slow) < 5, "keys, which a colon ends"


def test_a_list_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    whole = Scanner.fetch_block_entry

    def fetch(scanner: Scanner) -> None:
        looked.append(scanner.reader.line)
        whole(scanner)

    monkeypatch.setattr(Scanner, "fetch_block_entry", fetch)
    rows = "".join(f"    - sentence number {number}\n" for number in range(100))
    assert len(told(parse_events, f"greet:\n  examples:\n{rows}bye: now\n")) > 100
    assert len(looked) == 1


def test_the_sample_reads_the_same() -> None:
    files = sorted((Path(__file__).parents[3] / "intents").rglob("*.yml"))
    assert files
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert told(parse_events, text) == told(by_ruamel, text)
