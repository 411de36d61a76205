"""The inbox: open turns in groups, the most telling first, each with what a reviewer may want to do about it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bot.catalog.catalog import Catalog
from bot.detectors.base import Embeddings
from bot.review.grouping import Meanings, group_rows, middle, pick_different
from bot.review.naming import Proposal, count_words, propose
from bot.review.signals import TOLD_WRONG, Entry, Reason, without
from bot.review.value import Worth, count_people, rank
from bot.slots import code_reader

MOST_TEXTS = 2000
"""Sentences that are grouped, the newest; the time goes with the square of it."""

MOST_EXAMPLES = 8
"""Sentences of a group that are proposed as examples: more of one day's wording would unbalance an intent."""


@dataclass(frozen=True, slots=True)
class Guess:
    """An intent that a group may mean. `confidence`, in [0, 1], is the bot's own, on average over the turns; `chosen`
    is how many turns led their author there, by a button or by other words."""

    intent: str
    confidence: float
    chosen: int = 0


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was said in the turns `numbers`, in the same words."""

    text: str
    numbers: tuple[int, ...]
    reasons: tuple[Reason, ...]
    confidence: float
    valence: float


@dataclass(frozen=True, slots=True)
class Group:
    """Open turns of one meaning. `sentences` are the most typical first, `guesses` the likeliest first; `examples` are
    those sentences that would teach the most."""

    entries: tuple[Entry, ...]
    sentences: tuple[Sentence, ...]
    examples: tuple[str, ...]
    guesses: tuple[Guess, ...]
    worth: Worth
    proposal: Proposal

    @property
    def id(self) -> str:
        """Names the group as long as its oldest entry is open."""
        return f"g{min(self.numbers)}"

    @property
    def numbers(self) -> tuple[int, ...]:
        """Of its turns: what the desk is asked to act on."""
        return tuple(entry.number for entry in self.entries)

    @property
    def people(self) -> int:
        """How many different senders it is from."""
        return count_people(self.entries)

    @property
    def reasons(self) -> Mapping[Reason, int]:
        """How many turns each reason brought into the inbox, the commonest first."""
        return dict(Counter(reason for entry in self.entries for reason in entry.reasons).most_common())

    @property
    def valence(self) -> float:
        """How its people feel, from -1 to 1, on average over the turns."""
        return sum(entry.sentiment.valence for entry in self.entries) / len(self.entries)

    def part(self, sentences: Collection[Sentence]) -> Group | None:
        """The group of only these of its sentences; None when none is left. What it is worth is not counted anew."""
        kept = tuple(each for each in self.sentences if each in sentences)
        numbers = {number for each in kept for number in each.numbers}
        texts = {each.text for each in kept}
        examples = tuple(text for text in self.examples if text in texts)
        examples = examples or tuple(each.text for each in kept[:MOST_EXAMPLES])
        entries = tuple(entry for entry in self.entries if entry.number in numbers)
        return replace(self, entries=entries, sentences=kept, examples=examples) if kept else None


@dataclass(frozen=True, slots=True)
class Inbox:
    """What a reviewer sees at one moment. `learnt` is how many turns the bot understands by now, which need nobody;
    `left_out` how many older ones were not grouped. `versions` names what the intent files held."""

    groups: tuple[Group, ...]
    catalog: Catalog
    versions: Mapping[Path, str]
    learnt: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Taught:
    """What the examples of `catalog` hold: `texts` as `read` reads any text, and how many of them hold each telling
    word. It takes a second to find out for tens of thousands, so a desk does so once for each catalog."""

    catalog: Catalog
    read: Callable[[str], str]
    texts: frozenset[str]
    words: Counter[str]

    @classmethod
    def by(cls, catalog: Catalog) -> Taught:
        """All examples of a catalog."""
        read_codes = code_reader(catalog)

        def read(text: str) -> str:
            return folded(read_codes(text))

        examples = [example.text for intent in catalog.intents.values() for example in intent.examples]
        return cls(catalog, read, frozenset(map(read, examples)), count_words(examples))


def arrange(
    entries: Sequence[Entry], taught: Taught, meanings: Meanings, language: str
) -> tuple[tuple[Group, ...], int]:
    """Groups of `entries`, the most telling first, and how many entries were left out."""
    names = frozenset(taught.catalog.intents)
    by_text: dict[str, list[Entry]] = {}
    for entry in entries:
        by_text.setdefault(taught.read(entry.text), []).append(without(entry, names))
    newest = sorted(by_text, key=lambda text: by_text[text][-1].number)[-MOST_TEXTS:]
    rows = meanings.of(newest)
    clusters = group_rows(rows)
    grouped = [[entry for index in cluster for entry in by_text[newest[index]]] for cluster in clusters]
    if not grouped:
        return (), 0
    ranked = rank(grouped, np.stack([middle(rows[cluster]) for cluster in clusters]))
    typical = [_typical_first(cluster, rows) for cluster in clusters]
    sentences = [[_sentence(by_text[newest[index]]) for index in cluster] for cluster in typical]
    everywhere = taught.words + count_words(each.text for some in sentences for each in some)
    groups, taken = [], set(names)
    for index, worth in ranked:
        own = [sentence.text for sentence in sentences[index]]
        proposal = propose(own, everywhere, taken, language)
        taken.add(proposal.name)
        examples = tuple(own[each] for each in pick_different(rows[typical[index]], MOST_EXAMPLES))
        turns = tuple(sorted(grouped[index], key=lambda entry: entry.number))
        groups.append(Group(turns, tuple(sentences[index]), examples, _guess(turns), worth, proposal))
    return tuple(groups), len(entries) - sum(map(len, grouped))


def _guess(entries: Sequence[Entry]) -> tuple[Guess, ...]:
    """What its people arrived at goes before what the bot believed."""
    chosen = Counter(entry.hint for entry in entries if entry.hint)
    believed: defaultdict[str, float] = defaultdict(float)
    for entry in entries:
        for guess in entry.guesses:
            believed[guess.intent] += guess.confidence / len(entries)
    guesses = [Guess(name, believed[name], chosen[name]) for name in {*chosen, *believed}]
    return tuple(sorted(guesses, key=lambda guess: (-guess.chosen, -guess.confidence, guess.intent))[:5])


def _sentence(entries: Sequence[Entry]) -> Sentence:
    reasons = tuple(dict.fromkeys(reason for entry in entries for reason in entry.reasons))
    numbers = tuple(entry.number for entry in entries)
    confidence = sum(entry.confidence for entry in entries) / len(entries)
    valence = sum(entry.sentiment.valence for entry in entries) / len(entries)
    return Sentence(entries[-1].text, numbers, reasons, confidence, valence)


def _typical_first(cluster: Sequence[int], rows: Embeddings) -> list[int]:
    cosines = rows[cluster] @ middle(rows[cluster])
    return [cluster[place] for place in np.argsort(-cosines, kind="stable").tolist()]


def folded(text: str) -> str:
    """What makes two sentences the same words."""
    return " ".join(text.casefold().split()).rstrip(".!? ")


def drop_learnt(entries: Sequence[Entry], taught: Taught) -> list[Entry]:
    """Those whose sentence is no example yet; those that an example does not explain away stay."""
    return [
        entry
        for entry in entries
        if not TOLD_WRONG.isdisjoint(entry.reasons) or taught.read(entry.text) not in taught.texts
    ]
