from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.training.testing.answered import answer, played, report
from training.evaluation.csv_rows import DataError
from training.testing.conversations.comparison import Difference
from training.testing.report import read_kept, write_kept
from training.testing.writing import check_place, write_report

RUN = report(
    answer("a", "b", 0.7, 'say "ä"\n'),
    answer("a", "a", 0.9),
    conversations=(played("one"), played("two", Difference("bot", "x", "y"))),
)


def test_a_kept_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_kept(RUN.keep(), tmp_path / "tests" / "kept.json")
    assert read_kept(tmp_path / "tests" / "kept.json") == RUN.keep()


def test_so_is_the_run_in_a_report(tmp_path: Path) -> None:
    page = write_report(RUN, tmp_path / "out")
    assert page.name == "report.html"
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["report.html", "report.json", "report.md"]
    assert read_kept(tmp_path / "out" / "report.json") == RUN.keep()


def test_each_answer_has_a_line_of_its_own(tmp_path: Path) -> None:
    write_kept(RUN.keep(), tmp_path / "kept.json")
    lines = (tmp_path / "kept.json").read_text("utf-8").splitlines()
    assert '    ["a a 0.9", "a", "a"]' in lines


def test_a_run_of_conversations_alone_is_kept_too(tmp_path: Path) -> None:
    alone = report(conversations=(played("one"),)).keep()
    write_kept(alone, tmp_path / "kept.json")
    assert read_kept(tmp_path / "kept.json") == alone


def test_no_file_is_no_run(tmp_path: Path) -> None:
    assert read_kept(tmp_path / "kept.json") is None


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{", "is no run to compare with"),
        ("[]", "it is no mapping"),
        ('{"format": 99}', "format 99"),
        ('{"format": 1, "bundle": 3}', "bundle"),
        ("\x00\xff", "is no run"),
    ],
)
def test_what_is_no_run_is_named_with_what_to_do(tmp_path: Path, written: str, said: str) -> None:
    file = tmp_path / "kept.json"
    file.write_text(written, "latin-1")
    with pytest.raises(DataError, match=said) as caught:
        read_kept(file)
    assert "ripen test --keep" in str(caught.value)


def test_the_json_holds_every_figure(tmp_path: Path) -> None:
    write_report(RUN, tmp_path)
    written = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert written["understanding"]["summary"]["accuracy"] == 0.5
    assert written["understanding"]["pairs"][0]["answers"][0]["reason"]["because"] == "b is near"
    assert written["conversations"][1]["failure"]["differences"] == [{"what": "bot", "expected": "x", "got": "y"}]


def test_a_place_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        write_report(RUN, tmp_path / "file")
    with pytest.raises(DataError, match="cannot be written"):
        write_kept(RUN.keep(), tmp_path / "file" / "kept.json")


def test_looking_whether_a_report_could_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    check_place(tmp_path / "a" / "b")
    with pytest.raises(DataError, match=r"file is no folder\. Name another folder with --out\."):
        check_place(tmp_path / "file" / "b")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
    assert write_report(RUN, tmp_path / "a" / "b").exists()
