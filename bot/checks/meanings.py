"""What the encoder cannot tell apart: sentences and descriptions too close to each other, or too far from their own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.catalog.catalog import Catalog, Example, Intent, read_name
from bot.catalog.contradiction import embed_described, find_contradictions
from bot.checks.finding import Finding, find
from bot.checks.memory import Memory
from bot.checks.near import near_pairs
from bot.checks.sentences import fold
from bot.detectors.base import Embeddings, Encoder
from bot.slots import delexicalise_examples

# Cosines of all-MiniLM-L6-v2. "where is my order" and "where's my order" 0.97, "how can I" and "how do I return an
# item" 0.99, "thank you so much" and "... very much" 0.93; "turn on the light" and "... off ..." 0.70, "book a table
# for two" and "... three" 0.92. Within an intent a repetition is only idle, and values differ: it takes more.
NEAR_WITHIN = 0.96
NEAR_ACROSS = 0.92
NEAR_DESCRIPTIONS = 0.90

# How much nearer an example must be to another intent than to its own, in cosines: to its card and, twice, to the mean
# of its examples. `python -m training.evaluation.checks` measures what that finds and what it mistakes. The nearest
# examples, or how far off the second other intent is, added nothing to it.
MISPLACED = 0.85
WEIGHT_OF_MEAN = 2.0
FEWEST_EXAMPLES = 5
ROWS_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Written:
    """An example with the intent that it stands under, and the text as the bot reads it: codes by their slot's name."""

    intent: Intent
    example: Example
    read: str


@dataclass(frozen=True, slots=True)
class Writing:
    """All that is compared: the examples of `catalog`, in its order, and its intents as written and as `read`."""

    catalog: Catalog
    intents: list[Intent]
    read: Mapping[str, Intent]
    examples: list[Written]

    @classmethod
    def of(cls, catalog: Catalog) -> Writing:
        """What stands in `catalog`."""
        read = delexicalise_examples(catalog).intents
        examples = [
            Written(intent, example, as_read.text)
            for intent in catalog.intents.values()
            for example, as_read in zip(intent.examples, read[intent.name].examples, strict=True)
        ]
        return cls(catalog, list(catalog.intents.values()), read, examples)

    def embed(self, encoder: Encoder) -> Known:
        """Each different text of it once."""
        texts = [one.read for one in self.examples]
        texts += [text for intent in self.intents for text in (intent.description, read_name(intent.name))]
        return Known.of(dict.fromkeys(texts), encoder)


def check_meanings(
    writing: Writing, known: Known, memory: Memory, only: Collection[Path] | None = None
) -> Iterator[Finding]:
    """Everything that takes embeddings to find; `known` are those of `writing`. With `only`, misplaced examples of
    other files are not looked for."""
    yield from _near_examples(writing.examples, known, memory)
    yield from _near_descriptions(writing.intents, known)
    yield from _misplaced_examples(writing.examples, writing.intents, known, only)
    yield from _contradictions(writing.catalog, writing.read, known)


@dataclass(frozen=True, slots=True)
class Known:
    """Vectors of the texts of one check, (n, d), and which row is whose; `fingerprint` is the encoder's."""

    fingerprint: str
    rows: Mapping[str, int]
    vectors: Embeddings

    @classmethod
    def of(cls, texts: Mapping[str, None], encoder: Encoder) -> Known:
        """Embed all of `texts`."""
        listed = list(texts)
        vectors = encoder.encode(listed) if listed else np.empty((0, 1), np.float32)
        return cls(encoder.fingerprint, {text: index for index, text in enumerate(listed)}, vectors)

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Shape (len(texts), d); not to be written to."""
        rows = [self.rows[text] for text in texts]
        return self.vectors[: len(rows)] if rows == list(range(len(rows))) else self.vectors[rows]


def _cards(intents: Sequence[Intent], known: Known) -> Embeddings:
    """One row an intent: the unit mean of its name, read as words, and its description, as detectors have it."""
    names = known.encode([read_name(intent.name) for intent in intents])
    sums = names + known.encode([intent.description for intent in intents])
    cards: Embeddings = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return cards


def _near_examples(written: Sequence[Written], known: Known, memory: Memory) -> Iterator[Finding]:
    texts = list(dict.fromkeys(one.read for one in written))
    if not texts:
        return
    pairs = near_pairs(texts, known.encode(texts), min(NEAR_ACROSS, NEAR_WITHIN), memory, known.fingerprint)
    holders = _holders({texts[index] for pair in pairs for index in pair[:2]}, written)
    intents = {one.intent.name: one.intent for listed in holders.values() for one in listed}
    folded = {name: {fold(example.text) for example in intent.examples} for name, intent in intents.items()}
    for row, column, cosine in pairs:
        for first in holders[texts[row]]:
            for second in holders[texts[column]]:
                one, other = sorted((first, second), key=lambda each: _place(each.example))
                told = fold(one.example.text) in folded[other.intent.name] or (
                    fold(other.example.text) in folded[one.intent.name]
                )
                if (one.intent is other.intent or not told) and (finding := _too_near(one, other, cosine)):
                    yield finding


def _holders(texts: Set[str], written: Sequence[Written]) -> Mapping[str, list[Written]]:
    """The examples that are read as one of `texts`."""
    holders: dict[str, list[Written]] = {text: [] for text in texts}
    for one in written:
        if one.read in holders:
            holders[one.read].append(one)
    return holders


def _too_near(first: Written, second: Written, cosine: float) -> Finding | None:
    one, other = first.example, second.example
    if fold(one.text) == fold(other.text):
        return None
    if first.intent.name == second.intent.name:
        if cosine < NEAR_WITHIN or fold(_without_values(one)) == fold(_without_values(other)):
            return None
        message = f'"{other.text}" says what "{one.text}" does, on line {one.source.line}.'
        remedy = "Put something in its place that a user would say quite differently: variety teaches more."
        problem = find("near-duplicate", other.source, message, remedy, other.text)
        return Finding(problem, ("near-duplicate", first.intent.name), cosine, one.source)
    if cosine < NEAR_ACROSS:
        return None
    message = f'"{other.text}" means nearly what "{one.text}" of `{first.intent.name}` does, at {one.source}.'
    remedy = f"Decide whether it is `{first.intent.name}` or `{second.intent.name}`."
    problem = find("near-conflict", other.source, message, remedy, other.text)
    group = ("near-conflict", *sorted((first.intent.name, second.intent.name)))
    return Finding(problem, group, cosine, one.source)


def _without_values(example: Example) -> str:
    """The text with the name of its slot in place of each value that is marked."""
    text = example.text
    for entity in sorted(example.entities, key=lambda entity: -(entity.start or 0)):
        if entity.start is not None and entity.end is not None:
            text = text[: entity.start] + entity.slot + text[entity.end :]
    return text


def _place(example: Example) -> tuple[str, int]:
    return str(example.source.file), example.source.line


def _near_descriptions(intents: Sequence[Intent], known: Known) -> Iterator[Finding]:
    vectors = known.encode([intent.description for intent in intents])
    if not len(vectors):
        return
    for row, column in np.argwhere(np.triu(vectors @ vectors.T >= NEAR_DESCRIPTIONS, k=1)).tolist():
        first, second = intents[row], intents[column]
        message = (
            f"The descriptions of `{second.name}` and `{first.name}` ({first.source}) read as the same: "
            f'"{second.description}" and "{first.description}"'
        )
        remedy = "Say in each what sets it apart, or merge the two."
        yield Finding(
            find("similar-descriptions", second.source, message, remedy, second.description), also=first.source
        )


def _misplaced_examples(
    written: Sequence[Written], intents: Sequence[Intent], known: Known, only: Collection[Path] | None
) -> Iterator[Finding]:
    """Examples that card and examples of another intent claim, by far more than their own do."""
    judged = [intent for intent in intents if len(intent.examples) >= FEWEST_EXAMPLES]
    number = {intent.name: index for index, intent in enumerate(judged)}
    asked = [one for one in written if one.intent.name in number]
    if len(judged) < 2:
        return
    vectors = known.encode([one.read for one in asked])
    own = np.array([number[one.intent.name] for one in asked])
    there = only is None or np.array([one.example.source.file in only for one in asked])
    rows = np.flatnonzero(np.broadcast_to(there, len(asked)))
    nearest, margins = _nearest_other(vectors, own, _cards(judged, known), rows)
    for at in np.flatnonzero(margins > MISPLACED).tolist():
        one, other = asked[rows[at]], judged[int(nearest[at])]
        message = f'"{one.example.text}" is nearer to `{other.name}` than to `{one.intent.name}`, where it stands.'
        remedy = f"Move it to `{other.name}` ({other.source}) if it means that, or say more in it."
        problem = find("misplaced-example", one.example.source, message, remedy, one.example.text)
        yield Finding(problem, ("misplaced-example", one.intent.name, other.name), float(margins[at]))


def _nearest_other(
    vectors: Embeddings, own: npt.NDArray[np.intp], cards: Embeddings, rows: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
    """For each of `rows` the intent that is nearest to it beside its own, and how much nearer it is than that.

    `vectors` (n, d) are all examples; `own` (n,) is in order, and names each intent. The mean of its own intent is that
    of the other examples there: an example is always near itself.
    """
    counts = np.bincount(own, minlength=len(cards)).astype(np.float32)
    sums = np.add.reduceat(vectors, np.flatnonzero(np.diff(own, prepend=-1)))
    places = (cards + WEIGHT_OF_MEAN * sums / counts[:, None]).T
    nearest, margins = np.empty(len(rows), np.intp), np.empty(len(rows), np.float32)
    for start in range(0, len(rows), ROWS_AT_ONCE):
        block = slice(start, start + ROWS_AT_ONCE)
        some, theirs = vectors[rows[block]], own[rows[block]]
        siblings = (sums[theirs] - some) / (counts[theirs] - 1)[:, None]
        home = np.einsum("ij,ij->i", some, cards[theirs] + WEIGHT_OF_MEAN * siblings)
        near = some @ places
        each = np.arange(len(near))
        near[each, theirs] = -np.inf
        nearest[block] = near.argmax(axis=1)
        margins[block] = near[each, nearest[block]] - home
    return nearest, margins


def _contradictions(catalog: Catalog, as_read: Mapping[str, Intent], known: Known) -> Iterator[Finding]:
    """As the detectors see it, so by the examples that they learn from; the sentences are told as written."""
    described = [intent for intent in as_read.values() if intent.is_described]
    for name, found in find_contradictions(embed_described(described, known.encode)).items():
        intent = catalog.intents[name]
        written = dict(zip((example.text for example in as_read[name].examples), intent.examples, strict=True))
        sentences = ", ".join(f'"{written[text].text}" (line {written[text].source.line})' for text in found.sentences)
        message = f"`{name}` contradicts itself: {found.told}. Most at odds: {sentences}."
        remedy = "Change the description or the examples; until then it does not mature."
        yield Finding(find("contradiction", intent.source, message, remedy, intent.description))
