"""How far long work is, and how long the rest takes."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from training.progress import Pace, Step, leave_notes


def left(pace: Pace, *points: tuple[float, float]) -> float | None:
    """What is left of 100 after these (second, done)."""
    told = None
    for now, done in points:
        told = pace.left(Step("work", done, 100), now)
    return told


def test_an_even_pace_tells_the_rest() -> None:
    assert left(Pace(), (10, 0)) is None
    assert left(Pace(), (10, 0), (20, 5), (30, 10)) == pytest.approx(180)


def test_the_last_two_minutes_tell() -> None:
    slow_at_first = [(float(second), second / 100) for second in range(0, 600, 10)]
    fast_now = [(600.0 + second, 6 + second / 10) for second in range(0, 130, 10)]
    assert left(Pace(), *slow_at_first, *fast_now) == pytest.approx((100 - 18) * 10, rel=0.01)


def test_what_was_done_before_a_stop_is_no_pace() -> None:
    resumed = [(0.0, 0.0), (0.1, 30.0), (0.2, 60.0)]
    assert left(Pace(), *resumed) is None
    assert left(Pace(), *resumed, (10.2, 61)) == pytest.approx(390)


def test_who_looks_on_from_elsewhere_finds_how_far_it_is(tmp_path: Path) -> None:
    file = tmp_path / "progress.json"
    seconds = iter([0.0, 0.4, 20.0, 20.5])

    def work() -> Generator[Step, None, str]:
        for done in (10, 10.5, 20, 20.5):
            yield Step("lora, fold 1 of 3", done, 100)
        return "promoted"

    seen, outcome = look_on(leave_notes(work(), file, lambda: next(seconds)), file)
    assert outcome == "promoted"
    assert [told["done"] for told in seen] == [10, 10, 20, 20], "at most one a second is written"
    assert [told["left"] for told in seen] == [None, None, 160, 160]
    assert {(told["what"], told["total"]) for told in seen} == {("lora, fold 1 of 3", 100)}


def test_work_goes_on_where_nothing_can_be_noted(tmp_path: Path) -> None:
    def work() -> Generator[Step, None, int]:
        yield Step("work", 1, 2)
        return 3

    nowhere = tmp_path / "gone" / "progress.json"
    assert look_on(leave_notes(work(), nowhere), nowhere) == ([], 3)


def test_a_stop_reaches_the_work(tmp_path: Path) -> None:
    stopped = []

    def work() -> Generator[Step, None, None]:
        try:
            while True:
                yield Step("work", 1, 2)
        finally:
            stopped.append(True)

    steps = leave_notes(work(), tmp_path / "progress.json")
    next(steps)
    steps.close()
    assert stopped


def look_on(steps: Generator[Step, None, Any], file: Path) -> tuple[list[Any], Any]:
    """What `file` holds at each step, where it is there, and what came of it all."""
    seen = []
    try:
        while True:
            next(steps)
            if file.exists():
                seen.append(json.loads(file.read_text("utf-8")))
    except StopIteration as finished:
        return seen, finished.value
