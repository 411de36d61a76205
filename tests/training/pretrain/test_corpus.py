from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.pretrain.corpus import PER_INTENT, read_corpus


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
