"""One message may hold several wishes: "cancel my order and refund me". It is cut where people join sentences."""

from __future__ import annotations

import re

from bot.language.plain_text import read_plainly

LONGEST = 4
"""Segments that are looked at; a message of more is a story, not a list of wishes."""

FEWEST_WORDS = 2
"""A segment of one word ("hi", "please") is manners more often than a wish."""

JOINTS = {
    "de": ("und", "außerdem", "auch", "aber", "dann"),
    "en": ("and", "also", "but", "then", "plus"),
    "es": ("y", "e", "además", "también", "pero", "luego"),
    "fr": ("et", "aussi", "mais", "puis"),
    "it": ("e", "ed", "anche", "ma", "poi"),
    "nl": ("en", "ook", "maar", "dan"),
    "pt": ("e", "também", "mas", "depois"),
}
"""Words between two wishes, by language; punctuation joins in every language."""

TURNS = frozenset(
    ["aber", "but", "dan", "dann", "depois", "luego", "ma", "maar", "mas", "mais", "pero", "poi", "puis", "then"]
)
"""Those of them that turn to something else, and list nothing."""

_PUNCTUATION = r"[.;:!?。！？；،؟]+(?:\s+|$)|[，、]|,\s+"


def words_of_lists(language: str) -> tuple[str, ...]:
    """Words that go on with a list, in a language as config.yml names it; none where it is not known."""
    joints = JOINTS.get(language.partition("-")[0].lower(), ())
    return tuple(word for word in joints if word not in TURNS)


def split_message(text: str, language: str) -> tuple[str, ...]:
    """The segments of `text` in order; none when it does not fall into at least two.

    Punctuation is that of the text as written: in plain characters, a Chinese comma would part nothing.
    `language` as in config.yml ("en", "pt-BR"); one without a list of joints is cut at punctuation only.
    """
    return _cut(text, language) or _cut(read_plainly(text), language)


def _cut(text: str, language: str) -> tuple[str, ...]:
    words = JOINTS.get(language.partition("-")[0].lower(), ())
    joints = rf",?\s+(?:(?:{'|'.join(words)})\s+)+|" if words else ""
    cut = re.split(rf"{joints}\s*(?:{_PUNCTUATION})", text, flags=re.IGNORECASE)
    segments = tuple(piece.strip() for piece in cut if len(piece.split()) >= FEWEST_WORDS)
    return segments if 2 <= len(segments) <= LONGEST else ()
