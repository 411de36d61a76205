from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.detectors.base import Embeddings
from tests.standins.encoder import MeaningEncoder
from training.ladder.judge import METRICS, Difference, Sheet, choose_scale, compare, figures
from training.ladder.verdict import Judgement, Latency, judge, measure_latency

INTENTS = [f"i{n}" for n in range(12)]
SAME = Latency(1.0, 1.0, 0.01)


def sheet(right: float, mixed: float = 0.7, stranger_gap: float = 0.4, seed: int = 0) -> Sheet:
    """Twelve intents with ten known and five hidden messages each, answered rightly that often."""
    chance = np.random.default_rng(seed)
    intent = [name for name in INTENTS for _ in range(15)]
    hidden = [at >= 10 for _ in INTENTS for at in range(15)]
    draw = chance.random(len(intent))
    hits = draw < right
    strange = chance.random(len(intent)) * 0.6 + stranger_gap * np.array(hidden)
    return Sheet(
        tuple(intent), tuple(hidden), tuple(hits.tolist()), tuple(np.where(hits, 0.9, 0.6).tolist()),
        tuple(strange.tolist()), tuple((draw < mixed).tolist()),
    )  # fmt: skip


def judgement(answers: Sheet, rung: str = "tuned", latency: Latency = SAME) -> Judgement:
    return Judgement(rung, 1.0, answers, latency, 1.0)


def test_figures_by_hand() -> None:
    answers = Sheet(
        ("a", "a", "b", "b"), (False, False, True, True), (True, False, False, False),
        (1.0, 0.0, 0.3, 0.3), (0.1, 0.6, 0.5, 0.9), (True, True, True, False),
    )  # fmt: skip
    assert figures(answers) == pytest.approx({"mean": 7 / 12, "accuracy": 0.5, "H": 2 / 3, "AUROC": 0.75, "ECE": 0.0})


def test_better_and_worse_in_nothing_is_promoted() -> None:
    verdict = judge(judgement(sheet(0.9, 0.85)), judgement(sheet(0.6, 0.5), "frozen"))
    assert verdict.promoted
    assert "better than frozen: the mean of accuracy and H +0." in verdict.reason


def test_alike_is_not_promoted() -> None:
    verdict = judge(judgement(sheet(0.7)), judgement(sheet(0.7), "frozen"))
    assert not verdict.promoted
    assert verdict.reason.startswith("not better than frozen by 2 standard errors: the mean of accuracy and H +0.000")


def test_better_but_worse_at_strangers_is_not_promoted() -> None:
    verdict = judge(judgement(sheet(0.9, 0.85, stranger_gap=0.0)), judgement(sheet(0.6, 0.5), "frozen"))
    assert not verdict.promoted
    assert verdict.reason.startswith("worse than frozen: AUROC -0.")


def test_overconfidence_is_worse() -> None:
    sure = replace(sheet(0.9, 0.85), confidence=(0.3,) * 180)
    verdict = judge(judgement(sure), judgement(sheet(0.6, 0.5), "frozen"))
    assert "ECE" in verdict.reason
    assert not verdict.promoted


def test_slower_is_worse_but_noise_is_not() -> None:
    better, below = sheet(0.9, 0.85), judgement(sheet(0.6, 0.5), "frozen")
    assert judge(judgement(better, latency=Latency(1.05, 1.0, 0.01)), below).promoted
    slow = judge(judgement(better, latency=Latency(1.5, 1.0, 0.01)), below)
    assert not slow.promoted
    assert "1.50 ms a message instead of 1.00 ms" in slow.reason


def test_one_lucky_message_is_within_the_standard_error() -> None:
    below = sheet(0.7)
    lucky = list(below.right)
    lucky[lucky.index(False)] = True
    difference = compare(replace(below, right=tuple(lucky)), below)["accuracy"]
    assert difference.value == pytest.approx(1 / 120)
    assert not difference.exceeds(1, +1)


def test_a_difference_points_by_what_is_better() -> None:
    assert Difference(0.1, 0.04).exceeds(2, +1)
    assert not Difference(0.1, 0.04).exceeds(2, -1)
    assert not Difference(0.1, 0.06).exceeds(2, +1)
    assert Difference(-0.1, 0.06).exceeds(1, -1)


def noisy(below: Sheet, chance: np.random.Generator, flips: float, gain: float = 0.0) -> Sheet:
    """The answers of a rung that errs elsewhere than `below`, as often; with `gain`, less often by that share."""

    def turn(hits: tuple[bool, ...]) -> tuple[bool, ...]:
        rate = float(np.mean(hits))
        lost, won = flips / 2 / rate, flips / 2 / (1 - rate)
        draw = chance.random(len(hits))
        return tuple(bool(one >= lost if hit else one < won + gain) for hit, one in zip(hits, draw, strict=True))

    return replace(below, right=turn(below.right), mixed=turn(below.mixed))


def verdicts(gain: float, count: int) -> list[Judgement]:
    """On rungs that all are so much better, each judged on answers of its own."""
    chance = np.random.default_rng(0)
    found = []
    for seed in range(count):
        below = sheet(0.7, 0.6, seed=seed)
        found.append(judge(judgement(noisy(below, chance, 0.2, gain)), judgement(below, "frozen")))
    return found


def lucky(verdict: Judgement) -> bool:
    """Whether accuracy or H is better by one standard error, and nothing worse by that: what looks like enough."""
    found = verdict.differences
    assert found is not None
    worse = [metric for metric in METRICS if found[metric.name].exceeds(1, -metric.gain)]
    return not worse and (found["accuracy"].exceeds(1, +1) or found["H"].exceeds(1, +1))


def test_a_rung_that_is_no_better_is_not_promoted_by_luck_and_one_that_is_better_is() -> None:
    alike = verdicts(gain=0.0, count=40)
    assert sum(verdict.promoted for verdict in alike) <= 1
    assert sum(lucky(verdict) for verdict in alike) >= 6
    assert sum(verdict.promoted for verdict in verdicts(gain=0.4, count=10)) >= 9


def test_the_scale_is_chosen_by_the_other_folds() -> None:
    good, bad = sheet(0.9, 0.9), sheet(0.4, 0.4)
    sheets = {0.5: [good, bad, bad], 1.0: [bad, good, good]}
    assert choose_scale(sheets) == 1.0
    assert choose_scale(sheets, leave_out=0) == 1.0
    assert choose_scale({0.5: [good, good], 1.0: [bad, good]}, leave_out=0) == 0.5  # a tie goes to the smaller change


def test_a_sheet_is_read_as_it_was_written(tmp_path: Path) -> None:
    answers = sheet(0.5)
    answers.write(tmp_path / "answers.json")
    assert Sheet.read(tmp_path / "answers.json") == answers
    assert Sheet.read(tmp_path / "none.json") is None


class Spinning(MeaningEncoder):
    """An encoder that takes its time."""

    fingerprint, dimensions = "", 1

    def __init__(self, turns: int) -> None:
        self.turns = turns

    def encode(self, texts: object) -> Embeddings:
        for _ in range(self.turns):
            pass
        return np.ones((1, 1), np.float32)


def test_latency_tells_slow_from_quick() -> None:
    assert measure_latency(Spinning(20_000), Spinning(1_000), ["a"] * 30).worse
    assert not measure_latency(Spinning(1_000), Spinning(20_000), ["a"] * 30).worse
