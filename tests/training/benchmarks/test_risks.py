from __future__ import annotations

import numpy as np
import pytest

from bot.detectors.base import Detector
from bot.live import Snapshot
from bot.messages import Candidate, Detection, Sentiment
from training.benchmarks.bots import make_catalog
from training.benchmarks.risks import Fates, judge_bot, print_fates

CALM = Sentiment("neutral", 0.0)


class Guesser(Detector):
    """Says intent a to everything, at the risk that is in the message, and holds b for likelier than none."""

    def detect(self, text: str) -> Detection:
        return Detection((Candidate("a", 0.65, "mature"), Candidate("b", 0.25, "mature")), 0.1, CALM, risk=float(text))


BOT = Snapshot(make_catalog({"a": (), "b": ()}), Guesser())
ASKED: dict[str, list[tuple[str, str | None]]] = {
    "in scope": [("0.01", "a"), ("0.01", "b"), ("0.08", "a"), ("0.15", "b")],
    "near": [("0.01", None), ("0.9", None)],
    "far": [("0.9", None)],
}
HEARD = {side: [(text, BOT.detector.detect(text), meant) for text, meant in rows] for side, rows in ASKED.items()}


def test_acts_where_the_risk_allows_and_asks_back_elsewhere() -> None:
    judged = judge_bot(BOT, HEARD)
    strict, loose = judged["risk: 0.05"], judged["risk: 0.1"]
    assert (strict.right[0], strict.wrong[0], strict.asked[0], strict.offered[0]) == (0.25, 0.25, 0.5, 0.5)
    assert (loose.right[0], loose.wrong[0], loose.asked[0]) == (0.5, 0.25, 0.25)
    assert (loose.wrong[1], loose.wrong[2], loose.asked[2]) == (0.5, 0.0, 1.0)
    assert judged["act: 0.7"].asked[0] == 1.0


def test_strangers_count_as_often_as_is_assumed() -> None:
    fates = Fates(np.array([0.8, 0, 0]), np.array([0.0, 0.6, 0.2]), np.zeros(3), np.zeros(3))
    assert fates.wrong_share(0.0) == 0.0
    assert fates.wrong_share(0.1) == pytest.approx(0.04 / 0.76)
    assert Fates(*(np.zeros(3) for _ in range(4))).wrong_share(0.1) == 0.0


def test_prints_a_row_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    judged = judge_bot(BOT, HEARD)
    print_fates("mine", "two intents", [judged, judged])
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == len(judged)
    assert all(row.startswith("| mine | two intents | ") for row in rows)
