"""What a group of intents looks like in embedding space: cards and examples, as matrices that a message meets once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.catalog.catalog import Intent, read_name
from bot.detectors.base import Embeddings, Encoded, Encoder, Widths

Integers = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float32]

ALONE = 0.5
MOST_COMPARED = 1000
"""Rows of an intent for its cohesion, evenly spread: of 20,000, all of them take 1.6 GB and 7 s."""


def unit(vectors: Embeddings) -> Embeddings:
    """`vectors` along the last axis at length 1; a vector of nothing stays as it is."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.where(length > 0, length, 1)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class EmbeddedIntent:
    """An intent as the detectors see it: `card`, one row, and `examples`, one row each; how they feel is not kept."""

    name: str
    card: Encoded
    card_text: str
    examples: Encoded
    texts: tuple[str, ...]


def embed_intents(
    intents: Sequence[Intent], encoder: Encoder, before: Exemplars | None = None
) -> dict[str, EmbeddedIntent]:
    """Embed cards and examples in one pass; those of an intent that says what it did in `before` are taken from there.

    A card is the unit mean of the name read as words and of the description: on the intents of Schema-Guided Dialogue
    that told 62.1 % of the turns apart, against 55.6 % by name, 58.4 % by description and 60.9 % by both as one text.
    """
    known = before.unchanged(intents) if before else {}
    wanted: dict[str, None] = {}
    for intent in intents:
        if intent.name in known:
            continue
        wanted.update(dict.fromkeys((read_name(intent.name), intent.description, *(e.text for e in intent.examples))))
    if not wanted:
        return {intent.name: known[intent.name] for intent in intents}
    read = encoder.encode_fully(list(wanted))
    vectors = _Vectors({text: row for row, text in enumerate(wanted)}, Encoded(read.meaning, read.wording))
    return {intent.name: known.get(intent.name) or _embedded(intent, vectors) for intent in intents}


@dataclass(frozen=True, slots=True)
class _Vectors:
    rows: dict[str, int]
    encoded: Encoded

    def of(self, texts: Sequence[str]) -> Encoded:
        return self.encoded.take(np.array([self.rows[text] for text in texts], np.intp))


def _embedded(intent: Intent, vectors: _Vectors) -> EmbeddedIntent:
    parts = vectors.of([text for text in (read_name(intent.name), intent.description) if text.strip()])
    card = parts.change(lambda part: unit(part.sum(axis=0, keepdims=True)))
    texts = _texts_of(intent)
    return EmbeddedIntent(intent.name, card, _card_text(intent), vectors.of(texts), texts)


def _card_text(intent: Intent) -> str:
    """The description, or the name as words where that is blank."""
    return [text for text in (read_name(intent.name), intent.description.strip()) if text][-1]


def _texts_of(intent: Intent) -> tuple[str, ...]:
    """Its different examples."""
    return tuple(dict.fromkeys(example.text for example in intent.examples))


@dataclass(frozen=True, slots=True)
class Exemplars:
    """Cards and examples of some intents. `rows` holds, intent by intent, the card and then the examples.

    Shapes, for C intents and R rows: cards (C, d), rows (R, d) and means (C, d) are of meaning, wording (R, w) is that
    of the same rows; starts (C,) where each intent's rows begin, owners (R,) whose row it is, counts (C,) examples
    without the card, cohesion (C,) how close a row is to the nearest other of its intent, on average (ALONE for a
    single row).
    """

    intents: tuple[str, ...]
    cards: Embeddings
    rows: Embeddings
    wording: Embeddings
    means: Embeddings
    starts: Integers
    owners: Integers
    counts: Integers
    cohesion: Floats
    texts: tuple[str, ...]

    @classmethod
    def gather(cls, intents: Sequence[EmbeddedIntent], widths: Widths) -> Exemplars:
        """Stack the intents; none at all gives matrices of no rows."""
        counts = np.array([len(intent.examples) for intent in intents], np.intp)
        blocks = [np.vstack([intent.card.meaning, intent.examples.meaning]) for intent in intents]
        worded = [part for intent in intents for part in (intent.card.wording, intent.examples.wording)]
        return cls(
            intents=tuple(intent.name for intent in intents),
            cards=_stack([intent.card.meaning for intent in intents], widths.meaning),
            rows=_stack(blocks, widths.meaning),
            wording=_stack(worded, widths.wording),
            means=_stack([block.mean(axis=0, keepdims=True) for block in blocks], widths.meaning),
            starts=np.concatenate([[0], np.cumsum(counts + 1)[:-1]]).astype(np.intp)[: len(intents)],
            owners=np.repeat(np.arange(len(intents)), counts + 1),
            counts=counts,
            cohesion=np.array([_cohesion(block) for block in blocks], np.float32),
            texts=tuple(text for intent in intents for text in (intent.card_text, *intent.texts)),
        )

    def __len__(self) -> int:
        return len(self.intents)

    def unchanged(self, intents: Sequence[Intent]) -> dict[str, EmbeddedIntent]:
        """Those of `intents` that say what they say here, by name; they share these matrices."""
        place = {name: index for index, name in enumerate(self.intents)}
        found = {}
        for intent in intents:
            index = place.get(intent.name)
            if index is None:
                continue
            start = int(self.starts[index])
            end = start + 1 + int(self.counts[index])
            if self.texts[start:end] == (_card_text(intent), *_texts_of(intent)):
                both = Encoded(self.rows[start:end], self.wording[start:end])
                card, examples = both.take(slice(0, 1)), both.take(slice(1, None))
                found[intent.name] = EmbeddedIntent(intent.name, card, self.texts[start], examples, _texts_of(intent))
        return found

    def examples(self) -> Embeddings:
        """The rows that are not cards."""
        return np.delete(self.rows, self.starts, axis=0)

    def card_texts(self) -> tuple[str, ...]:
        """What each intent's card says: its description, or its name as words where that is blank."""
        return tuple(self.texts[start] for start in self.starts)

    def same_rows(self, other: Exemplars) -> bool:
        """Whether a head trained on `other` is one trained on these."""
        return self.intents == other.intents and np.array_equal(self.rows, other.rows)

    def best_per_intent(self, similarities: Floats) -> Floats:
        """The best of each intent's rows; `similarities` (messages, R) -> (messages, C)."""
        return np.maximum.reduceat(similarities, self.starts, axis=1)


def _stack(blocks: Sequence[Embeddings], width: int) -> Embeddings:
    return np.vstack([np.zeros((0, width), np.float32), *blocks])


def _cohesion(rows: Embeddings) -> float:
    if len(rows) < 2:
        return ALONE
    asked = np.linspace(0, len(rows) - 1, min(len(rows), MOST_COMPARED)).astype(np.intp)
    similarities = rows[asked] @ rows.T
    similarities[np.arange(len(asked)), asked] = -1.0
    return float(similarities.max(axis=1).mean())


@dataclass(frozen=True, slots=True)
class Reading:
    """What one side, zero-shot or mature, sees in some messages.

    `candidates` (messages, intents, features of a candidate), `context` (messages, features of the message; NaN where
    there is nothing to measure), `similarities` (messages, rows of the exemplars).
    """

    candidates: Floats
    context: Floats
    similarities: Floats

    def of(self, message: int) -> Reading:
        """What was seen in one of the messages, by number."""
        one = slice(message, message + 1)
        return Reading(self.candidates[one], self.context[one], self.similarities[one])


def best_two(scores: Floats) -> tuple[Floats, Floats]:
    """The highest and the second highest of each row, NaN where there is none."""
    padded = np.full((len(scores), 2), np.nan, np.float32)
    keep = min(2, scores.shape[1])
    if keep:
        padded[:, 2 - keep :] = np.sort(np.partition(scores, -keep, axis=1)[:, -keep:], axis=1)
    return padded[:, 1], padded[:, 0]
