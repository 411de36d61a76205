"""The README's figures are those of docs/benchmarks.json."""

from __future__ import annotations

from tests.docs.pages import ROOT
from training.benchmarks.report import read_report

REPORT = read_report(ROOT / "docs" / "benchmarks.json")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def measured(experiment: str, quantity: str) -> float:
    (found,) = (
        figure.values
        for figure in REPORT.figures
        if (figure.data_set, figure.experiment, figure.quantity, figure.subject)
        == ("banking77", experiment, quantity, "ripen")
    )
    (value,) = found
    return value


def test_the_table_of_examples() -> None:
    experiments = ("zero-shot, names only", "1-shot", "5-shot", "10-shot", "all data")
    row = " | ".join(f"{measured(name, 'accuracy'):.3f}" for name in experiments)
    assert f"| right | {row} |" in README


def test_what_it_answers_by_itself_and_how_often_it_is_wrong() -> None:
    acted, wrong = measured("10-shot", "acted on"), measured("10-shot", "acts that are wrong")
    assert f"it answered {acted * 100:.0f} of 100 messages by itself, and {wrong * 100:.0f} of 100" in README
