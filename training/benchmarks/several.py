"""Several wishes in one message: joined pairs of single ones, through detection and decision as they serve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from bot.config import Settings
from bot.live import Snapshot
from bot.running import parse
from training.benchmarks.bots import acted_on, learn, make_catalog
from training.benchmarks.experiments import Subject
from training.benchmarks.figures import Measured

INTENTS = 20
"""Of a bot: as many as the bots have that hear such messages; the sets are far larger."""

PAIRS = 200
SINGLES = 15
JOINTS = ("{} and {}", "{}. {}", "{}, also {}", "{}? {}")


def several(subject: Subject) -> Iterator[Measured]:
    """Pairs: exactly both intents acted on, and one that was not meant acted on. Singles: taken for several."""
    examples, asked = subject.data.examples_of("train_10"), subject.data.examples_of(subject.asked)
    shared = sorted(set(examples) & set(asked))
    measured: dict[str, list[float]] = {}
    for draw in range(subject.draws):
        generator = np.random.default_rng(draw)
        names = generator.permutation(shared)[:INTENTS].tolist()
        catalog = make_catalog({name: examples[name] for name in names})
        bot = learn(catalog, subject.encoder, subject.prior, subject.mature_after)
        for quantity, value in _judge(bot, {name: asked[name] for name in names}, generator).items():
            measured.setdefault(quantity, []).append(value)
    for quantity, values in measured.items():
        yield subject.figure(f"several wishes, {min(INTENTS, len(shared))} intents 10-shot", quantity, *values)


def _judge(bot: Snapshot, asked: Mapping[str, Sequence[str]], generator: np.random.Generator) -> dict[str, float]:
    names = sorted(asked)
    exact, wrong = [], []
    for _ in range(PAIRS):
        first, second = generator.choice(names, 2, replace=False).tolist()
        said = str(generator.choice(JOINTS)).format(*(str(generator.choice(asked[name])) for name in (first, second)))
        acted = _acted_on(said, bot)
        exact.append(acted == {first, second})
        wrong.append(bool(acted - {first, second}))
    singles = [len(_acted_on(text, bot)) > 1 for name in names for text in asked[name][:SINGLES]]
    return {
        "pairs, both acted on": float(np.mean(exact)),
        "pairs, another acted on": float(np.mean(wrong)),
        "single messages taken for several": float(np.mean(singles)),
    }


def _acted_on(text: str, bot: Snapshot) -> frozenset[str]:
    return acted_on(parse(text, bot, Settings()).decision)
