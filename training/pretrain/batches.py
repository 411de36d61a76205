"""What is put side by side: intents of one set, half of them neighbours, since only what is alike teaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.detectors.base import Embeddings
from bot.detectors.exemplars import unit
from training.pretrain.corpus import WRITTEN, Corpus, TaughtIntent

SHARE_WRITTEN = 0.6
"""How many batches are of our own intents: they have the most desks, and descriptions."""

NAME_ALONE = 0.5
"""How often a card is the bare name, as most bots' first lines are and as the benchmarks have it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """`cards[i]` phrases the i-th intent, `utterances[j]` belongs to intent `owners[j]`."""

    cards: tuple[str, ...]
    utterances: tuple[str, ...]
    owners: npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class BatchShape:
    """Intents in a batch, and utterances of each. Many and few: 24 and 4, as long, taught less on validation data."""

    intents: int = 48
    utterances: int = 2


def draw_batches(
    corpus: Corpus, vectors: Mapping[str, Embeddings], shape: BatchShape, generator: np.random.Generator
) -> Iterator[Batch]:
    """Batches without end. `vectors` has the base's embedding of every utterance and name, to find neighbours by.

    A batch comes from one set: between sets nobody has said which intents mean the same. SHARE_WRITTEN of the batches
    are of our own; public sets are drawn by the square root of their intents, intents evenly.
    """
    names = [name for name in corpus if len(corpus[name]) > 1]
    weights = _weights(names, corpus)
    near = {name: _neighbours(corpus[name], vectors) for name in names}
    while True:
        name = names[generator.choice(len(names), p=weights)]
        chosen = _choose(corpus[name], near[name], shape.intents, generator)
        yield _fill([corpus[name][index] for index in chosen], shape.utterances, generator)


def _weights(names: Sequence[str], corpus: Corpus) -> npt.NDArray[np.float64]:
    """The chance of each set to be drawn."""
    public = np.array([0.0 if name == WRITTEN else np.sqrt(len(corpus[name])) for name in names])
    share = SHARE_WRITTEN if WRITTEN in names else 0.0
    weights = public * (1 - share) / max(public.sum(), 1e-9) + np.array([share * (name == WRITTEN) for name in names])
    total: npt.NDArray[np.float64] = weights / weights.sum()
    return total


def _neighbours(intents: Sequence[TaughtIntent], vectors: Mapping[str, Embeddings]) -> npt.NDArray[np.intp]:
    """Row i: all intents, the i-th itself first, then the most like it, those of its own domain before all others."""
    centres = unit(
        np.array(
            [
                vectors[intent.name] + np.mean([vectors[text] for text in intent.utterances], axis=0)
                for intent in intents
            ]
        )
    )
    domains = np.array([intent.domain for intent in intents])
    same = 2.0 * (domains[:, None] == domains[None]) * (domains != "")
    return np.argsort(-(centres @ centres.T) - same, axis=1, kind="stable")


def _choose(
    intents: Sequence[TaughtIntent], near: npt.NDArray[np.intp], count: int, generator: np.random.Generator
) -> list[int]:
    """Half from one neighbourhood, half from anywhere; no name twice, which could not be told apart."""
    anchor = generator.integers(len(intents))
    around = near[anchor, : max(2, count * 2 // 3)]
    wanted = [anchor, *generator.permutation(around)[: count // 2], *generator.permutation(len(intents))]
    chosen: dict[str, int] = {}
    for index in wanted:
        chosen.setdefault(intents[index].name, int(index))
        if len(chosen) == count:
            break
    return list(chosen.values())


def _fill(intents: Sequence[TaughtIntent], each: int, generator: np.random.Generator) -> Batch:
    cards = tuple(_phrase(intent, generator) for intent in intents)
    drawn = [
        (owner, intent.utterances[index])
        for owner, intent in enumerate(intents)
        for index in generator.permutation(len(intent.utterances))[:each]
    ]
    return Batch(cards, tuple(text for _, text in drawn), np.array([owner for owner, _ in drawn], np.intp))


def _phrase(intent: TaughtIntent, generator: np.random.Generator) -> str:
    if generator.random() < NAME_ALONE:
        return intent.name
    if intent.description and generator.random() < 0.7:
        return intent.description
    return intent.phrasings[generator.integers(len(intent.phrasings))]
