"""The experiments, each a function from a set to what was measured. Which intents are new is drawn by a fixed seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.config import MATURE_AFTER
from bot.detectors.arbiter import ArbiterPrior
from training.benchmarks.bots import Answers, VocabularyEncoder, ask, learn, make_catalog
from training.benchmarks.figures import RIPEN, Figure, Measured, Reliability
from training.evaluation.data_sets import DataSet
from training.evaluation.intent_sets import Utterance
from training.evaluation.metrics import accuracy, auroc, harmonic_mean

MATURE = {"banking77": 57, "clinc150": 110, "hwu64": 48}
"""Of these sets, how many intents are mature in the mixed bots; of others three quarters. The rest is new."""

DRAWS = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured, on which set: the encoder, the prior arbiter, and the split that is asked."""

    data: DataSet
    encoder: VocabularyEncoder
    prior: ArbiterPrior
    asked: str = "test"
    mature_after: int = MATURE_AFTER
    draws: int = DRAWS
    name: str = RIPEN

    def figure(self, experiment: str, quantity: str, *values: float) -> Figure:
        """A figure of this set."""
        return Figure(self.data.name, experiment, quantity, values, self.name)

    def judge(
        self, examples: Mapping[str, Sequence[str]], descriptions: Mapping[str, str] | None = None
    ) -> tuple[Answers, dict[str, Answers]]:
        """What a bot with these examples makes of the asked messages, and of strangers by kind."""
        bot = learn(make_catalog(examples, descriptions), self.encoder, self.prior, self.mature_after)
        strangers = {kind: ask(bot, rows) for kind, rows in self.data.strangers(self.asked).items()}
        return ask(bot, self.data.in_scope(self.asked)), strangers


Experiment = Callable[[Subject], Iterator[Measured]]


def zero_shot(subject: Subject) -> Iterator[Measured]:
    """Every intent known by its name alone."""
    answers, _ = subject.judge(dict.fromkeys(subject.data.examples_of("train_10"), ()))
    yield subject.figure("zero-shot, names only", "accuracy", answers.accuracy)
    yield subject.figure("zero-shot, names only", "calibration error", answers.calibration_error)


def zero_shot_described(subject: Subject) -> Iterator[Measured]:
    """Every intent known by its name, by its description, and by both, as it serves."""
    asked, descriptions = subject.data.in_scope(subject.asked), subject.data.descriptions
    nameless = {intent: "_" * number for number, intent in enumerate(sorted(descriptions), 1)}
    renamed = [Utterance(one.text, nameless[one.intent]) for one in asked]
    ways: tuple[tuple[str, Mapping[str, str], Sequence[Utterance]], ...] = (
        ("names only", dict.fromkeys(descriptions, ""), asked),
        ("descriptions only", {nameless[intent]: said for intent, said in descriptions.items()}, renamed),
        ("names and descriptions", descriptions, asked),
    )
    for way, described, messages in ways:
        catalog = make_catalog(dict.fromkeys(described, ()), described)
        answers = ask(learn(catalog, subject.encoder, subject.prior, subject.mature_after), messages)
        yield subject.figure(f"zero-shot, {way}", "accuracy", answers.accuracy)
        yield subject.figure(f"zero-shot, {way}", "calibration error", answers.calibration_error)


def few_shot(subject: Subject, shots: int) -> Iterator[Measured]:
    """Every intent with 1, 5 or 10 examples, new or mature as the learner has it; 1 is the first of the five."""
    examples = subject.data.examples_of(f"train_{max(shots, 5)}")
    answers, strangers = subject.judge({intent: texts[:shots] for intent, texts in examples.items()})
    yield from _understood(subject, f"{shots}-shot", answers)
    yield from _refused(subject, f"{shots}-shot", answers, strangers)


def all_data(subject: Subject) -> Iterator[Measured]:
    """Every intent with all training data; strangers, where the set has such messages."""
    answers, strangers = subject.judge(subject.data.examples_of("train"))
    yield from _understood(subject, "all data", answers)
    yield from _refused(subject, "all data", answers, strangers)


def _understood(subject: Subject, experiment: str, answers: Answers) -> Iterator[Measured]:
    yield subject.figure(experiment, "accuracy", answers.accuracy)
    yield subject.figure(experiment, "calibration error", answers.calibration_error)
    yield subject.figure(experiment, "acted on", accuracy(answers.acted))
    yield subject.figure(experiment, "acts that are wrong", answers.selective_risk)
    yield Reliability(subject.data.name, experiment, answers.reliability)


def _refused(
    subject: Subject, experiment: str, answers: Answers, strangers: Mapping[str, Answers]
) -> Iterator[Measured]:
    """Strangers against the messages in scope, at the default thresholds and over all of them."""
    if strangers:
        yield subject.figure(experiment, "in scope, acted on rightly", accuracy(answers.acted_rightly))
    for kind, asked in strangers.items():
        yield subject.figure(experiment, f"{kind} recall", 1 - accuracy(asked.acted))
        yield subject.figure(experiment, f"{kind}, told that it is not understood", accuracy(asked.refused))
        yield subject.figure(experiment, f"{kind} AUROC", auroc(answers.out_of_scope, asked.out_of_scope))


def mixed(subject: Subject) -> Iterator[Measured]:
    """Mature intents by 10 examples beside new ones by name only: one decision over all, judged on each kind."""
    examples = subject.data.examples_of("train_10")
    count_mature = MATURE.get(subject.data.name, len(examples) - max(1, len(examples) // 4))
    asked = subject.data.in_scope(subject.asked)
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
