"""Long work that says how far it is: a generator of steps, and what shows them."""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import TypeVar

import typer

T = TypeVar("T")

RECENT = 120.0
"""Seconds by whose pace the time left is told."""

LEAP, MOMENT = 0.02, 1.0
"""What goes on by this share of all in less than so many seconds was done before a stop, and tells no pace."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done, and how much of all is over: `done` of `total`, in examples seen or their like."""

    what: str
    done: float
    total: float


class Pace:
    """How long the rest takes, by how fast it went of late."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()

    def left(self, step: Step, now: float) -> float | None:
        """In seconds; None while there is too little to tell by. `now` is in seconds since anything."""
        if self._seen:
            then, before = self._seen[-1]
            if now - then < MOMENT and step.done - before > LEAP * step.total:
                self._seen.clear()
        self._seen.append((now, step.done))
        while len(self._seen) > 2 and now - self._seen[0][0] > RECENT:
            self._seen.popleft()
        then, before = self._seen[0]
        if step.done <= before:
            return None
        return (now - then) * max(step.total - step.done, 0.0) / (step.done - before)


def leave_notes(
    steps: Generator[Step, None, T], file: Path, clock: Callable[[], float] = monotonic
) -> Generator[Step, None, T]:
    """The same steps; how far they are stands in `file`, at most a second old, for who looks on from elsewhere.

    It holds `what`, `done` and `total` as a step has them, and `left`, in seconds or null.
    """
    pace, noted = Pace(), -math.inf
    try:
        while True:
            step = next(steps)
            now = clock()
            left = pace.left(step, now)
            if now - noted >= MOMENT:
                _note(file, {**asdict(step), "left": None if left is None else round(left)})
                noted = now
            yield step
    except StopIteration as finished:
        outcome: T = finished.value
        return outcome
    finally:
        steps.close()


def _note(file: Path, told: dict[str, object]) -> None:
    draft = file.with_suffix(".draft")
    with suppress(OSError):  # the work goes on though nobody can look on; a disk that is full stops it soon enough
        draft.write_text(json.dumps(told), "utf-8")
        draft.replace(file)


def watch(steps: Generator[Step, None, T]) -> T:
    """Run to the end, with a bar and the time left on a terminal, and a line for each part elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    shown = None
    with Progress(*columns, console=console, disable=not console.is_terminal, speed_estimate_period=120) as bar:
        task = bar.add_task("reading", total=None)
        try:
            while True:
                step = next(steps)
                bar.update(task, description=step.what, completed=step.done, total=step.total)
                if step.what != shown and not console.is_terminal:
                    typer.echo(f"{step.done / step.total:4.0%} {step.what}", err=True)
                shown = step.what
        except StopIteration as finished:
            outcome: T = finished.value
            return outcome
        finally:
            steps.close()
