from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.training.benchmarks.reports import FIGURES, REPORT
from training.benchmarks.pictures import PicturesMissing, draw_pictures

pytestmark = pytest.mark.training


def test_pictures_are_drawn_alike_each_time(tmp_path: Path) -> None:
    drawn = draw_pictures(REPORT, tmp_path / "one")
    assert [path.name for path in drawn] == ["accuracy.svg", "reliability.svg"]
    for path in drawn:
        assert ElementTree.parse(path).getroot().tag.endswith("svg")
        assert "banking77" in path.read_text(encoding="utf-8")
    again = draw_pictures(REPORT, tmp_path / "two")
    assert [path.read_bytes() for path in drawn] == [path.read_bytes() for path in again]


def test_what_was_not_measured_is_not_drawn(tmp_path: Path) -> None:
    assert draw_pictures(replace(REPORT, figures=FIGURES[1:2], reliability=()), tmp_path) == []


def test_without_matplotlib_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(PicturesMissing, match=r"ripen-bot\[train\]"):
        draw_pictures(REPORT, tmp_path)
