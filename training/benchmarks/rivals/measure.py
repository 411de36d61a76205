"""All rivals on one set: each in its environment, one after the other, and none of them keeps the others from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import nan
from pathlib import Path
from time import perf_counter

from training.benchmarks.figures import Figure
from training.benchmarks.rivals.environment import RivalError, prepare
from training.benchmarks.rivals.job import Answers, Job, run_job
from training.benchmarks.rivals.roster import RIVALS, SENTIMENT, Rival
from training.benchmarks.rivals.trials import COSTS, TRIALS, Trial, kind_of

SKIPPED = "skipped: "
"""Begins the quantity of a figure that could not be measured; the reason follows, and its one value is not a number."""

Tell = Callable[[str], None]


def measure_rivals(
    data: Path, data_set: str, experiments: Sequence[str], asked: str, folder: Path, tell: Tell
) -> list[Figure]:
    """The figures of all rivals, in the order of the roster, for those of our `experiments` that they can be put to.

    `experiments` are named as in our own figures ("10-shot", "57 mature 10-shot + 20 new"); "sentiment" is judged on
    the sentiment sets, whatever `data_set` is. `asked` is the split, valid or test. Environments and logs are kept in
    `folder`: some gigabytes, which a later call with the same folder finds. `tell` gets a line for each step.

    Raises DataError for data that cannot be judged on. What a rival failed at is a figure that says why (SKIPPED).
    """
    wanted = {kind: name for name in reversed(experiments) if (kind := kind_of(name))}
    figures: list[Figure] = []
    for rival in RIVALS:
        names = {kind: wanted[kind] for kind in TRIALS if kind in wanted and kind in rival.experiments}
        if names:
            trial = Trial(rival.subject, data, data_set, asked, _make_put(rival, folder, tell))
            figures += [figure for kind, name in names.items() for figure in _try(trial, kind, name, tell)]
    return figures


def _make_put(rival: Rival, folder: Path, tell: Tell) -> Callable[[Job], Answers]:
    """Puts a job to the rival; where its environment cannot be made, every job fails for the same reason."""
    try:
        python = prepare(rival.pins, rival.python, folder / "environments", tell)
    except RivalError as error:
        return partial(_refuse, str(error))
    return lambda job: run_job(python, rival, job, folder / "logs")


def _refuse(reason: str, _: Job) -> Answers:
    raise RivalError(reason)


def _try(trial: Trial, kind: str, name: str, tell: Tell) -> list[Figure]:
    begun = perf_counter()
    try:
        found = list(TRIALS[kind](trial))
    except RivalError as error:
        found = [_skip(trial, kind, name, error)]
    told = ", ".join(_tell_of(one) for one in found if one.quantity not in COSTS)
    tell(f"{trial.subject}, {trial.data_set}, {name}: {told} ({perf_counter() - begun:.0f} s)")
    return found


def _skip(trial: Trial, kind: str, name: str, error: RivalError) -> Figure:
    data_set = SENTIMENT if kind == SENTIMENT else trial.data_set
    return Figure(data_set, name, f"{SKIPPED}{error}", (nan,), subject=trial.subject)


def _tell_of(figure: Figure) -> str:
    return figure.quantity if figure.quantity.startswith(SKIPPED) else f"{figure.quantity} {figure.mean:.3f}"
