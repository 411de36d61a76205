"""Sets of utterances to judge a bot on: public ones with all their splits, or any folder of CSV files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path

import numpy as np

from training.evaluation.csv_rows import ALLOWED, DataError, Utterance, read_utterances
from training.evaluation.intent_sets import OUT_OF_SCOPE, IntentSet, read_turns

LAYOUTS = (
    "Allowed are: a folder with intents/NAME/train.csv, test.csv and so on; a folder with train.csv and test.csv; "
    "a folder with one CSV file; or that file itself"
)
SEED = 0
HELD_OUT = 0.2
"""Of each intent, where the data come without a split."""

SCHEMA_GUIDED = "opening_turns.csv"
STRANGERS = {"oos": "out-of-scope", "id_oos": "near out-of-scope", "ood_oos": "far out-of-scope"}
"""Files of messages that no intent covers, by what their name begins with, and what they are called."""

Reader = Callable[[], tuple[Utterance, ...]]


@dataclass(frozen=True, slots=True)
class DataSet:
    """A set whose splits are read when they are asked for, and not before: a test split is not opened by accident.

    `splits` by name: train, train_5, train_10, valid, test, and those that begin with a key of STRANGERS. `notes` say
    in words which of them were made and how, and, once read, what had to be left out.
    """

    name: str
    splits: Mapping[str, Reader]
    descriptions: Mapping[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def read(self, *names: str) -> IntentSet:
        """Some splits, as one. Raises DataError: there is no such split, or it cannot be read."""
        for name in names:
            if name not in self.splits:
                raise DataError(f"{self.name} has no split {name}; it has {', '.join(sorted(self.splits))}. {LAYOUTS}.")
        return IntentSet(self.name, tuple(one for name in names for one in self.splits[name]()), self.descriptions)

    def in_scope(self, name: str) -> tuple[Utterance, ...]:
        """The utterances of a split that mean an intent."""
        return tuple(one for one in self.read(name).utterances if one.intent != OUT_OF_SCOPE)

    def examples_of(self, name: str) -> dict[str, list[str]]:
        """Texts of each intent in a split."""
        return self.read(name).by_intent()

    def strangers(self, asked: str) -> dict[str, tuple[Utterance, ...]]:
        """Messages that no intent covers, by kind, for the split `asked`: its own and those in files beside it."""
        own = tuple(one for one in self.read(asked).utterances if one.intent == OUT_OF_SCOPE)
        found = {STRANGERS["oos"]: own} if own else {}
        for begins, kind in STRANGERS.items():
            if f"{begins}_{asked}" in self.splits:
                found[kind] = found.get(kind, ()) + self.read(f"{begins}_{asked}").utterances
        return found


def open_data_sets(data: Path, asked: str, names: Sequence[str] = ()) -> dict[str, DataSet]:
    """The sets in `data`, to be judged on the split `asked` (valid or test): `names`, or all of them by alphabet.

    Raises DataError: nothing that is a set, none of that name, or one that lacks what it needs.
    """
    found = find_data_sets(data)
    strange = [name for name in names if name not in found]
    if strange:
        raise DataError(f"{data} has no set {', '.join(strange)}. It has: {', '.join(found)}.")
    opened = {name: _open(name, found[name], asked) for name in names or found}
    for one in opened.values():
        check(one, asked)
    return opened


def find_data_sets(data: Path) -> dict[str, tuple[Path, ...]]:
    """The files of each set in `data`, sets in alphabetical order. Raises DataError: there is none."""
    if data.is_file():
        return {data.stem: (data,)}
    if not data.is_dir():
        raise DataError(f"{data} is not there. {LAYOUTS}.")
    root = data / "intents" if (data / "intents").is_dir() else data
    files = tuple(sorted(root.glob("*.csv")))
    if files:
        return {root.resolve().name: files}
    folders = (folder for folder in sorted(root.iterdir()) if folder.is_dir())
    sets = {folder.name: files for folder in folders if (files := tuple(sorted(folder.glob("*.csv"))))}
    if not sets:
        raise DataError(f"{data} has no CSV files. {LAYOUTS}. {ALLOWED}.")
    return sets


def _open(name: str, files: Sequence[Path], asked: str) -> DataSet:
    by_name = {file.stem: file for file in files}
    if SCHEMA_GUIDED.removesuffix(".csv") in by_name:
        return _open_schema_guided(name, by_name[SCHEMA_GUIDED.removesuffix(".csv")], asked)
    if "train" in by_name:
        return _with_shots(_with_asked(_of_files(name, by_name), asked))
    if len(files) == 1:
        return _with_shots(_with_asked(_of_files(name, {"train": files[0]}), asked))
    raise DataError(f"{files[0].parent} has {', '.join(file.name for file in files)}, but no train.csv. {LAYOUTS}.")


def _of_files(name: str, files: Mapping[str, Path]) -> DataSet:
    notes: list[str] = []
    readers = {split: _once(partial(read_utterances, file, notes.append)) for split, file in files.items()}
    return DataSet(name, readers, notes=notes)


def _open_schema_guided(name: str, file: Path, asked: str) -> DataSet:
    """Intents of the asked split's services, each by its own description; they come without examples to learn from."""
    try:
        turns = read_turns(file, ("dev",) if asked == "valid" else (asked,))
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise DataError(f"{file} cannot be read as turns of Schema-Guided Dialogue: {error}.") from error
    return DataSet(name, {asked: lambda: turns.utterances}, turns.descriptions)


def _with_asked(opened: DataSet, asked: str) -> DataSet:
    """The set with the split `asked`, held out of its training data where it has none."""
    if asked in opened.splits:
        return opened
    train, held_out = split_stratified(opened.read("train").utterances)
    opened.notes.append(f"{asked}: {HELD_OUT:.0%} of each intent's rows, held out of train by seed {SEED}")
    kept = {name: reader for name, reader in opened.splits.items() if name not in ("train_5", "train_10")}
    splits: dict[str, Reader] = {**kept, "train": lambda: train, asked: lambda: held_out}
    return replace(opened, splits=splits)


def _with_shots(opened: DataSet) -> DataSet:
    """The set with train_5 and train_10, drawn from its training data where they are not there."""
    missing = [shots for shots in (5, 10) if f"train_{shots}" not in opened.splits]
    made = {f"train_{shots}": _once(partial(_draw, opened, shots)) for shots in missing}
    if made:
        opened.notes.append(f"{' and '.join(made)}: drawn from train by seed {SEED}")
    return replace(opened, splits={**opened.splits, **made})


def _draw(opened: DataSet, shots: int) -> tuple[Utterance, ...]:
    """Up to `shots` different texts of each intent; those of fewer shots are among those of more."""
    generator = np.random.default_rng(SEED)
    chosen = []
    for intent, texts in opened.read("train").by_intent().items():
        unique = list(dict.fromkeys(texts))
        chosen += [Utterance(unique[i], intent) for i in generator.permutation(len(unique))[:shots]]
    return tuple(chosen)


def split_stratified(
    utterances: Sequence[Utterance], share: float = HELD_OUT, seed: int = SEED
) -> tuple[tuple[Utterance, ...], tuple[Utterance, ...]]:
    """Train and test, `share` of each intent's different texts in test: at least one, if the intent has two.

    A text under several intents is kept in train only, for no answer to it would be right. Messages out of scope all
    go to test, for no intent learns from them. Raises DataError when nothing could be held out.
    """
    generator = np.random.default_rng(seed)
    meant: dict[str, dict[str, None]] = {}
    for one in dict.fromkeys(utterances):
        meant.setdefault(one.text, {})[one.intent] = None
    train = [one for one in dict.fromkeys(utterances) if len(meant[one.text]) > 1 and one.intent != OUT_OF_SCOPE]
    test: list[Utterance] = []
    grouped: dict[str, list[Utterance]] = {}
    for text, intents in meant.items():
        if len(intents) == 1:
            grouped.setdefault(next(iter(intents)), []).append(Utterance(text, next(iter(intents))))
    for intent, rows in sorted(grouped.items()):
        order = [rows[i] for i in generator.permutation(len(rows))]
        count = len(rows) if intent == OUT_OF_SCOPE else min(max(1, round(share * len(rows))), len(rows) - 1)
        test += order[:count]
        train += order[count:]
    if not any(one.intent != OUT_OF_SCOPE for one in test):
        raise DataError("no intent has two different texts: there is nothing to hold out. Add more utterances.")
    return tuple(train), tuple(test)


def check(opened: DataSet, asked: str) -> None:
    """Raises DataError: fewer than two intents, or messages of intents that are not learnt."""
    if "train" not in opened.splits:
        return
    learnt = {one.intent for one in opened.in_scope("train")}
    if len(learnt) < 2:
        raise DataError(
            f"{opened.name} has only {'the intent ' + next(iter(learnt)) if learnt else 'messages out of scope'} in "
            "its training data: with fewer than two intents there is nothing to tell apart. Add rows of another intent."
        )
    judged = opened.in_scope(asked)
    if not judged:
        raise DataError(f"{opened.name} has no messages in its split {asked} that mean an intent.")
    for split in ("train_5", "train_10", asked):
        strange = sorted({one.intent for one in opened.in_scope(split)} - learnt)
        if strange:
            raise DataError(
                f"{opened.name}: {split} has intents that train does not have: {', '.join(strange[:5])}. Name them as "
                f"train does, or take them out; messages that mean no intent are called {OUT_OF_SCOPE}."
            )


def thin(opened: DataSet, asked: str, most: int) -> DataSet:
    """The set with at most `most` messages in each file of the split `asked`, drawn by SEED; its notes say so."""
    splits = dict(opened.splits)
    for name in (asked, *(f"{begins}_{asked}" for begins in STRANGERS)):
        rows = opened.read(name).utterances if name in splits else ()
        if len(rows) > most:
            chosen = sorted(np.random.default_rng(SEED).permutation(len(rows))[:most])
            splits[name] = partial(tuple, [rows[i] for i in chosen])
            opened.notes.append(f"{name}: {most:,} of {len(rows):,} messages, drawn by seed {SEED}")
    return replace(opened, splits=splits)


def _once(read: Reader) -> Reader:
    """Read at the first call only."""
    return cache(read)
