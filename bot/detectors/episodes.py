"""Simulated newcomers (DESIGN 3a): hide some mature intents, treat them as new or as strangers, see what was right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from bot.detectors.abandonment import go_on
from bot.detectors.arbiter import Arbiter
from bot.detectors.base import Encoded, Widths
from bot.detectors.exemplars import EmbeddedIntent, Exemplars, Integers
from bot.detectors.lessons import NONE, Lessons, fit_arbiter, judge, measure
from bot.detectors.mature import Mature, fit_head
from bot.detectors.risk import HeldOut
from bot.detectors.zero_shot import ZeroShot

FOLDS = 5
HIDDEN, STRANGERS = 0.25, 0.12
OUT_OF_SCOPE_SHARE = 0.05
"""Of the messages that episodes stand for. Validation data: at 0.1, HWU64 with all its examples was surer of
itself by 0.071 than it was right, at 0.05 by 0.03; of what CLINC150 knows, 0.921 and 0.941 were acted on rightly."""
NEWCOMER_WEIGHT = 4.5
"""How many mature intents one new intent counts for, against the new being few. Validation data of BANKING77, 57 mature
and 20 new: H 0.735 at 2.9 and 0.756 at 4.5, for an accuracy over all of 0.795 and 0.798."""
ENOUGH_INTENTS = 6
"""Below that, hiding intents leaves too little to learn from, and the prior decides alone."""
STRENGTH = 30.0
EXAMPLES_USED = 30
"""Of each intent, in simulations: more would make them slow without making them better."""


def assign_folds(intents: Sequence[EmbeddedIntent], generator: np.random.Generator) -> list[Integers]:
    """For each intent, which of FOLDS each example is held out in; even within the intent, -1 for what is not used."""
    folds = []
    for intent in intents:
        fold = np.full(len(intent.examples), NONE, np.intp)
        used = generator.permutation(len(fold))[:EXAMPLES_USED]
        fold[used] = (np.arange(len(used)) + generator.integers(FOLDS)) % FOLDS
        folds.append(fold)
    return folds


def without(intent: EmbeddedIntent, held_out: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> EmbeddedIntent:
    """The intent with only the examples that are not held out."""
    texts = tuple(text for text, out in zip(intent.texts, held_out, strict=True) if not out)
    return replace(intent, examples=intent.examples.take(~held_out), texts=texts)


def cross_validated_recall(intents: Sequence[EmbeddedIntent], widths: Widths) -> dict[str, float]:
    """How much of each intent a head recognises that has not seen it: FOLDS-fold, each card counting as an example."""
    folds = assign_folds(intents, np.random.default_rng(0))
    hits, seen = np.zeros(len(intents)), np.zeros(len(intents))
    for fold in range(FOLDS):
        go_on()
        known = Exemplars.gather(
            [without(i, (f == fold) | (f == NONE)) for i, f in zip(intents, folds, strict=True)], widths
        )
        head = fit_head(known.rows, known.owners, len(known))
        for index, intent in enumerate(intents):
            held_out = intent.examples.take(folds[index] == fold)
            if len(held_out):
                hits[index] += (head.log_probabilities(held_out.meaning).argmax(axis=1) == index).sum()
                seen[index] += len(held_out)
    return {intent.name: float(h / s) if s else 0.0 for intent, h, s in zip(intents, hits, seen, strict=True)}


def own_lessons(
    matured: Sequence[EmbeddedIntent], new: Sequence[EmbeddedIntent], widths: Widths, seed: int = 0
) -> Iterator[Lessons]:
    """One episode a fold. What is new in truth stands by as a wrong answer; hidden intents get cards like its own."""
    generator = np.random.default_rng(seed)
    folds = dict(zip((i.name for i in matured), assign_folds(matured, generator), strict=True))
    hidden = round(HIDDEN * len(matured)) if new else 0
    strangers = max(1, round(STRANGERS * len(matured)))
    for fold in range(FOLDS):
        go_on()
        order = generator.permutation(len(matured))
        newcomers = [matured[i] for i in order[:hidden]]
        unknown = [matured[i] for i in order[hidden : hidden + strangers]]
        rest = [matured[i] for i in order[hidden + strangers :]]
        given = _like(new, newcomers, generator)
        held_out = {i.name: folds[i.name] == fold for i in rest}
        head = Mature.train(
            Exemplars.gather([without(i, held_out[i.name] | (folds[i.name] == NONE)) for i in rest], widths)
        )
        cards = ZeroShot.beside(head, Exemplars.gather([*(kept for kept, _ in given), *new], widths))
        asked = [
            *((i.examples.take(held_out[i.name]), index) for index, i in enumerate(rest)),
            *((left, len(rest) + index) for index, (_, left) in enumerate(given)),
            *((i.examples.take(slice(EXAMPLES_USED)), NONE) for i in unknown),
        ]
        messages = Encoded.join([examples for examples, _ in asked])
        truths = np.repeat([truth for _, truth in asked], [len(examples) for examples, _ in asked])
        yield measure(head, cards, messages, truths)


def _like(
    new: Sequence[EmbeddedIntent], hidden: Sequence[EmbeddedIntent], generator: np.random.Generator
) -> list[tuple[EmbeddedIntent, Encoded]]:
    """Each hidden intent with as many examples as some new intent has, and the rest of its examples to be asked."""
    pairs = []
    for intent in hidden:
        wanted = len(new[int(generator.integers(len(new)))].examples)
        chosen = np.zeros(len(intent.examples), np.bool_)
        chosen[generator.permutation(len(chosen))[: min(wanted, len(chosen) // 2)]] = True
        pairs.append((without(intent, ~chosen), intent.examples.take(np.flatnonzero(~chosen)[:EXAMPLES_USED])))
    return pairs


def ripen_arbiter(
    prior: Arbiter, matured: Sequence[EmbeddedIntent], new: Sequence[EmbeddedIntent], widths: Widths
) -> tuple[Arbiter, HeldOut]:
    """The bot's own arbiter: its episodes, mixed with the prior. Without enough mature intents, the prior itself.

    Beside it, how the messages of each episode went by an arbiter that was fitted on the others.
    """
    if len(matured) < ENOUGH_INTENTS:
        return prior, HeldOut.none()
    episodes = list(own_lessons(matured, new, widths))
    taught = shares(len(matured), NEWCOMER_WEIGHT * len(new))
    own = fit_arbiter(Lessons.join(episodes).balanced(taught), prior, STRENGTH)

    def without_its_own(number: int) -> Arbiter:
        go_on()
        others = [episode for index, episode in enumerate(episodes) if index != number]
        return fit_arbiter(Lessons.join(others).balanced(taught), prior, STRENGTH, near=own)

    return own, hold_out(episodes, without_its_own, shares(len(matured), len(new)))


def hold_out(
    episodes: Sequence[Lessons], fit_without: Callable[[int], Arbiter], asked: tuple[float, float, float]
) -> HeldOut:
    """How the messages of each episode go by an arbiter that has not seen them, `fit_without(number of the episode)`.

    `asked` is how many messages mean mature intents, new ones and none of them, as shares of all.
    """
    judged = [judge(episode, fit_without(number)) for number, episode in enumerate(episodes)]
    confidence, together, right = (np.concatenate(column) for column in zip(*judged, strict=True))
    return HeldOut.count(confidence, together, right, Lessons.join(episodes).balanced(asked).weights)


def shares(matured: float, new: float) -> tuple[float, float, float]:
    """Mature, new and none of them as shares of all messages, when the first two are as `matured` to `new`."""
    known, total = 1.0 - OUT_OF_SCOPE_SHARE, matured + new
    return known * matured / total, known * new / total, OUT_OF_SCOPE_SHARE
