"""A text in plain characters, as detectors, patterns and rules read it: a full-width "ｏｒｄｅｒ" is an order to them.

Unicode's compatibility form (NFKC, UAX #15), and beside it what keyboards and word processors put in by themselves and
Unicode keeps apart: curly quotes, dashes, and signs without width. Ordinary text comes back as it is. What users and
authors wrote is kept and shown as they wrote it, since the form loses something: "5½" becomes "51⁄2".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_QUOTES = dict.fromkeys("‘’‚‛′´ʼ", "'") | dict.fromkeys("“”„‟″", '"')
_DASHES = dict.fromkeys("‐‑‒–—―−", "-")
# Not U+200C and U+200D: Persian spells with them, and emoji are joined by them.
_WITHOUT_WIDTH = [0x00AD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
_PLAIN = str.maketrans(_QUOTES | _DASHES) | dict.fromkeys(_WITHOUT_WIDTH)


def read_plainly(text: str) -> str:
    """`text` in plain characters; itself where it has no others. Read again, it stays what it is."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text.translate(_PLAIN)).translate(_PLAIN)


def find_places(text: str) -> list[tuple[int, int]]:
    """For each character of `read_plainly(text)` from where to where in `text` that stands which it was made of."""
    places: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        places += [(start, end)] * len(read_plainly(text[start:end]))
    return places


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Cuts `text` where what stands before and after does not grow together, as a letter and its accent do."""
    start = 0
    for at in range(1, len(text)):
        here = read_plainly(text[at])
        if not here or unicodedata.combining(here[0]):
            continue
        if read_plainly(text[start : at + 1]) == read_plainly(text[start:at]) + here:
            yield start, at
            start = at
    if text:
        yield start, len(text)
