"""Long work that says how far it is: a generator of steps, and what shows them."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

import typer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done, and how much of all is over: `done` of `total`, in examples seen or their like."""

    what: str
    done: float
    total: float


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
