from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.errors import CatalogError
from training.pretrain.corpus import FEWEST, PER_INTENT, WRITTEN, read_corpus, read_written


def write_csv(path: Path, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


def write_split(data: Path, name: str, split: str, intents: dict[str, int]) -> None:
    rows = [(f"{intent} {number} {split}", intent) for intent, count in intents.items() for number in range(count)]
    write_csv(data / "intents" / name / f"{split}.csv", ("text", "intent"), rows)


def test_takes_few_rows_of_each_intent_evenly(tmp_path: Path) -> None:
    write_split(tmp_path, "hwu64", "train", {"lamp_on": 300, "lampOff": 10, "rare": 2})
    taught = read_corpus(tmp_path, ("hwu64",), np.random.default_rng(1))["hwu64"]
    assert {intent.name: len(intent.utterances) for intent in taught} == {"lamp on": PER_INTENT, "lamp off": 10}
    assert all(len(set(intent.utterances)) == len(intent.utterances) for intent in taught)


def test_reads_training_splits_only(tmp_path: Path) -> None:
    for split in ("train", "valid", "test", "train_5"):
        write_split(tmp_path, "snips", split, {"PlayMusic": 20})
    (taught,) = read_corpus(tmp_path, ("snips",), np.random.default_rng(1))["snips"]
    assert all(text.endswith(" train") for text in taught.utterances)


def test_describes_each_service_in_its_own_words(tmp_path: Path) -> None:
    turns = [
        (split, f"turn {number} of {service}", service, "FindProvider", f"Find a {service}")
        for split in ("train", "dev", "test")
        for service in ("dentist", "doctor")
        for number in range(9)
    ]
    columns = ("split", "text", "service", "intent", "description")
    write_csv(tmp_path / "intents/sgd/opening_turns.csv", columns, [*turns, *turns])
    dentist, doctor = read_corpus(tmp_path, ("sgd",), np.random.default_rng(1))["sgd"]
    assert (dentist.name, dentist.description) == ("find provider", "Find a dentist")
    assert doctor.description in doctor.phrasings
    assert sorted(doctor.utterances) == sorted({text for split, text, service, *_ in turns if service == "doctor"})


def test_our_own_intents_are_many_described_and_of_one_desk_each() -> None:
    taught = read_written()
    assert len(taught) >= 600
    assert len({intent.domain for intent in taught}) >= 30
    assert all(intent.description and len(set(intent.utterances)) >= FEWEST for intent in taught)
    assert not any("bank" in intent.domain for intent in taught), "BANKING77 has to stay unseen"


def test_our_own_intents_need_no_data_beside_the_code(tmp_path: Path) -> None:
    assert read_corpus(tmp_path, (WRITTEN,), np.random.default_rng(1))[WRITTEN] == read_written()


def test_a_broken_file_of_our_own_is_named(tmp_path: Path) -> None:
    (tmp_path / "desk.yml").write_text("ask:\n  descripton: Someone asks.\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=r"desk\.yml"):
        read_written(tmp_path)
