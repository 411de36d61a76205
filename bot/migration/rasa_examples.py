"""Examples as Rasa marks them, as intent files here do: one slot a mark, by the slot's name, synonyms spelt out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.catalog.annotations import SLOT_NAME, parse_example
from bot.migration.rasa_project import RasaProject

LONGEST_EXAMPLE = 1000

# As rasa/nlu/utils/entities_parser.py reads them: (entity), (entity:value), {...} or [{...}, {...}].
_MARK = re.compile(r"\[(?P<text>[^\]]+?)\](?:\((?P<entity>[^:)]+?)(?::(?P<value>[^)]+))?\)|(?=\{|\[\{))")
_JSON = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class TranslatedExamples:
    """As they are to be written, and the slots that their marks name, in the order of their first mark.

    `unread` are the examples whose marks nobody can read; they are there without them. `too_long` are not there.
    """

    texts: tuple[str, ...]
    slots: tuple[str, ...]
    unread: tuple[str, ...]
    too_long: int


def translate_examples(written: Iterable[str], project: RasaProject) -> TranslatedExamples:
    """Rewrite the marks of some examples; what is there twice comes once."""
    texts: dict[str, None] = {}
    slots: dict[str, None] = {}
    unread: list[str] = []
    too_long = 0
    for example in written:
        text = " ".join(example.split())
        try:
            text = _rewrite(text, project)
            entities = parse_example(text)[1]
        except (ValueError, RecursionError):  # AnnotationError is one
            unread.append(text)
            text, entities = _without_marks(text), ()
        if len(text) > LONGEST_EXAMPLE:
            too_long += 1
        elif text.strip():
            texts[text] = None
            slots |= dict.fromkeys(entity.slot for entity in entities)
    return TranslatedExamples(tuple(texts), tuple(slots), tuple(unread), too_long)


def slot_of(entity: str, role: str | None, project: RasaProject) -> str:
    """The slot that an entity fills by the domain's mappings; without one, that of the entity's name and its role."""
    found = None
    for slot, mappings in project.mappings.items():
        for mapping in mappings:
            if mapping.get("type") == "from_entity" and mapping.get("entity") == entity:
                if mapping.get("role") == role:
                    return slot_name(slot)
                found = found or (slot if "role" not in mapping else None)
    return slot_name(found or (role and f"{entity}_{role}") or entity)


def slot_name(name: str) -> str:
    """`amount-of-money` as slots are named here; one in another script by its letters' numbers (RFC 3492)."""
    plain = re.sub(r"\W", "_", name if name.isascii() else name.encode("punycode").decode(), flags=re.ASCII)
    return plain[:80] if name.isascii() and SLOT_NAME.fullmatch(plain[:80]) else f"slot_{plain}"[:80]


def plain_text(example: str) -> str:
    """An example, or what a test says, as a user types it."""
    text = " ".join(example.split())
    try:
        return parse_example(_rewrite(text, RasaProject(Path())))[0]
    except (ValueError, RecursionError):  # AnnotationError is one
        return _without_marks(text)


def _without_marks(text: str) -> str:
    return re.sub(r"[\[\]]", "", _MARK.sub(lambda mark: mark["text"], text))


def _rewrite(example: str, project: RasaProject) -> str:
    written, position = "", 0
    while mark := _MARK.search(example, position):
        written += example[position : mark.start()]
        told: Mapping[str, Any] = {"entity": mark["entity"], "value": mark["value"]}
        position = mark.end()
        if mark["entity"] is None:
            told, position = _from_json(example, mark.end())
        words, value = mark["text"], told.get("value")
        meant = str(value) if value is not None else project.synonyms.get(words.casefold(), words)
        written += _mark(words, slot_of(str(told.get("entity")), told.get("role"), project), meant)
    return written + example[position:]


def _from_json(example: str, start: int) -> tuple[Mapping[str, Any], int]:
    """Of several entities in one place, the first: a word fills one slot here."""
    value, end = _JSON.raw_decode(example, start)
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, dict):
        raise ValueError("no mapping")
    return first, end


def _mark(words: str, slot: str, meant: str) -> str:
    if words == meant:
        return f"[{words}]({slot})"
    if re.search(r"[():]", meant):
        return f"[{words}]{json.dumps({'entity': slot, 'value': meant}, ensure_ascii=False)}"
    return f"[{words}]({slot}:{meant})"
