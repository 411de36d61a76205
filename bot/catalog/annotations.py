"""Examples as authors mark them: `has [A-1042](order_id) shipped` -> plain text and the values in it.

Three notations, all Rasa's: `[value](slot)`, `[ny](city:New York)` and `[ny]{"entity": "city", "value": "New York"}`.
Brackets that no `(` or `{` follows are ordinary text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

from bot.messages import Entity

SLOT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")

_MARK = re.compile(r"\[(?P<text>[^\[\]]*)\](?:\((?P<slot>[^():]*)(?::(?P<value>[^()]*))?\)|(?=\{))")
_JSON = json.JSONDecoder()


class AnnotationError(ValueError):
    """A mark in an example cannot be read. `str(error)` says what is wrong and what to write."""


def parse_example(marked: str) -> tuple[str, tuple[Entity, ...]]:
    """Take the marks out of an example.

    Returns the text as a user would type it, and one Entity a mark: its slot, its value, and where in the text the
    words stand. A value given in the mark replaces the words as the value. Raises AnnotationError.
    """
    text, entities, position = "", [], 0
    while mark := _MARK.search(marked, position):
        text += marked[position : mark.start()]
        words = mark["text"]
        if mark["slot"] is None:
            slot, value, position = _from_json(marked, mark.end(), words)
        else:
            slot, value, position = mark["slot"].strip(), mark["value"], mark.end()
        _check(words, slot, value)
        entities.append(Entity(slot, words if value is None else value.strip(), len(text), len(text) + len(words)))
        text += words
    return text + marked[position:], tuple(entities)


def unmark(marked: str, slots: Collection[str]) -> str:
    """An example without the marks of slots other than `slots`; their words stay. Raises AnnotationError."""
    text, position = "", 0
    while mark := _MARK.search(marked, position):
        text += marked[position : mark.start()]
        slot, position = mark["slot"], mark.end()
        if slot is None:
            slot, _, position = _from_json(marked, position, mark["text"])
        text += marked[mark.start() : position] if slot.strip() in slots else mark["text"]
    return text + marked[position:]


def _from_json(marked: str, start: int, words: str) -> tuple[str, str | None, int]:
    example = f'[{words}]{{"entity": "slot", "value": "its value"}}'
    try:
        mark, end = _JSON.raw_decode(marked, start)
    except (ValueError, RecursionError):
        raise AnnotationError(f"what follows `[{words}]` is not JSON; write {example} or [{words}](slot)") from None
    unknown = sorted(set(mark) - {"entity", "value"})
    if unknown:
        raise AnnotationError(f"`{unknown[0]}` is not read in the mark of `[{words}]`; write {example}")
    slot, value = mark.get("entity"), mark.get("value")
    if not isinstance(slot, str) or not (value is None or isinstance(value, str)):
        raise AnnotationError(f"the mark of `[{words}]` needs texts in quotes; write {example}")
    return slot, value, end


def _check(words: str, slot: str, value: Any) -> None:
    if not words.strip():
        raise AnnotationError(
            f"a mark for `{slot}` has no words between its brackets; write [the words]({slot or 'slot'})"
        )
    if not SLOT_NAME.fullmatch(slot):
        raise AnnotationError(
            f"`{slot}` after `[{words}]` is no name of a slot (letters, digits and _); "
            "if the brackets are plain text, leave a space after the ]"
        )
    if value is not None and not value.strip():
        raise AnnotationError(f"the mark of `[{words}]` has an empty value; write [{words}]({slot}:value)")
