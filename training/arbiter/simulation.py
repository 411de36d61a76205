"""Simulated bots of every size, made of public intents: what is mature, new or unknown in them is drawn by chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bot.detectors.base import Encoded
from bot.detectors.episodes import without
from bot.detectors.exemplars import EmbeddedIntent, Exemplars
from bot.detectors.lessons import NONE, Lessons, measure
from bot.detectors.mature import Mature
from bot.detectors.zero_shot import ZeroShot
from training.arbiter.public import Public

SHARES_OF_NEW = (0.0, 0.1, 0.2, 0.25, 0.35, 0.5, 1.0)
MESSAGES = 240
OUT_OF_SCOPE_SHARE = 0.2
FEWEST_SHOTS, MOST_SHOTS = 8, 40


@dataclass(frozen=True, slots=True)
class _Asked:
    """An intent as the bot knows it, and utterances of it that the bot has not seen."""

    known: EmbeddedIntent
    unseen: Encoded


def simulate(public: Public, bots: int, generator: np.random.Generator) -> Iterator[Lessons]:
    """Lessons from `bots` bots on each data set."""
    for _ in range(bots):
        for name in public.sets:
            yield _simulate_bot(public, name, generator)


def _simulate_bot(public: Public, name: str, generator: np.random.Generator) -> Lessons:
    pool = public.sets[name]
    most = max(1, round(len(pool) * 0.85))
    size = min(most, int(np.exp(generator.uniform(0, np.log(most + 1)))))
    count_new = round(float(generator.choice(SHARES_OF_NEW)) * size)
    order = [pool[i] for i in generator.permutation(len(pool))]
    shots = int(np.exp(generator.uniform(np.log(FEWEST_SHOTS), np.log(MOST_SHOTS))))
    matured = [_split(intent, _shots(shots, generator), generator) for intent in order[count_new:size]]
    few = generator.random() < 0.5
    new = [_split(intent, _few(generator) if few else 0, generator) for intent in order[:count_new]]
    head = Mature.train(Exemplars.gather([one.known for one in matured], public.widths))
    cards = ZeroShot.beside(head, Exemplars.gather([one.known for one in new], public.widths))
    each = max(1, round(MESSAGES * (1 - OUT_OF_SCOPE_SHARE) / size))
    asked = [one.unseen.take(generator.permutation(len(one.unseen))[:each]) for one in (*matured, *new)]
    strangers = _strangers(public, name, order[size : size + max(3, len(pool) // 7)], generator)
    truths = np.repeat([*range(size), NONE], [*(len(some) for some in asked), len(strangers)])
    return measure(head, cards, Encoded.join([*asked, strangers]), truths)


def _strangers(public: Public, name: str, hidden: list[EmbeddedIntent], generator: np.random.Generator) -> Encoded:
    """Half from hidden intents of the same set, a quarter from other sets, a quarter said to no bot."""
    wanted = round(MESSAGES * OUT_OF_SCOPE_SHARE)
    others = [intent for other, pool in public.sets.items() if other != name for intent in pool]
    sources = [Encoded.join([i.examples for i in hidden])] if hidden else []
    sources += [Encoded.join([i.examples for i in others])] if others else []
    shares = (wanted // 2, wanted // 4) if len(sources) == 2 else (wanted // 2,)
    picked = [s.take(generator.permutation(len(s))[:n]) for s, n in zip(sources, shares, strict=False)]
    unsaid = public.strangers.take(generator.permutation(len(public.strangers))[: wanted // 4])
    return Encoded.join([*picked, unsaid])


def _split(intent: EmbeddedIntent, shots: int, generator: np.random.Generator) -> _Asked:
    unseen = np.ones(len(intent.examples), np.bool_)
    unseen[generator.permutation(len(unseen))[: min(shots, len(unseen) - 3)]] = False
    return _Asked(without(intent, unseen), intent.examples.take(unseen))


def _shots(typical: int, generator: np.random.Generator) -> int:
    """Most bots are even; in some, intents differ."""
    return typical if generator.random() < 0.7 else int(generator.integers(FEWEST_SHOTS, MOST_SHOTS))


def _few(generator: np.random.Generator) -> int:
    return int(generator.integers(0, 8)) if generator.random() < 0.6 else 0
