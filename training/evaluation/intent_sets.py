"""Public intent sets, read from plain CSV files (columns: text, intent)."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.language.plain_text import read_plainly
from training.evaluation.csv_rows import Utterance

__all__ = ["OUT_OF_SCOPE", "IntentSet", "Utterance", "read_rows", "read_schema_guided", "read_split", "read_turns"]

OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class IntentSet:
    """Utterances, and the descriptions of those intents that have one."""

    name: str
    utterances: tuple[Utterance, ...]
    descriptions: Mapping[str, str] = field(default_factory=dict)

    def by_intent(self) -> dict[str, list[str]]:
        """Texts of each intent, intents in alphabetical order; out-of-scope left out."""
        grouped: dict[str, list[str]] = {}
        for utterance in self.utterances:
            if utterance.intent != OUT_OF_SCOPE:
                grouped.setdefault(utterance.intent, []).append(utterance.text)
        return dict(sorted(grouped.items()))


def read_rows(file: Path) -> list[dict[str, str]]:
    """All rows of a CSV file, in plain characters, as bots read messages. Raises FileNotFoundError."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [{name: read_plainly(text) for name, text in row.items()} for row in csv.DictReader(lines)]


def read_split(data: Path, name: str, *splits: str) -> IntentSet:
    """One or more splits of a set, as data/intents/NAME/SPLIT.csv."""
    rows = [row for split in splits for row in read_rows(data / "intents" / name / f"{split}.csv")]
    return IntentSet(name, tuple(Utterance(row["text"], row["intent"]) for row in rows))


def read_schema_guided(data: Path, splits: Sequence[str]) -> IntentSet:
    """`read_turns` of data/intents/sgd/opening_turns.csv."""
    return read_turns(data / "intents" / "sgd" / "opening_turns.csv", splits)


def read_turns(file: Path, splits: Sequence[str]) -> IntentSet:
    """Opening turns of Schema-Guided Dialogue; of services that share an intent, the one with most turns is taken."""
    rows = [row for row in read_rows(file) if row["split"] in splits]
    turns: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        turns.setdefault(row["intent"], {}).setdefault(row["service"], []).append(row["text"])
    descriptions = {(row["intent"], row["service"]): row["description"] for row in rows}
    chosen = {intent: max(services, key=lambda service: len(services[service])) for intent, services in turns.items()}
    return IntentSet(
        "sgd",
        tuple(Utterance(text, intent) for intent, service in chosen.items() for text in turns[intent][service]),
        {intent: descriptions[intent, service] for intent, service in chosen.items()},
    )
