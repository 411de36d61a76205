from __future__ import annotations

import random
from pathlib import Path

from bot.catalog.loader import load_catalog
from tests.standins.encoder import WordEncoder
from training.evaluation.checks import check_desks, count_recalled, move_some

VERBS = ("find", "send", "show", "bring", "check", "fetch")


def desk(folder: Path) -> Path:
    """Two intents of 30 examples, which share no noun."""
    folder.mkdir()
    lines = []
    for name, other in (("apple", "red"), ("parcel", "late")):
        lines += [f"{name}:", f"  description: The {name} {name}.", "  responses: [b]", "  examples:"]
        lines += [f"    - {verb} the {name} {other} {at}" for verb in VERBS for at in range(5)]
    (folder / "desk.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_each_desk_is_a_bot(tmp_path: Path) -> None:
    [(file, examples, problems)] = check_desks(desk(tmp_path / "desks"), WordEncoder())
    assert (file.name, examples) == ("desk.yml", 60)
    assert {problem.rule for problem in problems} <= {"near-duplicate"}


def test_moved_examples_are_counted_and_found(tmp_path: Path) -> None:
    desks = desk(tmp_path / "desks")
    before = load_catalog(desks)
    after, texts = move_some(before, random.Random(1))
    assert len(texts) == 1
    assert sum(len(intent.examples) for intent in after.intents.values()) == 60
    assert count_recalled(desks, WordEncoder()) == (1, 1)
