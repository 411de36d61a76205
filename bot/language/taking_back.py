"""How people take back what they have just said and say another thing: "30, no wait, 25". By language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bot.language.plain_text import read_plainly


@dataclass(frozen=True, slots=True, eq=False)
class TakingBack:
    """`cues` take back what stands before them; beside them only `little` words may stand there.

    `turns` do so after one of `nots`: "not Monday but Friday".
    """

    cues: frozenset[str]
    little: frozenset[str]
    nots: frozenset[str]
    turns: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TAKING_BACK: Mapping[str, TakingBack] = {
    "de": TakingBack(
        _words("nein ne nee doch lieber sorry entschuldigung quatsch halt moment stopp besser vielmehr korrektur"),
        _words("ich meine meinte ach oh ah es das ist sind waere mache machen wir den die am um dann bitte warte war"),
        _words("nicht kein keine keinen"),
        _words("sondern"),
    ),
    "en": TakingBack(
        _words("no nope sorry actually wait rather mean meant correction oops instead whoops"),
        _words("i oh ah or it it's its is was that make let's on the a an not hm hmm um uh please say better just one"),
        _words("not"),
        _words("but"),
    ),
    "es": TakingBack(
        _words("perdon perdona mejor espera espere digo disculpe disculpa corrijo"),
        _words("no ay ah oh es son el la los las lo un una que a de yo quiero decir por favor en realidad"),
        _words("no"),
        _words("sino"),
    ),
    "fr": TakingBack(
        _words("non pardon plutot finalement attendez attends desole desolee enfin"),
        _words("oh ah euh en fait c'est est le la les l un une a je veux voulais dire ou mais pour bon svp"),
        _words("pas"),
        _words("mais"),
    ),
}


def takes_back(before: str, between: str, own: str, language: str) -> bool:
    """Whether what stands `between` two values takes the first of them back, which stands after `before`.

    Words of `own`, as the name of the value's slot, say nothing: "30 seats, no wait, 25 seats".
    """
    known = TAKING_BACK.get(language.partition("-")[0].lower())
    if known is None:
        return False
    words, earlier = _read(between), _read(before)
    if known.turns.intersection(words) and known.nots.intersection(earlier[-2:]):
        return known.turns | known.little >= set(words)
    little = known.cues | known.little | set(_read(own))
    return any(word in known.cues for word in words) and all(word in little for word in words)


def _read(text: str) -> list[str]:
    parted = unicodedata.normalize("NFD", read_plainly(text).casefold())
    return re.findall(r"[\w']+", "".join(each for each in parted if not unicodedata.combining(each)))
