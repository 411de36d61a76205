"""All examples of a bot, found by their words and by what they mean, with the intent that each stands nearer to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

import numpy as np

from bot.catalog.catalog import Catalog, Source
from bot.console.landscape import find_strays
from bot.detectors.base import Embeddings, Encoder
from bot.language.plain_text import read_plainly
from bot.slots import delexicalise_examples

MOST_ALIKE = 20
ALIKE = 0.5
"""Cosine from which on sentences have something to do with each other, by the encoder that is shipped."""


@dataclass(frozen=True, slots=True)
class Found:
    """An example. `alike` is how alike it is to what was looked for, in cosines, when it has other words; `other` the
    intent that it stands nearer to than to its own, because of the example `near`, if there is one."""

    number: int
    intent: str
    text: str
    source: Source
    alike: float | None = None
    other: str | None = None
    near: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The examples of one catalog as one model sees them; row by row the same."""

    catalog: Catalog
    model: str
    examples: tuple[Found, ...]
    rows: Embeddings


@dataclass(slots=True)
class Examples:
    """Remembers the last catalog. `encoder` gives that of the model that serves."""

    encoder: Callable[[], Encoder]
    _shelf: Shelf | None = None
    _one: Lock = field(default_factory=Lock)

    def find(self, catalog: Catalog, text: str = "", intent: str = "") -> Sequence[Found]:
        """Those of `intent`, or of all: in the order of the files; or, with `text`, those with these words in them, and
        then those that mean much the same, the most alike first."""
        examples = self._look(catalog).examples
        fitting = [each for each in examples if not intent or each.intent == intent]
        if not text:
            return fitting
        named = [each for each in fitting if text.casefold() in each.text.casefold()]
        numbers = {each.number for each in named}
        return [*named, *self._alike(catalog, text, [each for each in fitting if each.number not in numbers])]

    def place(self, catalog: Catalog, found: Sequence[Found]) -> Sequence[Found]:
        """The same, each with the intent that it stands nearer to."""
        shelf = self._look(catalog)
        order = {name: at for at, name in enumerate(dict.fromkeys(each.intent for each in shelf.examples))}
        owners = np.array([order[each.intent] for each in shelf.examples], np.int_)
        strays = find_strays(shelf.rows, owners, np.array([each.number for each in found], np.int_)) if found else []
        return [
            each if at is None else replace(each, other=shelf.examples[at].intent, near=shelf.examples[at].text)
            for each, (at, _) in zip(found, strays, strict=True)
        ]

    def _alike(self, catalog: Catalog, text: str, others: Sequence[Found]) -> Sequence[Found]:
        if not others:
            return ()
        rows = self._look(catalog).rows[[each.number for each in others]]
        cosines = rows @ self.encoder().encode([read_plainly(text)])[0]
        best = np.argsort(-cosines, kind="stable")[:MOST_ALIKE]
        return [replace(others[at], alike=float(cosines[at])) for at in best.tolist() if cosines[at] >= ALIKE]

    def _look(self, catalog: Catalog) -> Shelf:
        with self._one:
            encoder = self.encoder()
            shelf = self._shelf
            if shelf is None or shelf.catalog != catalog or shelf.model != encoder.fingerprint:
                read = delexicalise_examples(catalog).intents
                written = [(name, each) for name, intent in catalog.intents.items() for each in intent.examples]
                texts = [each.text for name in catalog.intents for each in read[name].examples]
                found = (Found(at, name, each.text, each.source) for at, (name, each) in enumerate(written))
                rows = encoder.encode(texts) if texts else np.empty((0, 1), np.float32)
                shelf = self._shelf = Shelf(catalog, encoder.fingerprint, tuple(found), rows)
            return shelf
