"""What a bot is asked: its own examples, each while it is held out of learning, or the rows of a file.

An example always falls into the same fold, whatever is added beside it: two runs then differ by what was changed, not
by how the folds were drawn.
"""

from __future__ import annotations

import difflib
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.catalog.catalog import Catalog, Example, Intent, Stage
from bot.slots import delexicalise
from training.evaluation.csv_rows import DataError, read_utterances
from training.evaluation.intent_sets import OUT_OF_SCOPE

FOLDS = 5
MOST_ASKED = 100
"""Examples of an intent that are held out and asked; the rest of a larger one are learnt in every fold."""


@dataclass(frozen=True, slots=True)
class Question:
    """A message and the intent that it means (OUT_OF_SCOPE: none). `where` is file:line, or empty."""

    text: str
    intent: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Fold:
    """A bot that lacks the examples which it is asked."""

    catalog: Catalog
    questions: tuple[Question, ...]


def cut(catalog: Catalog, stages: Mapping[str, Stage], folds: int, root: Path) -> tuple[Fold, ...]:
    """Each example is held out once, at most MOST_ASKED an intent, and with it all that read the same.

    `stages` pins each intent to what it is in the bot that serves, which has more examples than any fold. Paths are
    told relative to `root`. Raises DataError: no intent has an example.
    """
    dealt = _deal(catalog, folds)
    if not dealt:
        raise DataError(
            "the bot has no examples to ask it: write some in the intent files, or name a file of messages: --data FILE"
        )
    return tuple(_fold(catalog, stages, dealt, number, root) for number in sorted(set(dealt.values())))


def _deal(catalog: Catalog, folds: int) -> dict[str, int]:
    """The fold of each sentence, as it is read; evenly within an intent, and by the sentence itself where it can be."""
    dealt: dict[str, int] = {}
    for intent in catalog.intents.values():
        texts = sorted({_read(example, catalog) for example in intent.examples}, key=_digest)[:MOST_ASKED]
        room = Counter(dict.fromkeys(range(folds), -(-len(texts) // folds)))
        room.subtract(dealt[text] for text in texts if text in dealt)
        for text in texts:
            if text not in dealt:
                first = _digest(text) % folds
                order = [(first + step) % folds for step in range(folds)]
                dealt[text] = next((fold for fold in order if room[fold] > 0), first)
                room[dealt[text]] -= 1
    return dealt


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8])


def _read(example: Example, catalog: Catalog) -> str:
    """As the detectors read it, and without capitals: what reads the same must not be asked and known at once."""
    return " ".join(delexicalise(example.text, catalog).casefold().split())


def _fold(catalog: Catalog, stages: Mapping[str, Stage], dealt: Mapping[str, int], number: int, root: Path) -> Fold:
    kept, asked = {}, list[Question]()
    for name, intent in catalog.intents.items():
        out = [dealt.get(_read(example, catalog)) == number for example in intent.examples]
        taught = tuple(example for example, held in zip(intent.examples, out, strict=True) if not held)
        kept[name] = replace(intent, examples=taught, stage=stages[name])
        asked += _questions(intent, out, root)
    return Fold(replace(catalog, intents=kept), tuple(asked))


def _questions(intent: Intent, out: Sequence[bool], root: Path) -> Iterable[Question]:
    """The held-out examples, each once."""
    held = {example.text: example for example, held in zip(intent.examples, out, strict=True) if held}
    return [Question(text, intent.name, tell_source(example, root)) for text, example in held.items()]


def tell_source(example: Example, root: Path) -> str:
    """file:line, the file relative to `root` where it is in there."""
    file = example.source.file
    shown = file.relative_to(root) if file.is_relative_to(root) else file
    return f"{shown}:{example.source.line}"


def read_questions(file: Path, catalog: Catalog, tell: Callable[[str], None]) -> tuple[Question, ...]:
    """The rows of a CSV file with the columns text and intent; `tell` is told what was left out or is unfair.

    Raises DataError: it cannot be read, or names intents that the bot does not have.
    """
    rows = read_utterances(file, tell)
    strange = Counter(row.intent for row in rows if row.intent not in {*catalog.intents, OUT_OF_SCOPE})
    if strange:
        raise DataError(_describe(file, strange, catalog))
    known = {_normal(example.text) for intent in catalog.intents.values() for example in intent.examples}
    seen = sum(_normal(row.text) in known for row in rows)
    if seen:
        tell(f"{seen} of {len(rows)} messages are also examples of the bot, which measures memory: take them out")
    return tuple(Question(row.text, row.intent) for row in rows)


def _normal(text: str) -> str:
    return " ".join(text.casefold().split())


def _describe(file: Path, strange: Mapping[str, int], catalog: Catalog) -> str:
    told = []
    for name, count in list(strange.items())[:5]:
        close = difflib.get_close_matches(name, catalog.intents, n=1)
        told.append(f"{name} ({count} rows{f'; did you mean {close[0]}?' if close else ''})")
    more = f" and {len(strange) - 5} more" if len(strange) > 5 else ""
    return (
        f"{file} names intents that this bot does not have: {', '.join(told)}{more}. Every row needs an intent that "
        f"`ripen intents` lists, or {OUT_OF_SCOPE} for messages that mean none of them."
    )
