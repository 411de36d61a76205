"""The experiments, each one a function from a public set to figures. Which intents are new is drawn by a fixed seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from bot.config import MATURE_AFTER
from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.base import Encoder
from training.benchmarks.bots import ask, learn, make_catalog
from training.evaluation.intent_sets import IntentSet, Utterance, read_split
from training.evaluation.metrics import auroc, harmonic_mean

SPLIT = {"banking77": (57, 20), "clinc150": (110, 40), "hwu64": (48, 16)}
"""Of each set, how many intents are mature and how many new in the mixed bots."""

DRAWS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured quantity, once for each draw."""

    data_set: str
    experiment: str
    quantity: str
    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Over the draws."""
        return float(np.mean(self.values))

    @property
    def spread(self) -> float:
        """Standard deviation over the draws; 0 for a single one."""
        return float(np.std(self.values, ddof=1)) if len(self.values) > 1 else 0.0


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured, on which set: the encoder, the prior arbiter, and the split that is asked."""

    data: Path
    data_set: str
    encoder: Encoder
    prior: ArbiterPrior
    asked: str = "test"
    mature_after: int = MATURE_AFTER
    draws: int = DRAWS

    def figure(self, experiment: str, quantity: str, *values: float) -> Figure:
        """A figure of this set."""
        return Figure(self.data_set, experiment, quantity, values)

    def read(self, *splits: str) -> IntentSet:
        """Splits of this set."""
        return read_split(self.data, self.data_set, *splits)


def zero_shot(subject: Subject) -> Iterator[Figure]:
    """Every intent known by its name alone."""
    names = subject.read("train_10").by_intent()
    detector = learn(make_catalog(dict.fromkeys(names, ())), subject.encoder, subject.prior)
    answers = ask(detector, subject.read(subject.asked).utterances)
    yield subject.figure("zero-shot, names only", "accuracy", answers.accuracy)


def few_shot(subject: Subject, shots: int) -> Iterator[Figure]:
    """Every intent with the usual draw of 5 or 10 examples, new or mature as the learner has it."""
    examples = subject.read(f"train_{shots}").by_intent()
    detector = learn(make_catalog(examples), subject.encoder, subject.prior, subject.mature_after)
    answers = ask(detector, subject.read(subject.asked).utterances)
    yield subject.figure(f"{shots}-shot", "accuracy", answers.accuracy)
    yield subject.figure(f"{shots}-shot", "calibration error", answers.calibration_error)


def all_data(subject: Subject) -> Iterator[Figure]:
    """Every intent with all training data; out of scope where the set has such messages."""
    detector = learn(make_catalog(subject.read("train").by_intent()), subject.encoder, subject.prior)
    answers = ask(detector, subject.read(subject.asked).utterances)
    yield subject.figure("all data", "accuracy", answers.accuracy)
    yield subject.figure("all data", "calibration error", answers.calibration_error)
    if (subject.data / "intents" / subject.data_set / f"oos_{subject.asked}.csv").exists():
        strangers = ask(detector, subject.read(f"oos_{subject.asked}").utterances)
        yield subject.figure("all data", "out-of-scope AUROC", auroc(answers.out_of_scope, strangers.out_of_scope))


def mixed(subject: Subject) -> Iterator[Figure]:
    """Mature intents by 10 examples beside new ones by name only: one decision over all, judged on each kind."""
    examples = subject.read("train_10").by_intent()
    asked = subject.read(subject.asked).utterances
    count_mature, _ = SPLIT[subject.data_set]
    measured: dict[str, list[float]] = {}
    for draw in range(subject.draws):
        for quantity, value in _mixed_draw(subject, examples, draw, count_mature, asked).items():
            measured.setdefault(quantity, []).append(value)
    name = f"{count_mature} mature 10-shot + {len(examples) - count_mature} new"
    for quantity, values in measured.items():
        yield subject.figure(name, quantity, *values)


def _mixed_draw(
    subject: Subject, examples: Mapping[str, list[str]], draw: int, count_mature: int, asked: Sequence[Utterance]
) -> dict[str, float]:
    order = np.random.default_rng(draw).permutation(sorted(examples)).tolist()
    mature, new = order[:count_mature], order[count_mature:]
    known = {name: examples[name] if name in set(mature) else () for name in sorted(examples)}
    answers = ask(learn(make_catalog(known), subject.encoder, subject.prior, subject.mature_after), asked)
    on_mature, on_new = answers.accuracy_on(mature), answers.accuracy_on(new)
    return {
        "H": harmonic_mean(on_mature, on_new),
        "accuracy on mature": on_mature,
        "accuracy on new": on_new,
        "calibration error": answers.calibration_error,
    }


EXPERIMENTS: tuple[Callable[[Subject], Iterator[Figure]], ...] = (
    zero_shot,
    partial(few_shot, shots=5),
    partial(few_shot, shots=10),
    all_data,
    mixed,
)
