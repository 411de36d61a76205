"""Small numbers as people write them out in an answer: "two", "for three people". By language.

Up to twenty, as few write out more. "One" is many things beside a number ("the blue one", "one moment"), so it counts
only where nothing else is said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bot.language.plain_text import read_plainly


@dataclass(frozen=True, slots=True, eq=False)
class Counting:
    """Number words, in lower case and without accents, and the `little` words that may stand around one."""

    numbers: Mapping[str, int]
    little: frozenset[str]


def _counting(numbers: str, little: str) -> Counting:
    """`numbers` from 0, several spellings of one parted by |."""
    words = {word: value for value, each in enumerate(numbers.split()) for word in each.split("|")}
    return Counting(words, frozenset(little.split()))


COUNTING: Mapping[str, Counting] = {
    "de": _counting(
        "null eins|ein|eine|einen|einer zwei|zwo drei vier funf|fuenf sechs sieben acht neun zehn elf zwolf|zwoelf"
        " dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn zwanzig",
        "bitte ja nur fur zu von uns wir sind es personen person leute stuck mal also ca circa etwa genau insgesamt",
    ),
    "en": _counting(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen twenty",
        "please pls yes just only for of them us we are we're there will be it's people persons person pieces about"
        " exactly the in total a party",
    ),
    "es": _counting(
        "cero un|uno|una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis"
        " diecisiete dieciocho diecinueve veinte",
        "por favor si solo para de somos seremos son personas persona unidades unos en total",
    ),
    "fr": _counting(
        "zero un|une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept"
        " dix-huit dix-neuf vingt",
        "svp oui juste pour de nous sommes on est sera serons personnes personne environ exactement au total",
    ),
}


def find_count(text: str, asked: str, language: str) -> tuple[int, int, int] | None:
    """The number that `text`, an answer, spells out, and from where to where it stands; None when it says more.

    Words of `asked`, which is what was asked for, may stand around it: "two seats".
    """
    known = COUNTING.get(language.partition("-")[0].lower())
    if known is None or len(text) > 80:
        return None
    words = [(_plain(found[0]), found) for found in re.finditer(r"[^\W_]+(?:['’-][^\W_]+)*", text)]
    counts = [(known.numbers[word], found) for word, found in words if word in known.numbers]
    around = known.little | set(re.findall(r"\w+", _plain(asked)))
    if len(counts) != 1 or not all(word in known.numbers or word in around for word, _ in words):
        return None
    value, found = counts[0]
    return value, found.start(), found.end()


def _plain(text: str) -> str:
    parted = unicodedata.normalize("NFD", read_plainly(text).casefold())
    return "".join(each for each in parted if not unicodedata.combining(each))
