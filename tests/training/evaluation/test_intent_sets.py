from __future__ import annotations

from pathlib import Path

import pytest

from training.evaluation.intent_sets import Utterance, read_schema_guided, read_split


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name, text in {
        "mine/train.csv": 'text,intent\n"well, hello",greet\nbye now,goodbye\nhm,out_of_scope\n',
        "mine/valid.csv": "text,intent\nhi,greet\n",
        "sgd/opening_turns.csv": "split,text,service,intent,description\n"
        "train,a taxi,Rides_1,GetRide,Book a cab\n"
        "train,a cab,Rides_2,GetRide,Order a taxi\n"
        "train,a cab now,Rides_2,GetRide,Order a taxi\n"
        "test,never,Rides_2,GetRide,Order a taxi\n",
    }.items():
        file = tmp_path / "intents" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def test_splits_are_read_in_order(data: Path) -> None:
    assert read_split(data, "mine", "train", "valid").utterances[0] == Utterance("well, hello", "greet")
    assert read_split(data, "mine", "train", "valid").by_intent() == {
        "goodbye": ["bye now"],
        "greet": ["well, hello", "hi"],
    }


def test_of_services_that_share_an_intent_the_busiest_is_taken(data: Path) -> None:
    turns = read_schema_guided(data, ("train", "dev"))
    assert turns.by_intent() == {"GetRide": ["a cab", "a cab now"]}
    assert turns.descriptions == {"GetRide": "Order a taxi"}


def test_a_missing_split_is_an_error(data: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_split(data, "mine", "test")
