"""What `ripen check` finds in a catalog that loads: sentences in two places, meanings too close, loose ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np

from bot.catalog.catalog import Catalog, Example, Intent, ResponseTemplate, Source
from bot.catalog.contradiction import embed_described, find_contradictions
from bot.detectors.base import Embeddings, Encoder
from bot.errors import Problem
from bot.payload import read_payload
from bot.responses import PLACEHOLDER
from bot.slots import delexicalise_examples

# Cosines of all-MiniLM-L6-v2: rewordings of one sentence lie above, sentences that differ in a word that matters below
# ("cancel my order" and "... subscription": 0.65; "asks how refunds work" and "wants to know how refunds work": 0.97).
NEAR_EXAMPLES = 0.92
NEAR_DESCRIPTIONS = 0.90
_BLOCK = 1024
_ORDINARY = ("hello", "please", "where", "thanks")


def find_problems(catalog: Catalog, encoder: Encoder | None) -> tuple[Problem, ...]:
    """Everything worth a look, in the order of files and lines. Without an encoder, meanings are not compared."""
    found: list[Problem] = list(catalog.warnings)
    found += _repeated_examples(catalog)
    found += _nothing_to_do(catalog)
    found += _unfilled_slots(catalog)
    found += _greedy_patterns(catalog)
    found += _dead_buttons(catalog)
    found += _pinned_too_early(catalog)
    if encoder is not None:
        found += _near_examples(catalog, encoder)
        found += _near_descriptions(catalog, encoder)
        found += _contradictions(catalog, encoder)
    return tuple(sorted(found, key=lambda problem: (str(problem.file), problem.line)))


def _repeated_examples(catalog: Catalog) -> Iterator[Problem]:
    first: dict[str, tuple[Intent, Example]] = {}
    for intent, example in _examples(catalog):
        earlier = first.setdefault(_folded(example.text), (intent, example))
        if earlier[1] is example:
            continue
        owner, where = earlier[0].name, earlier[1].source
        if owner == intent.name:
            yield _warn(example.source, f'"{example.text}" is already at {where}.', "Remove one of the two.")
        else:
            remedy = "One sentence can mean one thing: keep it where it belongs."
            yield _warn(example.source, f'"{example.text}" is also an example of `{owner}`, at {where}.', remedy)


def _nothing_to_do(catalog: Catalog) -> Iterator[Problem]:
    for intent in catalog.intents.values():
        if intent.action is None and not intent.responses:
            message = f"`{intent.name}` has neither an action nor responses, so the bot has no answer to it."
            yield _warn(intent.source, message, "Add responses: or action:.")


def _unfilled_slots(catalog: Catalog) -> Iterator[Problem]:
    filled = {slot.name for intent in catalog.intents.values() for slot in intent.slots}
    own = [intent.responses for intent in catalog.intents.values()]
    # Named responses that only actions use get their values from them.
    named = [catalog.responses.get(intent.action or "", ()) for intent in catalog.intents.values()]
    for template in chain.from_iterable(own + named):
        for name in sorted(_slots_named(template) - filled):
            source = template.source
            if source is not None:
                remedy = "Declare it under an intent's slots:, unless an action sets it."
                yield _warn(source, f"No intent fills the slot in `{{{name}}}`.", remedy)


def _greedy_patterns(catalog: Catalog) -> Iterator[Problem]:
    for intent in catalog.intents.values():
        for slot in intent.slots:
            if slot.pattern and all(slot.pattern.search(word) for word in _ORDINARY):
                message = f"The pattern of `{slot.name}` matches ordinary words: every message fills it."
                remedy = "Make it narrower, or remove it: without a pattern, the answer to `ask` is taken whole."
                yield _warn(intent.source, message, remedy)


def _dead_buttons(catalog: Catalog) -> Iterator[Problem]:
    own = [intent.responses for intent in catalog.intents.values()]
    for template in chain.from_iterable((*own, *catalog.responses.values())):
        for button in template.buttons:
            named = (
                button.payload.startswith("/") and read_payload(PLACEHOLDER.sub("", button.payload), catalog) is None
            )
            if named and template.source is not None:
                message = f'The button "{button.title}" sends `{button.payload}`, which names no intent here.'
                yield _warn(template.source, message, 'Write /intent, /intent{"slot": "value"}, or plain text.')


def _pinned_too_early(catalog: Catalog) -> Iterator[Problem]:
    for intent in catalog.intents.values():
        if intent.stage == "mature" and len(intent.examples) < 2:
            message = f"`{intent.name}` is pinned as mature, but has {len(intent.examples)} examples to learn from."
            yield _warn(intent.source, message, "Add examples, or remove stage: until there are some.")


def _near_examples(catalog: Catalog, encoder: Encoder) -> Iterator[Problem]:
    """The closest pair of each two intents whose examples come too close."""
    examples = list(_examples(catalog))
    if not examples:  # an encoder may refuse to encode nothing
        return
    best: dict[tuple[str, str], tuple[float, int, int]] = {}
    count: dict[tuple[str, str], int] = defaultdict(int)
    for row, column, cosine in _pairs(encoder.encode([example.text for _, example in examples]), NEAR_EXAMPLES):
        (one, first), (other, second) = examples[row], examples[column]
        if one.name == other.name or _folded(first.text) == _folded(second.text):
            continue
        pair = (one.name, other.name)
        count[pair] += 1
        best[pair] = max(best.get(pair, (0.0, 0, 0)), (cosine, row, column))
    for pair, (_, row, column) in best.items():
        (one, first), (other, second) = examples[row], examples[column]
        more = f" ({count[pair] - 1} more such pairs)" if count[pair] > 1 else ""
        message = f'"{second.text}" means nearly what "{first.text}" of `{one.name}` does, at {first.source}{more}.'
        yield _warn(second.source, message, f"Decide whether it is `{one.name}` or `{other.name}`.")


def _near_descriptions(catalog: Catalog, encoder: Encoder) -> Iterator[Problem]:
    intents = list(catalog.intents.values())
    if not intents:
        return
    for row, column, _ in _pairs(encoder.encode([intent.description for intent in intents]), NEAR_DESCRIPTIONS):
        first, second = intents[row], intents[column]
        message = (
            f"The descriptions of `{second.name}` and `{first.name}` ({first.source}) read as the same: "
            f'"{second.description}" and "{first.description}"'
        )
        yield _warn(second.source, message, "Say in each what sets it apart, or merge the two.")


def _contradictions(catalog: Catalog, encoder: Encoder) -> Iterator[Problem]:
    """As the detectors see it, so by the examples that they learn from; the sentences are told as written."""
    read = delexicalise_examples(catalog).intents
    described = [intent for intent in read.values() if intent.is_described]
    for name, found in find_contradictions(embed_described(described, encoder)).items():
        intent = catalog.intents[name]
        written = dict(zip((example.text for example in read[name].examples), intent.examples, strict=True))
        sentences = ", ".join(f'"{written[text].text}" (line {written[text].source.line})' for text in found.sentences)
        message = f"`{name}` contradicts itself: {found.told}. Most at odds: {sentences}."
        yield _warn(intent.source, message, "Change the description or the examples; until then it does not mature.")


def _pairs(vectors: Embeddings, threshold: float) -> Iterator[tuple[int, int, float]]:
    """All pairs of rows, the first above the second, whose cosine is at least `threshold`."""
    for start in range(0, len(vectors), _BLOCK):
        cosines = vectors[start : start + _BLOCK] @ vectors[start:].T
        rows, columns = np.nonzero(np.triu(cosines >= threshold, k=1))
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            yield start + row, start + column, float(cosines[row, column])


def _slots_named(template: ResponseTemplate) -> set[str]:
    return {name for text in _texts(template) for name in PLACEHOLDER.findall(text)}


def _texts(template: ResponseTemplate) -> Sequence[str]:
    buttons = chain.from_iterable((button.title, button.payload) for button in template.buttons)
    return [text for text in (template.text, template.image, *buttons) if text]


def _examples(catalog: Catalog) -> Iterable[tuple[Intent, Example]]:
    return ((intent, example) for intent in catalog.intents.values() for example in intent.examples)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!?")


def _warn(source: Source, message: str, remedy: str) -> Problem:
    return Problem("warning", source.file, source.line, message, remedy)
