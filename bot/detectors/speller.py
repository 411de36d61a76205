"""Puts slips of the keyboard right before a message is encoded: "canel my order" -> "cancel my order".

A sentence encoder cuts a word that it does not know to pieces, and makes little of them: one slip a message costs a
quarter of the right acts (docs/research.md). So a word that neither the bot's intent files nor the encoder know is read
as the word of the files that is one slip away, and nothing else is touched. Own code, as Norvig's speller is ten lines:
rapidfuzz compares with each word of the bot, symspellpy wants a table of every word less a letter; here the size of the
bot does not matter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from bot.catalog.catalog import Catalog, read_name
from bot.language.refusals import grammar_of

SHORTEST, LONGEST = 4, 24
"""Shorter words have too many neighbours; longer ones are none."""

MOST = 12
"""Words of a message that are looked into: 0.1 ms each. A message of more strange words is not the bot's language."""

LEAST_KNOWN = 0.5
"""Of the bot's own words, the share that the encoder must know whole. An encoder that knows fewer knows another
language, and what is strange to it tells nothing."""

WORD = re.compile(rf"(?<![\w'])[^\W\d_]{{{SHORTEST},{LONGEST}}}(?![\w'])")

Corrections = tuple[tuple[str, str], ...]
"""Words as written, and as they are read."""


@dataclass(frozen=True, slots=True)
class Speller:
    """Reads words that are not among `known` as those of `right`, which give the rank of each; the least goes first."""

    known: Collection[str]
    right: Mapping[str, int]
    letters: str

    @classmethod
    def of(cls, catalog: Catalog, whole_words: Collection[str], language: str) -> Speller:
        """For a bot of `language`, whose encoder knows `whole_words`; SILENT where it knows too few of the bot's."""
        counted = Counter(word for text in _texts_of(catalog) for word in find_words(text))
        familiar = sum(word in whole_words for word in counted)
        if not counted or familiar < LEAST_KNOWN * len(counted):
            return SILENT
        # Files hold slips, too: what the encoder knows goes before what it does not.
        ranked = sorted(counted, key=lambda word: (word not in whole_words, -counted[word], word))
        grammar = grammar_of(language)
        known = frozenset(whole_words) | counted.keys() | (grammar.filler if grammar else frozenset())
        return cls(known, {word: rank for rank, word in enumerate(ranked)}, "".join(sorted(set("".join(ranked)))))

    def find_slips(self, text: str) -> Corrections:
        """The words of `text` that are read as others; most often none."""
        if not self.right:
            return ()
        strange = (word for word in dict.fromkeys(find_words(text)) if word not in self.known)
        found = ((word, self._nearest(word)) for word in islice(strange, MOST))
        return tuple((word, meant) for word, meant in found if meant is not None)

    def _nearest(self, word: str) -> str | None:
        near = (other for other in _one_slip_away(word, self.letters) if other in self.right)
        return min(near, key=self.right.__getitem__, default=None)


SILENT = Speller(frozenset(), {}, "")
"""Corrects nothing."""


def find_words(text: str) -> list[str]:
    """The words of `text` that are long enough, in lower case."""
    return [word.lower() for word in WORD.findall(text)]


def correct(text: str, corrections: Corrections) -> str:
    """`text` with its words as they are read."""
    if not corrections:
        return text
    meant = dict(corrections)
    return WORD.sub(lambda word: meant.get(word[0].lower(), word[0]), text)


def _texts_of(catalog: Catalog) -> Iterator[str]:
    for intent in catalog.intents.values():
        yield read_name(intent.name)
        yield intent.description
        yield from (example.text for example in intent.examples)


def _one_slip_away(word: str, letters: str) -> Iterator[str]:
    """What is one letter more, less or other away, or two neighbours swapped (optimal string alignment of 1)."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        yield from (head + letter + tail for letter in letters)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in letters)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
