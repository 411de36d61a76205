from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from bot.catalog.catalog import Intent
from tests.training.benchmarks.colours import COLOURS, write_colours
from tests.training.tiny_bot import write_bot
from training.benchmarks import refusals, risks, typos
from training.benchmarks.validation import SETS, Subject, make_parser, open_subjects
from training.evaluation.csv_rows import DataError


@pytest.fixture(scope="module")
def arguments(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """For colours under the name of each set, and a tiny bundle."""
    folder = tmp_path_factory.mktemp("validation")
    for name in SETS:
        asked = write_colours(folder / "data", name) / "intents" / name
        shutil.move(asked / "test.csv", asked / "valid.csv")
        shutil.move(asked / "oos_test.csv", asked / "oos_valid.csv")
    models = write_bot(folder / "bot").parent / "models"
    return ["--data", str(folder / "data"), "--bundle", str(models), "--cache", str(folder / "cache.db")]


def open_by(arguments: list[str]) -> list[Subject]:
    return list(open_subjects(make_parser("risks", "").parse_args(arguments)))


def test_each_set_is_judged_beside_the_others(arguments: list[str]) -> None:
    subjects = open_by(arguments)
    assert tuple(one.data.name for one in subjects) == SETS
    assert [tuple(other.name for other in one.others) for one in subjects] == [
        ("hwu64", "clinc150"),
        ("banking77", "clinc150"),
        ("banking77", "hwu64"),
    ]


def test_some_sets_can_be_asked_for_and_no_other(arguments: list[str]) -> None:
    assert [one.data.name for one in open_by([*arguments, "--sets", "hwu64, clinc150"])] == ["hwu64", "clinc150"]
    with pytest.raises(DataError, match="has no set hwu46"):
        open_by([*arguments, "--sets", "hwu46"])


def test_a_bot_is_learnt_from_the_examples_given(arguments: list[str]) -> None:
    subject, *_ = open_by([*arguments, "--sets", "hwu64"])
    bot = subject.learn({"red": ["find the red"], "light_blue": []})
    known: dict[str, Intent] = dict(bot.catalog.intents)
    assert [one.text for one in known["red"].examples] == ["find the red"]
    assert known["light_blue"].description == "light blue"


@pytest.mark.parametrize(
    ("main", "rows"),
    [(refusals.main, 1), (typos.main, 3 * 4), (risks.main, 3 * 6)],
    ids=["refusals", "typos", "risks"],
)
def test_a_study_prints_a_table(
    main: Callable[[], None],
    rows: int,
    arguments: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(risks, "BOTS", 1)
    monkeypatch.setattr(risks, "INTENTS", len(COLOURS) - 1)
    monkeypatch.setattr("sys.argv", ["study", *arguments, "--sets", "hwu64"])
    main()
    head, line, *body = capsys.readouterr().out.splitlines()
    assert len(body) == rows
    assert line == "|" + "---|" * (head.count("|") - 1)
    assert all(row.startswith("| hwu64 | ") and row.count("|") == head.count("|") for row in body)
