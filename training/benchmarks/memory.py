"""The most memory that a rung of the ladder takes: python -m training.benchmarks.memory [--rung lora] [--rows 40000].

A process of its own trains on made-up sentences for so many seconds; most is allocated before the first step and in
the first few. Linux only: it reads /proc.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from time import monotonic, sleep

import numpy as np

from training.export.weights import DEFAULT_BASE, find_base
from training.ladder.folds import EXAMPLES_TAUGHT
from training.rungs import RUNGS
from training.rungs.base import Lesson, Task

INTENTS = 77
LETTERS = list("abcdefghijklmnoprstuvwy")
SHORTEST, LONGEST = 3, 25
"""Words of a sentence."""


def make_lessons(rows: int, generator: np.random.Generator) -> tuple[Lesson, ...]:
    """INTENTS intents with `rows` sentences between them, cut to as many of each as the ladder itself would take."""
    words = np.array(["".join(generator.choice(LETTERS, generator.integers(2, 9))) for _ in range(4000)])

    def sentence() -> str:
        return " ".join(generator.choice(words, generator.integers(SHORTEST, LONGEST)))

    each = min(rows // INTENTS, EXAMPLES_TAUGHT)
    return tuple(
        Lesson(f"intent_{number}", (sentence(),), tuple(dict.fromkeys(sentence() for _ in range(each))))
        for number in range(INTENTS)
    )


def measure_peak(rung: str, rows: int, seconds: float) -> tuple[float, int]:
    """Megabytes at the peak of `rung` within `seconds`, and how many of its steps were taken meanwhile."""
    context = multiprocessing.get_context("spawn")
    steps = context.Value("i", 0)
    with tempfile.TemporaryDirectory() as folder:
        process = context.Process(target=_train, args=(rung, rows, Path(folder), steps), daemon=True)
        process.start()
        end, peak = monotonic() + seconds, 0.0
        while process.is_alive() and monotonic() < end:
            peak = max(peak, _peak_of(process.pid))
            sleep(0.2)
        taken = steps.value
        process.kill()
        process.join()
    return peak, taken


def _train(rung: str, rows: int, folder: Path, steps: Synchronized[int]) -> None:
    (chosen,) = (one for one in RUNGS if one.name == rung)
    task = Task(find_base(DEFAULT_BASE), make_lessons(rows, np.random.default_rng(0)), 0, None, folder)
    for progress in chosen.train(task):
        steps.value = progress.done


def _peak_of(process: int | None) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text("ascii")
    except OSError:  # it has just ended
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0.0)


def main() -> None:
    """Print the peak."""
    parser = argparse.ArgumentParser(prog="python -m training.benchmarks.memory", description=__doc__)
    parser.add_argument("--rung", default="lora", choices=[one.name for one in RUNGS])
    parser.add_argument("--rows", type=int, default=40_000)
    parser.add_argument("--seconds", type=float, default=900.0)
    asked = parser.parse_args()
    peak, steps = measure_peak(asked.rung, asked.rows, asked.seconds)
    print(f"{asked.rung} on {asked.rows:,} rows: {peak:,.0f} MB at its peak, {steps} steps in {asked.seconds:.0f} s")


if __name__ == "__main__":
    main()
