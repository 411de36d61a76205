"""What typos cost, and what correcting them brings: python -m training.benchmarks.typos --data DIR [--cache FILE].

A bot of all intents of a set with ten examples each is asked its validation split as it is, and with one and two slips
of the keyboard a message, drawn at random with a fixed seed; and strangers, which no intent covers. Then again with
words put right before they are encoded, by each of several rules. Nothing is read of a test split. Prints Markdown.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from bot.catalog.catalog import Catalog
from bot.config import Settings
from bot.decision import decide
from bot.detectors.encoder import OnnxEncoder
from bot.detectors.speller import SHORTEST, SILENT, Speller, correct
from bot.live import Snapshot
from bot.messages import Decision, Detection
from bot.models.registry import active
from bot.pipeline import detect_all
from bot.situation import Situation
from training.benchmarks.bots import acted_on, learn, make_catalog
from training.benchmarks.judges import choose_prior
from training.benchmarks.remembering import RememberingEncoder
from training.benchmarks.risks import NOBODY, SETS
from training.evaluation.data_sets import DataSet, open_data_sets
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

Correct = Callable[[str], str]


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


def spellers(catalog: Catalog, vocabulary: frozenset[str]) -> dict[str, Correct]:
    """The rules, by name; the second is that of bots."""
    bots = Speller.of(catalog, vocabulary, "en")
    own = frozenset(bots.right)
    wider = {word: len(own) + place for place, word in enumerate(sorted(vocabulary)) if WORD.fullmatch(word)}
    rules = {
        "as typed": SILENT,
        "strange words, by the bot's own": bots,
        "strange words, by its own and the encoder's": Speller(bots.known, wider | dict(bots.right), LETTERS),
        "all words but its own, by its own": Speller(own, bots.right, LETTERS),
    }
    return {name: _correct_by(speller) for name, speller in rules.items()}


def _correct_by(speller: Speller) -> Correct:
    return lambda text: correct(text, speller.find_slips(text))


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


def judge(bot: Snapshot, read_as: Correct, said: Sequence[Utterance], strangers: Sequence[str]) -> Row:
    """How the bot does on messages that it reads as `read_as` leaves them."""
    read = [read_as(one.text) for one in said]
    heard = detect_all(read, bot, "en")
    done = [acted_on(_decide(text, found, bot)) for text, found in zip(read, heard, strict=True)]
    hit = [
        bool(found.candidates) and found.candidates[0].intent == one.intent
        for found, one in zip(heard, said, strict=True)
    ]
    right = [acts == {one.intent} for acts, one in zip(done, said, strict=True)]
    odd = [read_as(text) for text in strangers]
    bothered = [
        bool(acted_on(_decide(text, found, bot))) for text, found in zip(odd, detect_all(odd, bot, "en"), strict=True)
    ]
    changed = [text != one.text for text, one in zip(read, said, strict=True)]
    return Row(
        float(np.mean(hit)),
        float(np.mean(right)),
        float(np.mean([bool(acts) for acts in done])) - float(np.mean(right)),
        float(np.mean(bothered)),
        float(np.mean(changed)),
    )


def _decide(text: str, found: Detection, bot: Snapshot) -> Decision:
    return decide(Situation(text, found, bot.catalog, Settings(), NOBODY))


def time_of(read_as: Correct, texts: Sequence[str]) -> float:
    """Microseconds a message, of messages that were not seen before."""
    start = perf_counter()
    for text in texts:
        read_as(text)
    return (perf_counter() - start) / max(1, len(texts)) * 1e6


HEAD = "| set | slips | rule | accuracy | acted rightly | wrongly | strangers acted on | changed | µs |"


def main() -> None:
    """Judge a bot of each set."""
    parser = argparse.ArgumentParser(prog="python -m training.benchmarks.typos", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with intents/NAME/SPLIT.csv")
    parser.add_argument("--bundle", type=Path, default=Path("models"), help="folder of bundles; its active one judges")
    parser.add_argument("--cache", type=Path, help="file to keep embeddings in between runs")
    parser.add_argument("--sets", default=",".join(SETS), help="which sets, with commas between")
    parser.add_argument("--bots", type=int, default=20, help="simulated bots a set, where a prior is fitted without it")
    asked = parser.parse_args()
    bundle = active(asked.bundle)
    opened = open_data_sets(asked.data, "valid", SETS)
    print(HEAD, "|---" * (HEAD.count("|") - 1) + "|", sep="\n")
    with tempfile.TemporaryDirectory() as scratch:
        onnx = OnnxEncoder.from_bundle(bundle)
        encoder = RememberingEncoder(onnx, asked.cache or Path(scratch) / "embeddings.db")
        for name in asked.sets.split(","):
            prior, _ = choose_prior(name, asked.data, bundle, encoder, asked.bots)
            bot = learn(make_catalog(opened[name].examples_of("train_10")), encoder, prior)
            strangers = [text for other in SETS for text in _strangers(opened[other], other == name)]
            _judge(opened[name], bot, onnx.whole_words, strangers)


def _strangers(data: DataSet, own: bool) -> list[str]:
    """What no intent covers: of the set itself its strangers, of another one its messages."""
    if own:
        return [one.text for kind in data.strangers("valid").values() for one in kind]
    texts = [one.text for one in data.in_scope("valid")]
    return [texts[place] for place in np.random.default_rng(0).permutation(len(texts))[:STRANGERS].tolist()]


def _judge(data: DataSet, bot: Snapshot, vocabulary: frozenset[str], strangers: Sequence[str]) -> None:
    order = np.random.default_rng(0).permutation(len(data.in_scope("valid")))[:MESSAGES].tolist()
    asked = [data.in_scope("valid")[place] for place in order]
    for slips in SLIPS:
        generator = np.random.default_rng(slips)
        said = [Utterance(mistype(one.text, slips, generator), one.intent) for one in asked]
        odd = [mistype(text, slips, generator) for text in strangers]
        for rule, read_as in spellers(bot.catalog, vocabulary).items():
            spent = time_of(read_as, [one.text for one in said])
            print(f"| {data.name} | {slips} | {rule} | {judge(bot, read_as, said, odd)} | {spent:.0f} |", flush=True)


if __name__ == "__main__":
    main()
