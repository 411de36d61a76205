from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from training.benchmarks.figures import Figure
from training.benchmarks.rivals import measure
from training.benchmarks.rivals.environment import RivalError
from training.benchmarks.rivals.roster import Rival

FAKE = Path(__file__).parent / "fake_rival.py"
COLOURS = ("red", "blue")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "intents" / "colours"
    folder.mkdir(parents=True)
    for split, verbs in {"train": "abcdefghij", "train_5": "abcde", "train_10": "abcdefghij", "valid": "kl"}.items():
        rows = [f"{verb} {colour},{colour}" for colour in COLOURS for verb in verbs]
        (folder / f"{split}.csv").write_text("\n".join(["text,intent", *rows, ""]), encoding="utf-8")
    return tmp_path


def rival(subject: str, *experiments: str, variant: str = "") -> Rival:
    return Rival(subject, FAKE, Path(f"{subject}.txt"), frozenset(experiments), variant, seconds=20)


@pytest.fixture
def run(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Figure]]:
    def prepare(pins: Path, version: str, folder: Path, tell: Callable[[str], None]) -> Path:
        assert folder == tmp_path / "kept" / "environments"
        if pins.stem == "uninstallable":
            asked.append(pins.stem)
            raise RivalError("pip install failed: no network")
        return Path(sys.executable)

    asked: list[str] = []
    told: list[str] = []
    monkeypatch.setattr(measure, "prepare", prepare)

    def measured(rivals: tuple[Rival, ...], *experiments: str) -> list[Figure]:
        monkeypatch.setattr(measure, "RIVALS", rivals)
        found = measure.measure_rivals(data, "colours", experiments, "valid", tmp_path / "kept", told.append)
        assert len(asked) <= 1, "an environment that cannot be made is tried once"
        assert len(told) == len({(one.subject, one.experiment) for one in found})
        return found

    return measured


def test_one_that_breaks_does_not_keep_the_others_from_it(run: Callable[..., list[Figure]]) -> None:
    rivals = (
        rival("uninstallable", "5-shot", "10-shot"),
        rival("broken", "10-shot", variant="crash"),
        rival("well", "10-shot", "all data"),
    )
    found = run(rivals, "10-shot", "5-shot", "several wishes, 20 intents 10-shot")
    told = {(one.subject, one.experiment): one for one in reversed(found)}
    assert list(reversed(told)) == [
        ("uninstallable", "5-shot"),
        ("uninstallable", "10-shot"),
        ("broken", "10-shot"),
        ("well", "10-shot"),
    ]
    assert told["uninstallable", "5-shot"].quantity == "skipped: pip install failed: no network"
    assert told["broken", "10-shot"].quantity.startswith("skipped: it stopped with exit status 1: is broken (see ")
    assert math.isnan(told["broken", "10-shot"].mean)
    assert told["well", "10-shot"].quantity == "accuracy"
    assert told["well", "10-shot"].values == (1.0,)


def test_a_rival_is_not_put_to_what_it_cannot_do(run: Callable[..., list[Figure]]) -> None:
    assert run((rival("uninstallable", "5-shot"),), "10-shot", "sentiment") == []
