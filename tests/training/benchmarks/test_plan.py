from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from training.benchmarks.plan import QUICK_MOST_ROWS, Asked, choose_sets, describe_quick, plan
from training.evaluation.data_sets import DataSet
from training.evaluation.intent_sets import Utterance

ASKED = Asked(Path("data"), Path("models"), {}, ())
QUICK = replace(ASKED, quick=True)


def make_set(name: str = "mine", intents: int = 8, rows: int = 16) -> DataSet:
    train = tuple(Utterance(f"text {number}", f"intent {number % intents}") for number in range(rows))
    return DataSet(name, {"train": lambda: train})


def names(data: DataSet, asked: Asked) -> list[str]:
    return [step.name for step in plan(data, asked)[0]]


def test_a_set_with_everything_gets_every_experiment() -> None:
    assert names(make_set(), ASKED) == [
        "zero-shot", "1-shot", "5-shot", "10-shot", "all data", "mixed", "several wishes",
    ]  # fmt: skip
    assert plan(make_set(), ASKED)[1] == []


def test_quick_leaves_out_the_largest_and_says_so() -> None:
    large = make_set(rows=QUICK_MOST_ROWS + 1)
    assert "all data" in names(large, ASKED)
    assert "all data" not in names(large, QUICK)
    assert plan(large, QUICK)[1] == ["mine: all data (8,001 rows)"]
    assert "all data" in names(make_set(), QUICK)


def test_a_few_intents_make_no_mixed_bots() -> None:
    steps, left_out = plan(make_set(intents=3), ASKED)
    assert not {"mixed", "several wishes"} & {step.name for step in steps}
    assert "4 intents" in left_out[0]


def test_described_intents_are_asked_by_description() -> None:
    described = DataSet("sgd", {"valid": lambda: ()}, {"a": "Do a."})
    assert len(plan(described, ASKED)[0]) == 1


def test_the_set_of_strangers_gets_all_its_data() -> None:
    assert names(make_set("banking77_oos"), QUICK) == ["all data"]


@pytest.mark.parametrize(
    ("asked", "judged", "left_out"),
    [
        (ASKED, ("banking77", "mine", "snips"), []),
        (QUICK, ("banking77",), ["mine", "snips"]),
        (replace(QUICK, sets=("snips",)), ("snips",), []),
    ],
)
def test_sets_are_all_or_those_asked_for(asked: Asked, judged: tuple[str, ...], left_out: list[str]) -> None:
    assert choose_sets(("banking77", "mine", "snips"), asked) == (judged, left_out)


def test_quick_on_data_of_ones_own_judges_them_all() -> None:
    assert choose_sets(("mine",), QUICK) == (("mine",), [])


def test_quick_says_what_it_does_less_of() -> None:
    assert describe_quick(ASKED) == []
    assert QUICK.draws < ASKED.draws
    assert any("draws" in line for line in describe_quick(QUICK))
