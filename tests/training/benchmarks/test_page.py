from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.docs.pages import ROOT
from tests.training.benchmarks.reports import FIGURES, REPORT
from training.benchmarks.page import write_page
from training.benchmarks.report import as_json, read_report
from training.benchmarks.tables import Tables, show
from training.evaluation.csv_rows import DataError

DOCS = ROOT / "docs"


def test_the_committed_page_is_what_the_committed_figures_give() -> None:
    page = (DOCS / "benchmarks.md").read_text(encoding="utf-8")
    assert page == write_page(read_report(DOCS / "benchmarks.json"), in_docs=True), (
        "make it again: python -m training.benchmarks.page docs/benchmarks.json > docs/benchmarks.md"
    )


def test_the_pictures_are_there_and_small() -> None:
    page = (DOCS / "benchmarks.md").read_text(encoding="utf-8")
    pictures = [DOCS / name for name in re.findall(r"!\[[^\]]*\]\((?P<name>[^)]+)\)", page)]
    assert pictures
    assert sum(picture.stat().st_size for picture in pictures) < 200_000


def test_a_report_comes_back_from_json(tmp_path: Path) -> None:
    file = tmp_path / "benchmark.json"
    file.write_text(as_json(REPORT), encoding="utf-8")
    assert read_report(file) == REPORT


@pytest.mark.parametrize(("content", "said"), [("{}", "command: Field required"), ("[", "Invalid JSON")])
def test_a_file_that_is_no_report_is_refused(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"other\.json is no benchmark\.json") as raised:
        read_report(file)
    assert said in str(raised.value)
    with pytest.raises(DataError, match="cannot be read"):
        read_report(tmp_path / "none.json")


def test_every_figure_stands_on_the_page() -> None:
    page = write_page(REPORT)
    for one in FIGURES:
        assert show(one) in page, one
    for word in ("A Processor", "7 minutes", "2026-01-02", "the set snips", "train_5 drawn", "2.52", "0.12"):
        assert word in page
    assert "validation figures" in page
    assert "a quantity of its own" in page, "what no table has a place for is shown all the same"


def test_a_test_run_does_not_call_itself_validation() -> None:
    page = write_page(replace(REPORT, split="test"))
    assert "validation figures" not in page
    assert "figures of the test splits" in page


def test_sets_are_marked_by_how_fair_they_are() -> None:
    tables = Tables(REPORT)
    assert [tables.marked(name) for name in ("banking77", "clinc150", "hwu64")] == [
        "banking77",
        "clinc150 \\*",
        "hwu64 †",
    ]
    assert "trained on this set" in write_page(REPORT)


def test_rivals_stand_in_rows_of_their_own() -> None:
    page = write_page(REPORT)
    assert "| banking77 | ripen | 0.625 | 0.861 |" in page
    assert "| banking77 | rival | - | 0.543 |" in page
    assert "| banking77 | 10-shot | ripen, fp32 | 0.863 |" in page
    assert "| banking77 | 10-shot | ripen, int8 | 0.861 |" in page


def test_spread_is_shown_where_there_is_some() -> None:
    assert show(FIGURES[6]) == "0.750 ± 0.071"
    assert show(FIGURES[0]) == "0.625"
    assert show(None) == "-"


def test_sections_without_figures_are_left_out() -> None:
    page = write_page(replace(REPORT, figures=FIGURES[:2], reliability=()))
    assert "## Understanding" in page
    for heading in ("Strangers", "Calibration", "Sentiment", "Several wishes", "int8", "Other figures"):
        assert f"## {heading}" not in page
