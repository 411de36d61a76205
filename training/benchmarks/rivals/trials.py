"""The experiments as a rival goes through them: what it is taught and asked, and the figures of what it answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from bot.catalog.catalog import read_name
from training.benchmarks.experiments import DRAWS, MATURE
from training.benchmarks.feelings import sentiment_files
from training.benchmarks.figures import Figure
from training.benchmarks.rivals.job import Answers, Job
from training.benchmarks.rivals.roster import ALL_DATA, FIVE, MIXED, ONE, SENTIMENT, TEN, ZERO_SHOT
from training.evaluation.data_sets import DataSet, open_data_sets
from training.evaluation.intent_sets import Utterance
from training.evaluation.metrics import accuracy, auroc, calibration_error, harmonic_mean, recall_per_intent
from training.sentiment.data import read_classes

TRAIN, MESSAGE, START, MEMORY = "seconds to train", "milliseconds a message", "seconds to start", "peak memory in MB"
COSTS = (TRAIN, MESSAGE, START, MEMORY)
"""Quantities of rivals that are no shares: seconds, milliseconds, megabytes."""

_MIXED = re.compile(r"\d+ mature 10-shot \+ \d+ new")


@dataclass(frozen=True, slots=True)
class Trial:
    """Who is tried, on which set and split of `data`, and how a job is put to it."""

    subject: str
    data: Path
    data_set: str
    asked: str
    put: Callable[[Job], Answers]

    def open(self) -> DataSet:
        """The set."""
        return open_data_sets(self.data, self.asked, [self.data_set])[self.data_set]

    def figure(self, experiment: str, quantity: str, *values: float) -> Figure:
        """A figure of this rival on this set."""
        return Figure(self.data_set, experiment, quantity, values, subject=self.subject)


def kind_of(experiment: str) -> str | None:
    """Which trial an experiment of ours calls for, by the name that stands in the table; None: rivals have none."""
    if _MIXED.fullmatch(experiment):
        return MIXED
    named = {"zero-shot, names only": ZERO_SHOT}.get(experiment, experiment)
    return named if named in TRIALS else None


def zero_shot(trial: Trial) -> Iterator[Figure]:
    """Every intent by its name, as words, in place of an example."""
    data = trial.open()
    taught = [_named(intent) for intent in data.read("train_10").by_intent()]
    known = data.in_scope(trial.asked)
    answers = trial.put(Job(ZERO_SHOT, taught, known))
    right = _right(known, answers.intents)
    yield trial.figure("zero-shot, names only", "accuracy", accuracy(right))
    yield trial.figure("zero-shot, names only", "calibration error", calibration_error(answers.confidences, right))


def with_examples(trial: Trial, experiment: str, split: str, most: int | None = None) -> Iterator[Figure]:
    """The first `most` examples of each intent in a split, or all; strangers by confidence, where the set has any."""
    data = trial.open()
    examples = data.read(split).by_intent()
    taught = [Utterance(text, intent) for intent, texts in examples.items() for text in texts[:most]]
    known, strangers = data.in_scope(trial.asked), data.strangers(trial.asked)
    everything = [*known, *(one for rows in strangers.values() for one in rows)]
    answers = trial.put(Job(experiment, taught, everything))
    sure = np.array(answers.confidences)
    right = _right(known, answers.intents[: len(known)])
    yield trial.figure(experiment, "accuracy", accuracy(right))
    yield trial.figure(experiment, "calibration error", calibration_error(sure[: len(known)], right))
    at = len(known)
    for kind, rows in strangers.items():
        yield trial.figure(experiment, f"{kind} AUROC", auroc(1 - sure[: len(known)], 1 - sure[at : at + len(rows)]))
        at += len(rows)
    yield from _costs(trial, experiment, answers)


def mixed(trial: Trial) -> Iterator[Figure]:
    """Mature intents by 10 examples beside new ones by name; the draws are those of our own mixed bots."""
    data = trial.open()
    examples, known = data.read("train_10").by_intent(), data.in_scope(trial.asked)
    mature = MATURE.get(data.name, len(examples) - max(1, len(examples) // 4))
    measured: dict[str, list[float]] = {}
    for draw in range(DRAWS):
        order = np.random.default_rng(draw).permutation(sorted(examples)).tolist()
        answers = trial.put(Job(f"{MIXED} {draw}", _half_taught(examples, set(order[:mature])), known))
        for quantity, value in _judge_mixed(known, answers, set(order[:mature])).items():
            measured.setdefault(quantity, []).append(value)
    for quantity, values in measured.items():
        yield trial.figure(f"{mature} mature 10-shot + {len(examples) - mature} new", quantity, *values)


def sentiment(trial: Trial) -> Iterator[Figure]:
    """SST-2 by two classes and TweetEval by three, on the files that ours is judged on, whatever the trial's set is."""
    for name, file in sentiment_files(trial.data, trial.asked).items():
        rows = [Utterance(text, label) for text, label in read_classes(file)]
        polar = all(row.intent != "neutral" for row in rows)
        answers = trial.put(Job(f"{SENTIMENT} {name}", (), rows, variant="polar" if polar else ""))
        if polar:
            quantity, value = "accuracy", accuracy(_right(rows, answers.intents))
        else:
            recalls = recall_per_intent([row.intent for row in rows], answers.intents)
            quantity, value = "macro recall", sum(recalls.values()) / len(recalls)
        yield Figure(name, SENTIMENT, quantity, (value,), subject=trial.subject)
        for cost in _costs(trial, SENTIMENT, answers):
            yield Figure(name, SENTIMENT, cost.quantity, cost.values, subject=trial.subject)


TRIALS: Mapping[str, Callable[[Trial], Iterator[Figure]]] = {
    ZERO_SHOT: zero_shot,
    ONE: partial(with_examples, experiment=ONE, split="train_5", most=1),
    FIVE: partial(with_examples, experiment=FIVE, split="train_5", most=5),
    TEN: partial(with_examples, experiment=TEN, split="train_10", most=10),
    ALL_DATA: partial(with_examples, experiment=ALL_DATA, split="train"),
    MIXED: mixed,
    SENTIMENT: sentiment,
}


def _named(intent: str) -> Utterance:
    return Utterance(read_name(intent), intent)


def _half_taught(examples: Mapping[str, Sequence[str]], mature: set[str]) -> list[Utterance]:
    taught = [Utterance(text, intent) for intent, texts in examples.items() if intent in mature for text in texts]
    return [*taught, *(_named(intent) for intent in examples if intent not in mature)]


def _judge_mixed(known: Sequence[Utterance], answers: Answers, mature: set[str]) -> dict[str, float]:
    right = _right(known, answers.intents)
    pairs = list(zip(known, right, strict=True))
    on_mature = accuracy([hit for one, hit in pairs if one.intent in mature])
    on_new = accuracy([hit for one, hit in pairs if one.intent not in mature])
    return {
        "H": harmonic_mean(on_mature, on_new),
        "accuracy on mature": on_mature,
        "accuracy on new": on_new,
        "calibration error": calibration_error(answers.confidences, right),
    }


def _right(asked: Sequence[Utterance], found: Sequence[str]) -> list[bool]:
    return [one.intent == intent for one, intent in zip(asked, found, strict=True)]


def _costs(trial: Trial, experiment: str, answers: Answers) -> Iterator[Figure]:
    spent = (answers.train_s, answers.message_ms, answers.start_s, answers.memory_mb)
    for quantity, value in zip(COSTS, spent, strict=True):
        yield trial.figure(experiment, quantity, value)
