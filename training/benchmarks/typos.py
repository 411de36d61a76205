"""What typos cost, and what correcting them brings: python -m training.benchmarks.typos --data DIR [--cache FILE].

A bot of all intents of a set with ten examples each is asked its validation split as it is, and with one and two slips
of the keyboard a message, drawn at random with a fixed seed; and strangers, which no intent covers. So are the same
bots with other spellers, and with none. Nothing is read of a test split. Prints Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from bot.catalog.catalog import Catalog
from bot.detectors.speller import SHORTEST, SILENT, Speller, correct
from bot.live import Snapshot
from bot.pipeline import detect_all
from bot.running import decide_alone
from training.benchmarks.bots import acted_on, learn_detector, make_catalog
from training.benchmarks.validation import (
    DEFAULTS,
    SPLIT,
    Subject,
    make_parser,
    open_subjects,
    print_head,
)
from training.evaluation.data_sets import DataSet
from training.evaluation.intent_sets import Utterance

MESSAGES = 1000
STRANGERS = 150
"""Of each other set, beside those that a set has of its own."""

SLIPS = (0, 1, 2)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORD = re.compile(rf"(?<![\w'])[a-z]{{{SHORTEST},}}(?![\w'])", re.IGNORECASE)

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_KEYS = {key: (row, place + row / 2) for row, keys in enumerate(_ROWS) for place, key in enumerate(keys)}
NEIGHBOURS = {
    key: "".join(other for other, (y, x) in _KEYS.items() if other != key and abs(y - row) <= 1 and abs(x - place) <= 1)
    for key, (row, place) in _KEYS.items()
}


def slip(word: str, generator: np.random.Generator) -> str:
    """`word` with one slip of the keyboard: two letters swapped, one left out, doubled, or its neighbour hit."""
    while True:
        at = int(generator.integers(1, len(word)))  # people rarely miss the first letter
        kind = generator.choice(["swap", "drop", "double", "miss", "graze"], p=[0.3, 0.25, 0.15, 0.2, 0.1])
        near = NEIGHBOURS[word[at].lower()]
        hit = near[int(generator.integers(len(near)))]
        slipped = {
            "swap": word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
            "drop": word[:at] + word[at + 1 :],
            "double": word[:at] + word[at] + word[at:],
            "miss": word[:at] + hit + word[at + 1 :],
            "graze": word[:at] + hit + word[at:],
        }[str(kind)]
        if slipped != word:
            return slipped


def mistype(text: str, slips: int, generator: np.random.Generator) -> str:
    """`text` with so many `slips`, each in another word of at least SHORTEST letters as long as there are any."""
    words = list(WORD.finditer(text))
    chosen = generator.permutation(len(words))[:slips].tolist()
    for number in sorted(chosen, reverse=True):
        word = words[number]
        text = text[: word.start()] + slip(word[0], generator) + text[word.end() :]
    return text


def spellers(catalog: Catalog, vocabulary: Collection[str]) -> dict[str, Speller]:
    """The rules, by name; the second is that of bots."""
    bots = Speller.of(catalog, vocabulary, DEFAULTS.language)
    own = frozenset(bots.right)
    wider = {word: len(own) + place for place, word in enumerate(sorted(vocabulary)) if WORD.fullmatch(word)}
    return {
        "as typed": SILENT,
        "strange words, by the bot's own": bots,
        "strange words, by its own and the encoder's": Speller(bots.known, wider | dict(bots.right), LETTERS),
        "all words but its own, by its own": Speller(own, bots.right, LETTERS),
    }


@dataclass(frozen=True, slots=True)
class Row:
    """Shares: the right intent first, the right act, another act; of strangers, those acted on."""

    accuracy: float
    right: float
    wrong: float
    strangers: float
    changed: float

    def __str__(self) -> str:
        return f"{self.accuracy:.3f} | {self.right:.3f} | {self.wrong:.3f} | {self.strangers:.3f} | {self.changed:.3f}"


def judge(bot: Snapshot, said: Sequence[Utterance], strangers: Sequence[str]) -> Row:
    """How the bot does on messages, each of which means the intent that is given, and on `strangers`."""
    heard = detect_all([one.text for one in said], bot, DEFAULTS.language)
    done = [
        acted_on(decide_alone(one.text, found, bot.catalog, DEFAULTS)) for one, found in zip(said, heard, strict=True)
    ]
    hit = [
        bool(found.candidates) and found.candidates[0].intent == one.intent
        for one, found in zip(said, heard, strict=True)
    ]
    right = [acts == {one.intent} for acts, one in zip(done, said, strict=True)]
    odd = zip(strangers, detect_all(strangers, bot, DEFAULTS.language), strict=True)
    return Row(
        share(hit),
        share(right),
        share(bool(acts) for acts in done) - share(right),
        share(bool(acted_on(decide_alone(text, found, bot.catalog, DEFAULTS))) for text, found in odd),
        share(bool(found.corrections) for found in heard),
    )


def share(met: Iterable[bool]) -> float:
    """Of all, those that are true."""
    return float(np.mean(list(met)))


def time_of(speller: Speller, texts: Sequence[str]) -> float:
    """Microseconds a message, of messages that were not seen before."""
    start = perf_counter()
    for text in texts:
        correct(text, speller.find_slips(text))
    return (perf_counter() - start) / max(1, len(texts)) * 1e6


COLUMNS = ("set", "slips", "rule", "accuracy", "acted rightly", "wrongly", "strangers acted on", "changed", "µs")


def main() -> None:
    """Judge a bot of each set."""
    asked = make_parser("typos", __doc__).parse_args()
    print_head(*COLUMNS)
    for subject in open_subjects(asked):
        _judge(subject)


def draw_strangers(subject: Subject) -> list[str]:
    """What no intent of the set covers: its own strangers, and messages of the other sets."""
    own = [one.text for kind in subject.data.strangers(SPLIT).values() for one in kind]
    return [*own, *(text for other in subject.others for text in _sample(other))]


def _sample(data: DataSet) -> list[str]:
    texts = [one.text for one in data.in_scope(SPLIT)]
    return [texts[place] for place in np.random.default_rng(0).permutation(len(texts))[:STRANGERS].tolist()]


def _judge(subject: Subject) -> None:
    catalog = make_catalog(subject.data.examples_of("train_10"))
    detector = learn_detector(catalog, subject.encoder, subject.prior)
    bots = {
        rule: (Snapshot(catalog, replace(detector, speller=speller)), speller)
        for rule, speller in spellers(catalog, subject.encoder.whole_words).items()
    }
    messages, strangers = subject.data.in_scope(SPLIT), draw_strangers(subject)
    order = np.random.default_rng(0).permutation(len(messages))[:MESSAGES].tolist()
    for slips in SLIPS:
        generator = np.random.default_rng(slips)
        asked = (messages[place] for place in order)
        said = [Utterance(mistype(one.text, slips, generator), one.intent) for one in asked]
        odd = [mistype(text, slips, generator) for text in strangers]
        for rule, (bot, speller) in bots.items():
            row, spent = judge(bot, said, odd), time_of(speller, [one.text for one in said])
            print(f"| {subject.data.name} | {slips} | {rule} | {row} | {spent:.0f} |", flush=True)


if __name__ == "__main__":
    main()
