from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.evaluation.csv_rows import DataError, Utterance, read_utterances

QUIET = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0")).map(lambda text: f"{text}x")


def write(folder: Path, content: str | bytes) -> Path:
    file = folder / "mine.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def read(folder: Path, content: str | bytes) -> tuple[list[Utterance], list[str]]:
    told: list[str] = []
    return list(read_utterances(write(folder, content), told.append)), told


def test_columns_are_found_by_name_wherever_they_stand(tmp_path: Path) -> None:
    found, told = read(tmp_path, "﻿id, Intent ,TEXT\n1,greet,hello\n\n2,bye,so long\n")
    assert found == [Utterance("hello", "greet"), Utterance("so long", "bye")]
    assert told == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "mine.csv is empty"),
        ("\n \n", "mine.csv is empty"),
        ("text,intent\n", "has columns but no rows"),
        ("text,label\na,b\n", "mine.csv:1: the column intent is missing; the first line names 'text', 'label'"),
        ("hello,greet\n", "mine.csv:1: the columns text and intent are missing"),
        ("text;intent\na;b\n", "something else than commas"),
        ("text,intent\nhi,greet\nbye\n", "mine.csv:3: line 3 has no intent"),
        ('text,intent\n"two\nlines",greet\n,bye\n', "mine.csv:4: line 4 has no text"),
        ("text,intent\n" + ",x\n" * 5, "line 2 has no text, line 3 has no text, line 4 has no text, and 2 more rows"),
        (b"text,intent\nhi,greet\ncaf\xe9,order\n", "mine.csv:3: not UTF-8"),
        ("text,intent\n" + "x" * 200_000 + ",greet\n", "mine.csv:2: not CSV"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(DataError) as raised:
        read(tmp_path, content)
    assert said in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.csv cannot be read: No such file"):
        read_utterances(tmp_path / "none.csv", print)


def test_a_row_without_text_in_hundreds_is_left_out_and_told(tmp_path: Path) -> None:
    rows = "".join(f"text {number},a\n" for number in range(200))
    found, told = read(tmp_path, f"text,intent\n{rows},a\n")
    assert len(found) == 200
    assert told == ["mine.csv: 1 of 201 rows without text left out, the first on line 202"]


def test_a_row_without_intent_is_never_left_out(tmp_path: Path) -> None:
    rows = "".join(f"text {number},a\n" for number in range(200))
    with pytest.raises(DataError, match="line 202 has no intent"):
        read(tmp_path, f"text,intent\n{rows}lost,\n")


@QUIET
@given(rows=st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=8))
def test_whatever_csv_can_hold_comes_back(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    file = tmp_path / "wild.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("text", "intent"), *rows])
    found = read_utterances(file, print)
    assert [(one.text, one.intent) for one in found] == [(text, intent.strip()) for text, intent in rows]


@QUIET
@given(content=st.binary(max_size=300))
def test_no_file_is_too_wild_for_a_clear_error(tmp_path: Path, content: bytes) -> None:
    try:
        found, _ = read(tmp_path, b"text,intent\n" + content)
    except DataError:
        return
    assert all(one.text.strip() and one.intent.strip() for one in found)
