"""How far a bot's confidence can be trusted, for people: said against right, and what each risk would cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.config import DecisionSettings
from bot.detectors.risk import BINS, TOGETHER_BINS, HeldOut, RiskCurve
from bot.situation import LEAST_LIKELY

RISKS = (0.2, 0.1, 0.05, 0.02)
"""What people choose among: 1 wrong act in 5, in 10, in 20, in 50."""

SHOWN_BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Messages with confidence from `low` to `high`: mean confidence, share right, and how many they are."""

    low: float
    high: float
    said: float
    right: float
    messages: float


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a risk comes to: the confidence that it takes (None: none is enough), and shares of all messages."""

    risk: float
    confidence: float | None
    acted: float
    asked: float
    refused: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """By `messages` that were held out of learning: the bot's `own`, or else those of public bots.

    `error` is the expected calibration error, in [0, 1]: by how much confidence is off, on average. `settings` is what
    the bot's config.yml comes to.
    """

    own: bool
    messages: float
    error: float
    bins: tuple[Bin, ...]
    consequences: tuple[Consequence, ...]
    settings: Consequence


def describe_reliability(curve: RiskCurve, rule: DecisionSettings) -> Reliability:
    """What held-out messages tell. The question that the bot asks is taken to offer three choices."""
    own = curve.own.total > 0
    held_out = curve.own if own else curve.prior
    bins = _sort(held_out)
    off = sum(abs(one.said - one.right) * one.messages for one in bins)
    least = _least(curve, rule.risk) if rule.act is None else rule.act
    risk = rule.risk if rule.act is None else curve.at(rule.act)
    return Reliability(
        own,
        held_out.total,
        off / held_out.total if held_out.total else 0.0,
        bins,
        tuple(_weigh(held_out, each, _least(curve, each), rule.clarify) for each in RISKS),
        _weigh(held_out, risk, least, rule.clarify),
    )


def _least(curve: RiskCurve, risk: float) -> float | None:
    """The confidence from which the bot acts at a risk."""
    least = curve.confidence_for(risk)
    return None if least is None else max(least, LEAST_LIKELY)


def _sort(held_out: HeldOut) -> tuple[Bin, ...]:
    """The SHOWN_BINS equal parts of [0, 1] that hold messages."""
    seen = held_out.seen.sum(axis=1)
    said = seen * (np.arange(BINS) + 0.5) / BINS
    count, sure, wrong = (each.reshape(SHOWN_BINS, -1).sum(axis=1) for each in (seen, said, held_out.wrong))
    return tuple(
        Bin(
            number / SHOWN_BINS,
            (number + 1) / SHOWN_BINS,
            float(sure[number] / count[number]),
            1.0 - float(wrong[number] / count[number]),
            float(count[number]),
        )
        for number in np.flatnonzero(count).tolist()
    )


def _weigh(held_out: HeldOut, risk: float, confidence: float | None, clarify: float) -> Consequence:
    first = BINS if confidence is None else int(np.ceil(confidence * BINS - 1e-9))
    total = held_out.total or 1.0
    below = held_out.seen[:first]
    acted = held_out.seen[first:].sum() / total
    asked = below[:, int(np.ceil(clarify * TOGETHER_BINS - 1e-9)) :].sum() / total
    return Consequence(risk, confidence, float(acted), float(asked), float(below.sum() / total - asked))
