"""A name and a description for an intent that nobody has written yet, from its sentences; a person may change both."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import log

WORDS_IN_NAME = 2
LONGEST_QUOTE = 200

_WORD = re.compile(r"[^\W\d_]{2,}")
_GREETING = re.compile(
    r"^(?:hi|hello|hey|good (?:morning|afternoon|evening)|please|so|ok|okay|um+|well)\b[\s,.!-]*", re.I
)
_SAY_NOTHING = """
a about all also am an and any anyone are as at be been but by can could did do does doing don for from get give go
going got had has have hello hey hi how if im in is it its just know let like long make many may me mine much must
my need no not now of off ok on one or our out over please so some somehow something somewhere still tell than thank
thanks that the their them then there these they thing this those to too under up us ve want wanted was we were what
when where which while who why will wish with would yes yet you your yours ll re isn doesn didn won cannot able
really anything someone say says said ask asking tried trying help
"""
_STOP = frozenset(_SAY_NOTHING.split())

# What people say in the first person, as a description says it of them. The rest of the sentence follows.
_SHAPES = tuple(
    (re.compile(rf"^(?:{said})\b\s*", re.IGNORECASE), told)
    for said, told in (
        (
            r"i(?: want| need| wish|['’]d like|['’]d love| would like| would love| am trying|['’]m trying) to",
            "wants to",
        ),
        (r"i (?:want|need)", "wants"),
        (r"(?:is it possible|am i able) to", "asks whether they can"),
        (r"(?:can|could|may) i", "asks whether they can"),
        (r"how (?:do|can|could|would|should) i", "asks how to"),
        (r"where (?:do|can|could|would|should) i", "asks where to"),
        (r"when (?:do|can|could|should) i", "asks when to"),
        (r"(?:can|could|would|will) you", "asks us to"),
        (r"do you", "asks whether we"),
        (r"are you", "asks whether we are"),
        (r"how (?:do|can) you", "asks how we"),
    )
)
_THEIRS = {
    "i": "they", "me": "them", "my": "their", "mine": "theirs", "myself": "themselves", "i'm": "they are", "am": "are",
    "i've": "they have", "i'd": "they would", "i'll": "they will", "you": "we", "your": "our", "yours": "ours",
}  # fmt: skip
_PERSON = re.compile(r"\b(?:i['’](?:m|ve|d|ll)|i|me|my|mine|myself|am|you|your|yours)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a new intent may be called, and what it may say."""

    name: str
    description: str


def propose(sentences: Sequence[str], everywhere: Counter[str], taken: Collection[str], language: str) -> Proposal:
    """For `sentences`, the most typical first.

    `everywhere` is `count_words` of all that they are to be set apart from, themselves included; `taken` are names in
    use.
    """
    return Proposal(_name(sentences, everywhere, taken), describe(sentences[0], language))


def count_words(sentences: Iterable[str]) -> Counter[str]:
    """In how many of the sentences each telling word stands."""
    return Counter(word for text in sentences for word in set(_words(text)))


def _name(sentences: Sequence[str], everywhere: Counter[str], taken: Collection[str]) -> str:
    """The words that stand in many of the sentences and in few others, in the order in which they are said.

    Each word weighs as by class-based TF-IDF (Grootendorst, "BERTopic", 2022), with all sentences as one document.
    """
    own = count_words(sentences)
    weights = {word: count * log(1 + len(sentences) / (1 + everywhere[word] - count)) for word, count in own.items()}
    typical = _words(sentences[0])
    first = min(weights, key=lambda word: (-weights[word], word), default="")
    near = {word: abs(place - typical.index(first)) for place, word in enumerate(typical)} if first in typical else {}
    best = sorted(weights, key=lambda word: (-weights[word], near.get(word, len(typical)), word))[:WORDS_IN_NAME]
    order = {word: place for place, word in reversed(list(enumerate(_words(" ".join(sentences)))))}
    name = "_".join(sorted(best, key=order.__getitem__)) or "new_intent"
    name = name if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,75}", name) else "new_intent"
    numbered = (f"{name}_{number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(each for each in numbered if each not in taken)


def _words(text: str) -> list[str]:
    words = (word.lower() for word in _WORD.findall(text))
    return [word for word in words if word not in _STOP]


def describe(sentence: str, language: str = "en") -> str:
    """ "can I pay in instalments?" -> "The customer asks whether they can pay in instalments."

    A sentence of another shape is quoted; one of another language stands as it is.
    """
    said = " ".join(sentence.split())[:LONGEST_QUOTE].rstrip(" ?.!,;")
    if not language.startswith("en"):
        return said or sentence
    while (shorter := _GREETING.sub("", said)) != said:
        said = shorter
    for shape, told in _SHAPES:
        if (found := shape.match(said)) and len(said) > found.end():
            return f"The customer {told} {_of_them(said[found.end() :])}."
    return f'The customer says something like "{said or sentence.strip()}".'


def _of_them(rest: str) -> str:
    return _PERSON.sub(lambda found: _THEIRS[found[0].lower().replace("’", "'")], rest)
