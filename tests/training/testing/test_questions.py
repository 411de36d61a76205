from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.catalog import Catalog
from tests.builders import ORDER_ID, catalog, intent
from training.evaluation.csv_rows import DataError
from training.testing.questions import MOST_ASKED, Fold, cut, read_questions

ROOT = Path("intents")


def cut_all(known: Catalog, folds: int = 5) -> tuple[Fold, ...]:
    return cut(known, dict.fromkeys(known.intents, "new"), folds, ROOT)


def asked(folds: Sequence[Fold]) -> list[tuple[str, str]]:
    return sorted((one.intent, one.text) for fold in folds for one in fold.questions)


@given(st.dictionaries(st.sampled_from("abcd"), st.lists(st.text(min_size=1), max_size=12), min_size=1))
def test_each_example_is_asked_once_of_a_bot_that_has_not_learnt_it(written: dict[str, list[str]]) -> None:
    known = catalog(*(intent(name, examples=texts) for name, texts in written.items()))
    if not any(written.values()):
        with pytest.raises(DataError, match="no examples"):
            cut_all(known)
        return
    folds = cut_all(known)
    assert asked(folds) == sorted({(name, text) for name, texts in written.items() for text in texts})
    for fold in folds:
        learnt = {one.text.casefold() for each in fold.catalog.intents.values() for one in each.examples}
        assert not learnt & {one.text.casefold() for one in fold.questions}


def test_folds_of_an_intent_are_even() -> None:
    folds = cut_all(catalog(intent("a", examples=[f"sentence {number}" for number in range(12)])))
    sizes = [len(fold.questions) for fold in folds]
    assert (max(sizes), sum(sizes)) == (3, 12)


def test_one_more_example_moves_few_others() -> None:
    texts = [f"sentence {number}" for number in range(40)]

    def places(written: list[str]) -> dict[str, int]:
        folds = cut_all(catalog(intent("a", examples=written)))
        return {one.text: number for number, fold in enumerate(folds) for one in fold.questions}

    before, after = places(texts), places([*texts, "one more"])
    assert sum(before[text] != after[text] for text in texts) <= 8


def test_what_reads_the_same_is_held_out_together() -> None:
    known = catalog(intent("a", examples=["where is A-1042", "Where is B-2044"], slots=[ORDER_ID]), intent("b"))
    [fold] = cut_all(known)
    assert len(fold.questions) == 2
    assert fold.catalog.intents["a"].examples == ()


def test_a_sentence_of_two_intents_is_known_to_neither_when_it_is_asked() -> None:
    known = catalog(intent("a", examples=["same", "other"]), intent("b", examples=["same", "third"]))
    [fold] = [fold for fold in cut_all(known) if any(one.text == "same" for one in fold.questions)]
    assert {one.intent for one in fold.questions if one.text == "same"} == {"a", "b"}
    assert "same" not in [one.text for each in fold.catalog.intents.values() for one in each.examples]


def test_stages_stay_what_they_are_in_the_bot_that_serves() -> None:
    known = catalog(intent("a", examples=["one", "two"]), intent("b"))
    for fold in cut(known, {"a": "mature", "b": "new"}, 2, ROOT):
        assert {name: each.stage for name, each in fold.catalog.intents.items()} == {"a": "mature", "b": "new"}


def test_of_a_large_intent_a_part_is_asked_and_the_rest_always_learnt() -> None:
    folds = cut_all(catalog(intent("a", examples=[f"s {number}" for number in range(MOST_ASKED + 50)])))
    assert len(asked(folds)) == MOST_ASKED


def test_a_question_says_where_it_is_written() -> None:
    known = catalog(intent("a", examples=["one"]))
    [fold] = cut_all(known)
    assert [one.where for one in fold.questions] == ["test.yml:1"]
    away = intent("a", examples=["one"])
    outside = replace(
        away, examples=tuple(replace(one, source=replace(one.source, file=Path("/x.yml"))) for one in away.examples)
    )
    [fold] = cut_all(Catalog({"a": outside}))
    assert [one.where for one in fold.questions] == ["/x.yml:1"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "asked.csv"


def test_rows_of_a_file_are_asked(file: Path) -> None:
    file.write_text("text,intent\nhello,greet\nwhat,out_of_scope\n", "utf-8")
    told: list[str] = []
    found = read_questions(file, catalog(intent("greet", examples=["hi"])), told.append)
    assert [(one.text, one.intent) for one in found] == [("hello", "greet"), ("what", "out_of_scope")]
    assert told == []


def test_a_file_that_repeats_examples_is_told_of(file: Path) -> None:
    file.write_text("text,intent\nHi,greet\nhello,greet\n", "utf-8")
    told: list[str] = []
    read_questions(file, catalog(intent("greet", examples=["hi"])), told.append)
    assert "1 of 2 messages are also examples" in told[0]


def test_intents_that_are_not_there_are_named_with_the_nearest(file: Path) -> None:
    file.write_text("text,intent\nhello,gret\nhi,gret\nbye,nothing\n", "utf-8")
    with pytest.raises(DataError, match=r"gret \(2 rows; did you mean greet\?\), nothing \(1 rows\)"):
        read_questions(file, catalog(intent("greet")), print)
