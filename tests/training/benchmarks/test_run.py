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


def test_others_are_measured_on_the_sets_that_were_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    put_to = []

    def measure(
        data: Path, name: str, experiments: Sequence[str], asked: str, folder: Path, tell: Tell
    ) -> list[Figure]:
        put_to.append(name)
        return []

    monkeypatch.setattr(rivals, "measure_rivals", measure)
    some = replace(ASKED, rivals_on=("mine",))
    for name in ("mine", "yours", ""):  # sentiment belongs to no set of intents
        assert list(measure_others(name, ["10-shot"], some, Clock(print, 10.0), [])) == []
    assert put_to == ["mine", ""]


def test_a_step_says_what_came_out_and_how_long_the_rest_takes() -> None:
    told: list[str] = []
    clock = Clock(told.append, 100.0)
    with clock.step("mine, 10-shot", 60.0, [Figure("mine", "10-shot", "accuracy", (0.5,))]):
        pass
    assert told[0].startswith("mine, 10-shot: accuracy 0.500 (0 s; 0:00 used, about 0:")
    with clock.step("speed", 60.0, []):
        pass
    assert told[1].endswith("about 0:00 left)")
