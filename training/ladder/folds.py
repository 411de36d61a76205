"""A bot's mature intents, cut for cross-validation: in each fold some examples, and some whole intents, are held out.

A body is trained for every fold, on the lessons of that fold only. One held-out part would cost a single training, but
on bots of a few hundred examples its standard error is wider than anything that a rung could win.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from bot.catalog.catalog import Catalog, Example, Intent, Stage, read_name
from bot.detectors.graduation import TUNABLE_EXAMPLES, TUNABLE_INTENTS
from training.rungs.base import Lesson, TrainingError

EXAMPLES_JUDGED = 200
"""Of an intent, drawn by the seed, to be dealt to the folds."""
EXAMPLES_TAUGHT = 500
"""Of an intent, evenly spread, to the body that is to serve: as many as ten epochs of fifty draw at most."""
ASKED = 20
"""Held-out examples of an intent that a fold puts to the detector, at most."""


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence that the body has not seen, and the intent that it belongs to."""

    text: str
    intent: str


@dataclass(frozen=True, slots=True)
class Fold:
    """What a body may learn from, and what it is then asked.

    `alone` is the bot without the hidden intents, whose examples are strangers to it; in `mixed` they are newcomers,
    known by their cards. `known` are held-out examples of the lessons' intents, `hidden` examples of the hidden ones.
    """

    number: int
    lessons: tuple[Lesson, ...]
    alone: Catalog
    mixed: Catalog
    known: tuple[Question, ...]
    hidden: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Syllabus:
    """The mature intents with examples that belong to them alone; the others of the bot; the sentences left out."""

    mature: Mapping[str, Intent]
    new: Mapping[str, Intent]
    shared: tuple[str, ...]

    @classmethod
    def read(cls, catalog: Catalog, mature: Sequence[str]) -> Syllabus:
        """From a catalog and the names of its mature intents. Raises TrainingError when they are too few."""
        owners = Counter(text for intent in catalog.intents.values() for text in _texts(intent))
        shared = frozenset(text for text, count in owners.items() if count > 1)
        read = {name: _without(intent, shared) for name, intent in catalog.intents.items()}
        names = {name for name in mature if len(_texts(read[name])) >= TUNABLE_EXAMPLES}
        if len(names) < TUNABLE_INTENTS:
            raise TrainingError(
                f"training needs {TUNABLE_INTENTS} mature intents with {TUNABLE_EXAMPLES} examples or more, to learn "
                f"from and to be judged by; this bot has {len(names)} (ripen intents lists them). Until then the "
                "encoder as it is serves it best."
            )
        return cls(
            {name: intent for name, intent in read.items() if name in names},
            {name: intent for name, intent in read.items() if name not in names},
            tuple(sorted(shared)),
        )

    def lessons(self) -> tuple[Lesson, ...]:
        """What the body that is to serve learns from: all of it, but for intents of more than EXAMPLES_TAUGHT."""
        return tuple(_lesson(intent, _spread(_texts(intent), EXAMPLES_TAUGHT)) for intent in self.mature.values())

    def cut(self, folds: int, seed: int) -> tuple[Fold, ...]:
        """Each mature intent is hidden once, each of its examples held out once. Deterministic."""
        generator = np.random.default_rng(seed)
        names = sorted(self.mature)
        hidden = dict(zip(names, (generator.permutation(len(names)) % folds).tolist(), strict=True))
        parts = {name: self._deal(name, folds, generator) for name in names}
        return tuple(self._fold(number, hidden, parts) for number in range(folds))

    def _deal(self, name: str, folds: int, generator: np.random.Generator) -> list[list[str]]:
        texts = _texts(self.mature[name])
        chosen = [texts[at] for at in generator.permutation(len(texts))[:EXAMPLES_JUDGED]]
        first = int(generator.integers(folds))
        return [chosen[(first + part) % folds :: folds] for part in range(folds)]

    def _fold(self, number: int, hidden: Mapping[str, int], parts: Mapping[str, list[list[str]]]) -> Fold:
        kept = {
            name: [text for part, texts in enumerate(parts[name]) if part != number for text in texts]
            for name in self.mature
            if hidden[name] != number
        }
        taught = {name: _with(self.mature[name], texts, "mature") for name, texts in kept.items()}
        new = {name: replace(intent, stage="new") for name, intent in self.new.items()}
        newcomers = {name: _with(self.mature[name], (), "new") for name in self.mature if name not in kept}
        return Fold(
            number,
            tuple(_lesson(self.mature[name], texts) for name, texts in kept.items()),
            Catalog({**taught, **new}),
            Catalog({**taught, **newcomers, **new}),
            tuple(Question(text, name) for name in kept for text in parts[name][number][:ASKED]),
            tuple(Question(text, name) for name in newcomers for text in list(chain(*parts[name]))[:ASKED]),
        )


def _lesson(intent: Intent, texts: Sequence[str]) -> Lesson:
    card = dict.fromkeys(text for text in (read_name(intent.name), intent.description.strip()) if text)
    return Lesson(intent.name, tuple(card), tuple(texts))


def _spread(texts: Sequence[str], most: int) -> list[str]:
    """At most so many, evenly spread."""
    return [texts[at] for at in np.linspace(0, len(texts) - 1, min(len(texts), most)).astype(np.intp).tolist()]


def _texts(intent: Intent) -> list[str]:
    return list(dict.fromkeys(example.text for example in intent.examples if example.text.strip()))


def _with(intent: Intent, texts: Sequence[str], stage: Stage) -> Intent:
    return replace(intent, examples=tuple(Example(text, intent.source) for text in texts), stage=stage)


def _without(intent: Intent, shared: frozenset[str]) -> Intent:
    return replace(intent, examples=tuple(example for example in intent.examples if example.text not in shared))
