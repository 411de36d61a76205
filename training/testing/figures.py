"""From answers to figures: each intent's precision and recall, what is taken for what, and how far confidence holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import precision_recall_fscore_support

from bot.catalog.catalog import Stage
from training.evaluation.intent_sets import OUT_OF_SCOPE
from training.evaluation.metrics import accuracy, calibration_error, reliability, selective_risk
from training.testing.answers import Answer

HISTOGRAM_BINS = 20
RELIABILITY_BINS = 10


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures over all messages, shares in [0, 1].

    `messages` mean an intent, `strangers` none. `accuracy` counts the likeliest intent, however unsure; `error` is its
    standard error; F1 is the mean over intents (macro) and over messages (weighted). `acted` are messages acted on,
    `acted_rightly` those on which exactly what was meant was done, `wrong_acts` the share of acts that are wrong,
    strangers included; `asked` are asked back, `refused` told that they were not understood. `strangers_refused` is the
    share of strangers that the bot does not act on, None without any.
    """

    messages: int
    accuracy: float
    error: float
    macro_f1: float
    weighted_f1: float
    acted: float
    acted_rightly: float
    wrong_acts: float
    asked: float
    refused: float
    calibration_error: float
    strangers: int
    strangers_refused: float | None


@dataclass(frozen=True, slots=True)
class IntentFigures:
    """One intent: `support` messages mean it, `found` were taken for it. Shares are None where there is nothing to ask.

    `taken_for` are the intents that its messages were taken for, most often first.
    """

    intent: str
    stage: Stage
    support: int
    found: int
    precision: float | None
    recall: float | None
    f1: float | None
    taken_for: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """Confidences from `low` to `high`: how many answers were right and wrong."""

    low: float
    high: float
    right: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Point:
    """Answers of about the same confidence: its mean, the share that was right, and how many they are."""

    confidence: float
    accuracy: float
    count: int


def known(answers: Sequence[Answer]) -> list[Answer]:
    """Those to messages that mean an intent."""
    return [one for one in answers if one.intent != OUT_OF_SCOPE]


def summarise(answers: Sequence[Answer]) -> Summary:
    """Figures over all of `answers`. Raises ValueError when none of them means an intent."""
    asked = known(answers)
    strangers = [one for one in answers if one.intent == OUT_OF_SCOPE]
    right = [one.right for one in asked]
    share = accuracy(right)
    meant, found = [one.intent for one in asked], [one.found for one in asked]
    names = sorted(set(meant))
    macro, weighted = (
        float(precision_recall_fscore_support(meant, found, labels=names, average=average, zero_division=0)[2])
        for average in ("macro", "weighted")
    )
    return Summary(
        messages=len(asked),
        accuracy=share,
        error=float(np.sqrt(share * (1 - share) / len(asked))),
        macro_f1=macro,
        weighted_f1=weighted,
        acted=accuracy([bool(one.acted) for one in asked]),
        acted_rightly=accuracy([one.acted == (one.intent,) for one in asked]),
        wrong_acts=selective_risk(
            [bool(one.acted) for one in answers], [one.acted == (one.intent,) for one in answers]
        ),
        asked=accuracy([one.decision == "clarify" for one in asked]),
        refused=accuracy([one.decision == "out_of_scope" for one in asked]),
        calibration_error=calibration_error([one.confidence for one in asked], right),
        strangers=len(strangers),
        strangers_refused=accuracy([not one.acted for one in strangers]) if strangers else None,
    )


def figures_by_intent(answers: Sequence[Answer], stages: dict[str, Stage]) -> tuple[IntentFigures, ...]:
    """Of every intent of the bot, in the order of `stages`."""
    asked = known(answers)
    meant, found = [one.intent for one in asked], [one.found for one in asked]
    names = list(stages)
    precision, recall, f1, support = (
        column.tolist() for column in precision_recall_fscore_support(meant, found, labels=names, zero_division=np.nan)
    )
    confused = {name: Counter(one.found for one in asked if one.intent == name and not one.right) for name in names}
    taken = Counter(found)
    return tuple(
        IntentFigures(
            name,
            stages[name],
            support[place],
            taken[name],
            _number(precision[place]),
            _number(recall[place]),
            _number(f1[place]) if support[place] else None,
            tuple(confused[name].most_common()),
        )
        for place, name in enumerate(names)
    )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value


def histogram(answers: Sequence[Answer]) -> tuple[Bar, ...]:
    """HISTOGRAM_BINS equal bars over [0, 1]."""
    asked = known(answers)
    edges = np.linspace(0, 1, HISTOGRAM_BINS + 1)
    right, wrong = (
        np.histogram([one.confidence for one in asked if one.right == wanted], edges)[0] for wanted in (True, False)
    )
    return tuple(
        Bar(float(low), float(high), int(hits), int(misses))
        for low, high, hits, misses in zip(edges[:-1], edges[1:], right, wrong, strict=True)
    )


def reliability_points(answers: Sequence[Answer]) -> tuple[Point, ...]:
    """Confidence against accuracy, in RELIABILITY_BINS equal bins."""
    asked = known(answers)
    found = reliability([one.confidence for one in asked], [one.right for one in asked], RELIABILITY_BINS)
    return tuple(Point(one.confidence, one.accuracy, one.count) for one in found)
