from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.evaluation.csv_rows import DataError, Utterance
from training.evaluation.data_sets import find_data_sets, open_data_sets, split_stratified, thin
from training.evaluation.intent_sets import OUT_OF_SCOPE


def write(file: Path, rows: dict[str, int], word: str = "row") -> Path:
    """`rows` of each intent."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{word} {number} of {intent},{intent}" for intent, count in rows.items() for number in range(count)]
    file.write_text("\n".join(["text,intent", *lines]), encoding="utf-8")
    return file


def test_a_public_set_comes_as_it_is(tmp_path: Path) -> None:
    for split in ("train", "train_5", "train_10", "valid", "oos_valid"):
        write(tmp_path / "intents" / "mine" / f"{split}.csv", {"a": 3, "b": 2}, split)
    opened = open_data_sets(tmp_path, "valid")["mine"]
    assert opened.notes == []
    assert [one.text for one in opened.in_scope("valid")][:1] == ["valid 0 of a"]
    assert [one.text for one in opened.strangers("valid")["out-of-scope"]][:1] == ["oos_valid 0 of a"]


def test_a_test_split_is_not_opened_unless_it_is_asked(tmp_path: Path) -> None:
    write(tmp_path / "train.csv", {"a": 5, "b": 5})
    write(tmp_path / "valid.csv", {"a": 2, "b": 2})
    (tmp_path / "test.csv").write_bytes(b"\xff")
    assert open_data_sets(tmp_path, "valid")
    with pytest.raises(DataError, match=r"test\.csv:1: not UTF-8"):
        open_data_sets(tmp_path, "test")


@pytest.mark.parametrize("given_as", ["file", "folder"])
def test_one_file_is_split_for_every_intent(tmp_path: Path, given_as: str) -> None:
    file = write(tmp_path / "mine" / "all.csv", {"a": 20, "b": 10, "rare": 2, OUT_OF_SCOPE: 4})
    (opened,) = open_data_sets(file if given_as == "file" else file.parent, "test").values()
    train, test = opened.examples_of("train"), opened.examples_of("test")
    assert {intent: len(texts) for intent, texts in test.items()} == {"a": 4, "b": 2, "rare": 1}
    assert {intent: len(texts) for intent, texts in train.items()} == {"a": 16, "b": 8, "rare": 1}
    assert not {text for texts in train.values() for text in texts} & {
        text for texts in test.values() for text in texts
    }
    assert len(opened.strangers("test")["out-of-scope"]) == 4
    assert {len(texts) for texts in opened.examples_of("train_5").values()} == {5, 1}
    assert set(opened.examples_of("train_5")["a"]) < set(opened.examples_of("train_10")["a"]) < set(train["a"])
    assert len(opened.notes) == 2


def test_a_split_that_is_missing_takes_the_few_shot_draws_with_it(tmp_path: Path) -> None:
    """They may hold what is held out now."""
    write(tmp_path / "train.csv", {"a": 20, "b": 20})
    write(tmp_path / "train_5.csv", {"a": 5, "b": 5}, "usual")
    opened = open_data_sets(tmp_path, "valid")[tmp_path.name]
    assert not set(opened.examples_of("train_5")["a"]) & set(opened.examples_of("valid")["a"])
    assert "usual 0 of a" not in opened.examples_of("train_5")["a"]


def test_sub_folders_are_sets(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name / "train.csv", {"a": 5, "b": 5})
        write(tmp_path / name / "test.csv", {"a": 2, "b": 2})
    assert list(find_data_sets(tmp_path)) == ["one", "two"]
    assert list(open_data_sets(tmp_path, "test", ["two"])) == ["two"]
    with pytest.raises(DataError, match=r"has no set three\. It has: one, two"):
        open_data_sets(tmp_path, "test", ["three"])


def test_turns_that_open_an_intent_come_with_descriptions(tmp_path: Path) -> None:
    file = tmp_path / "intents" / "sgd" / "opening_turns.csv"
    file.parent.mkdir(parents=True)
    file.write_text(
        "split,text,service,intent,description\ndev,a taxi,Rides_1,GetRide,Book a cab\n"
        "test,never,Rides_1,GetRide,Book\n",
        encoding="utf-8",
    )
    opened = open_data_sets(tmp_path, "valid")["sgd"]
    assert opened.in_scope("valid") == (Utterance("a taxi", "GetRide"),)
    assert opened.descriptions == {"GetRide": "Book a cab"}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "has no CSV files"),
        ({"one.csv": {"a": 3, "b": 3}, "two.csv": {"a": 3, "b": 3}}, "has one.csv, two.csv, but no train.csv"),
        ({"all.csv": {"only": 9}}, "has only the intent only in its training data"),
        ({"all.csv": {"a": 1, "b": 1}}, "nothing to hold out"),
        ({"train.csv": {"a": 3, "b": 3}, "test.csv": {"a": 3, "c": 1}}, "test has intents that train does not have: c"),
        ({"train.csv": {"a": 3, "b": 3}, "test.csv": {OUT_OF_SCOPE: 3}}, "no messages in its split test"),
    ],
)
def test_what_cannot_be_judged_on_is_refused(tmp_path: Path, files: dict[str, dict[str, int]], said: str) -> None:
    for name, rows in files.items():
        write(tmp_path / name, rows)
    with pytest.raises(DataError) as raised:
        open_data_sets(tmp_path, "test")
    assert said in str(raised.value)


def test_a_path_to_nothing_says_what_is_allowed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"is not there\. Allowed are: "):
        open_data_sets(tmp_path / "nowhere", "test")


@given(
    st.lists(
        st.builds(Utterance, st.sampled_from("abcdefghijklmnop"), st.sampled_from(["x", "y", OUT_OF_SCOPE])),
        min_size=1,
        max_size=60,
    )
)
def test_no_text_is_both_learnt_and_asked(utterances: list[Utterance]) -> None:
    try:
        train, test = split_stratified(utterances)
    except DataError:
        return
    assert not {one.text for one in train} & {one.text for one in test}
    assert {one.intent for one in test} - {OUT_OF_SCOPE} <= {one.intent for one in train}
    assert OUT_OF_SCOPE not in {one.intent for one in train}
    assert set(train) | set(test) <= set(utterances)
    assert split_stratified(utterances) == (train, test), "the same seed splits the same"


def test_a_thinned_split_is_drawn_from_it_and_says_so(tmp_path: Path) -> None:
    write(tmp_path / "train.csv", {"a": 9, "b": 9})
    write(tmp_path / "test.csv", {"a": 9, "b": 9}, "asked")
    write(tmp_path / "oos_test.csv", {OUT_OF_SCOPE: 3}, "strange")
    whole = open_data_sets(tmp_path, "test")[tmp_path.name]
    thinned = thin(whole, "test", 5)
    assert len(thinned.in_scope("test")) == 5
    assert set(thinned.in_scope("test")) < set(whole.in_scope("test"))
    assert len(thinned.strangers("test")["out-of-scope"]) == 3
    assert thinned.in_scope("train") == whole.in_scope("train")
    assert thinned.notes[-1] == "test: 5 of 18 messages, drawn by seed 0"
