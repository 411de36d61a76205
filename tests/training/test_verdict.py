from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.detectors.base import Embeddings
from tests.standins.encoder import MeaningEncoder
from training.judge import Difference, Sheet, choose_scale, compare, figures
from training.verdict import Judgement, Latency, judge, measure_latency

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
    assert figures(answers) == pytest.approx({"accuracy": 0.5, "H": 2 / 3, "AUROC": 0.75, "ECE": 0.0})


def test_better_and_worse_in_nothing_is_promoted() -> None:
    verdict = judge(judgement(sheet(0.9, 0.85)), judgement(sheet(0.6, 0.5), "frozen"))
    assert verdict.promoted
    assert "better than frozen: accuracy +0." in verdict.reason


def test_alike_is_not_promoted() -> None:
    verdict = judge(judgement(sheet(0.7)), judgement(sheet(0.7), "frozen"))
    assert not verdict.promoted
    assert "neither accuracy nor H" in verdict.reason


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
    assert difference.sign(+1) == 0


def test_a_difference_points_by_what_is_better() -> None:
    assert Difference(0.1, 0.02).sign(+1) == 1
    assert Difference(0.1, 0.02).sign(-1) == -1
    assert Difference(0.1, 0.2).sign(+1) == 0


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
