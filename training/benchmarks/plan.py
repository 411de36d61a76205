"""Which experiments a set gets, and what is left out, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from training.arbiter.prior import BOTS
from training.benchmarks.experiments import (
    DRAWS,
    Experiment,
    all_data,
    few_shot,
    mixed,
    zero_shot,
    zero_shot_described,
)
from training.benchmarks.several import several
from training.evaluation.data_sets import DataSet

FEWEST_INTENTS = 4
"""Of a bot with mature and new intents, or of one that hears several wishes."""

QUICK_SETS = ("banking77", "banking77_oos", "clinc150", "hwu64", "sgd")
QUICK_DRAWS = 2
QUICK_BOTS = 20
QUICK_MOST_ROWS = 8_000
QUICK_MESSAGES = 1_000

ONLY_ALL_DATA = ("banking77_oos",)
"""Made to ask how strangers are told apart; its intents are among those of BANKING77."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What `ripen benchmark` was asked for.

    `own_bundles` leads from a set to the folder of bundles that judges it; `rivals` is where their environments are
    kept, None when they are not measured; `rivals_on` are the sets that they are put to, all if there are none.
    """

    data: Path
    bundle: Path
    own_bundles: Mapping[str, Path]
    sets: tuple[str, ...]
    split: str = "test"
    quick: bool = False
    rivals: Path | None = None
    rivals_on: tuple[str, ...] = ()
    threads: int = 1
    other_precision: Path | None = None
    cache: Path | None = None

    @property
    def draws(self) -> int:
        """Of mixed bots, and of bots that hear several wishes."""
        return QUICK_DRAWS if self.quick else DRAWS

    @property
    def prior_bots(self) -> int:
        """Simulated bots a set, where a prior has to be fitted without the set that is judged."""
        return QUICK_BOTS if self.quick else BOTS


@dataclass(frozen=True, slots=True)
class Step:
    """An experiment by its name for people, and about how long it takes in seconds on a slow core."""

    name: str
    run: Experiment
    seconds: float


def plan(data: DataSet, asked: Asked) -> tuple[list[Step], list[str]]:
    """The steps for a set, and what is left out of them."""
    if data.descriptions:
        return [Step("zero-shot", zero_shot_described, 15)], []
    rows, intents = len(data.in_scope("train")), len(data.examples_of("train"))
    everything = Step("all data", all_data, 5 + rows / 400)
    if data.name in ONLY_ALL_DATA:
        return [everything], []
    steps = [
        Step("zero-shot", zero_shot, 7),
        *(Step(f"{shots}-shot", partial(few_shot, shots=shots), 4) for shots in (1, 5, 10)),
    ]
    left_out = []
    if asked.quick and rows > QUICK_MOST_ROWS:
        left_out.append(f"{data.name}: all data ({rows:,} rows)")
    else:
        steps.append(everything)
    if intents >= FEWEST_INTENTS:
        steps += [
            Step("mixed", mixed, 1 + intents * asked.draws / 40),
            Step("several wishes", several, 3 * asked.draws),
        ]
    else:
        left_out.append(f"{data.name}: mixed bots and several wishes, which need {FEWEST_INTENTS} intents")
    return steps, left_out


def choose_sets(found: Sequence[str], asked: Asked) -> tuple[tuple[str, ...], list[str]]:
    """The sets to judge, and what is left out: all that were found, unless some were asked for, or quick."""
    if asked.sets:
        return asked.sets, []
    quick = tuple(name for name in found if name in QUICK_SETS)
    if not asked.quick or not quick:
        return tuple(found), []
    return quick, [name for name in found if name not in quick]


def describe_quick(asked: Asked) -> list[str]:
    """What quick does less of."""
    if not asked.quick:
        return []
    return [
        f"all but {QUICK_MESSAGES:,} messages of each split that is asked",
        f"{QUICK_DRAWS} draws of mixed bots and of several wishes in place of {DRAWS}",
        f"{QUICK_BOTS} simulated bots a set in place of {BOTS}, where the arbiter's prior was fitted without the set",
    ]
