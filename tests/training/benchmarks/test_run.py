from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import nan
from pathlib import Path

import pytest

from training.benchmarks import rivals
from training.benchmarks.figures import Figure
from training.benchmarks.plan import Asked
from training.benchmarks.run import Clock, Tell, measure_others

ASKED = Asked(Path("data"), Path("models"), {}, (), "valid", rivals=Path("kept"))


def test_others_stand_beside_ours_and_what_failed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def measure(
        data: Path, name: str, experiments: Sequence[str], asked: str, folder: Path, tell: Tell
    ) -> list[Figure]:
        assert (data, name, experiments, asked, folder) == (Path("data"), "mine", ["10-shot"], "valid", Path("kept"))
        return [
            Figure(name, "10-shot", "accuracy", (0.5,), "rival"),
            Figure(name, "10-shot", "skipped: no such package\nand more", (nan,), "broken"),
        ]

    monkeypatch.setattr(rivals, "measure_rivals", measure)
    left_out: list[str] = []
    clock = Clock(print, 10.0)
    found = list(measure_others("mine", ["10-shot"], ASKED, clock, left_out))
    assert found == [Figure("mine", "10-shot", "accuracy", (0.5,), "rival")]
    assert left_out == ["broken on mine, 10-shot: skipped: no such package"]
    assert clock.aside > 0


def test_nobody_else_is_measured_unless_asked() -> None:
    assert list(measure_others("mine", ["10-shot"], replace(ASKED, rivals=None), Clock(print, 10.0), [])) == []


def test_a_step_says_what_came_out_and_how_long_the_rest_takes() -> None:
    told: list[str] = []
    clock = Clock(told.append, 100.0)
    with clock.step("mine, 10-shot", 60.0, [Figure("mine", "10-shot", "accuracy", (0.5,))]):
        pass
    assert told[0].startswith("mine, 10-shot: accuracy 0.500 (0 s; 0:00 used, about 0:")
    with clock.step("speed", 60.0, []):
        pass
    assert told[1].endswith("about 0:00 left)")
