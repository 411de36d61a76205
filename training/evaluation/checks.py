"""How often `ripen check` is right: python -m training.evaluation.checks [--desks FOLDER] [--bundle models].

A bot is made of each file of a folder of desks, by default those of training/pretrain, and checked. They were written
to be sound and to differ, so what is found there is, as a rule, mistaken. Then one example in fifty is moved to another
intent, and it is counted how many of these `misplaced-example` finds.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.catalog.catalog import Catalog, Example
from bot.catalog.loader import load_catalog
from bot.checks.check import Subject, check_bot
from bot.checks.meanings import Writing, check_meanings
from bot.checks.memory import Memory
from bot.config import Settings
from bot.detectors.base import Encoder
from bot.detectors.batches import BatchEncoder
from bot.detectors.embedding_cache import CachedEncoder
from bot.detectors.encoder import MEANING, OnnxEncoder
from bot.errors import Problem
from bot.models.registry import active

ROOT = Path(__file__).parents[2]
DESKS = ROOT / "training" / "pretrain" / "intents"
SEED = 7
MOVED = 50
"""One example in so many is moved."""


def check_desks(desks: Path, encoder: Encoder) -> Iterator[tuple[Path, int, tuple[Problem, ...]]]:
    """Each desk as a bot of its own: the file, its examples, and what is found."""
    for file in sorted(desks.glob("*.yml")):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(file, folder)
            settings = Settings(intents=Path(folder))
            report = check_bot(Subject(settings, Path(folder) / "config.yml", encoder=encoder))
        yield file, report.examples, report.problems


def move_some(catalog: Catalog, generator: random.Random) -> tuple[Catalog, set[str]]:
    """The catalog with one example in MOVED under another intent, and the texts of those."""
    owned = [(name, example) for name, intent in catalog.intents.items() for example in intent.examples]
    moved = generator.sample(owned, max(1, len(owned) // MOVED))
    lists: dict[str, list[Example]] = {name: list(intent.examples) for name, intent in catalog.intents.items()}
    for name, example in moved:
        lists[name].remove(example)
        lists[generator.choice([other for other in lists if other != name])].append(example)
    intents = {name: replace(intent, examples=tuple(lists[name])) for name, intent in catalog.intents.items()}
    return Catalog(intents), {example.text for _, example in moved}


def count_recalled(desks: Path, encoder: Encoder) -> tuple[int, int]:
    """How many examples were moved, and how many of them are found."""
    generator, moved, found = random.Random(SEED), 0, 0
    for file in sorted(desks.glob("*.yml")):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(file, folder)
            changed, texts = move_some(load_catalog(Path(folder)), generator)
        writing = Writing.of(changed)
        problems = [finding.problem for finding in check_meanings(writing, writing.embed(encoder), Memory(None))]
        told = {problem.sentence for problem in problems if problem.rule == "misplaced-example"}
        moved, found = moved + len(texts), found + len(texts & told)
    return moved, found


def main() -> None:
    """Print counts by rule, the sentences, and the share of moved examples that is found."""
    parser = argparse.ArgumentParser(prog="python -m training.evaluation.checks", description=__doc__)
    parser.add_argument("--desks", type=Path, default=DESKS)
    parser.add_argument("--bundle", type=Path, default=ROOT / "models")
    asked = parser.parse_args()
    bundle = active(asked.bundle)
    load = partial(OnnxEncoder.from_bundle, bundle, outputs=(MEANING,))
    batches = BatchEncoder(load, bundle.fingerprint, bundle.manifest.dimensions)
    with tempfile.TemporaryDirectory() as scratch:
        encoder = CachedEncoder(batches, Path(scratch) / "meanings.db")
        bots = examples = 0
        rules: Counter[str] = Counter()
        for file, number, problems in check_desks(asked.desks, encoder):
            bots, examples = bots + 1, examples + number
            rules.update(problem.rule for problem in problems)
            for problem in problems:
                if problem.rule != "nothing-to-do":
                    print(f"{file.name}:{problem.line}: {problem.message} [{problem.rule}]")
        print(f"\n{bots} bots, {examples} examples")
        for rule, number in rules.most_common():
            print(f"{number:6} {rule}")
        moved, found = count_recalled(asked.desks, encoder)
        print(f"misplaced-example finds {found} of {moved} moved examples")


if __name__ == "__main__":
    main()
