"""The facts that an intent needs: found in the message, asked for when missing, corrected when said anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

from bot.alike import Search, find_matches, groups_of, searches_of, share_out
from bot.catalog.catalog import Catalog, Example, Intent, Slot, read_name
from bot.language.counting import find_count
from bot.language.plain_text import find_places, read_plainly
from bot.language.segments import words_of_lists
from bot.language.short_answers import words_of
from bot.messages import Entity, Requested

FindEntities = Callable[[str], tuple[Entity, ...]]

_DATE = r"\d{1,4}[-/]\d{1,2}[-/]\d{1,4}|\d{1,2}/\d{4}"
_CODE = re.compile(rf"(?=.*\d)(?!(?:{_DATE})$)[^\W_](?:[-_#/]?[^\W_]){{4,}}")
"""Such as A-1042 and 2026/1234, and not such as 12, 19:00, 3.50 and 2026-05-01."""


def find_entities(
    text: str, catalog: Catalog, language: str = "", asked: Requested | None = None
) -> tuple[Entity, ...]:
    """Every slot value that `text` holds, by pattern or by a value annotated in the examples.

    Of several values the first counts, unless it is taken back in the `language` of config.yml: "30, no wait, 25".
    Where slots of an intent look alike (alike.py), the one that was `asked` for goes first. What is found nowhere in
    the text as written is looked for in its plain characters, and then the value is in these: for whoever looks an
    order up, a full-width number is the number. One that answers what was asked may be spelt out: "three of them".
    Places are always those in `text`.
    """
    plain, found = read_plainly(text), dict[str, Entity]()
    for search in searches_of(catalog):
        if found and all(slot.name in found for slot in search.slots):
            continue
        first = asked.slot if asked and asked.intent == search.intent.name else None
        entities = _find(text, search, language, first)
        if not entities and plain != text:
            entities = _place(_find(plain, search, language, first), find_places(text))
        for entity in entities:
            found.setdefault(entity.slot, entity)
    counted = _count(text, catalog, language, asked) if asked and asked.slot not in found else None
    return (*found.values(), counted) if counted else tuple(found.values())


def find_as_read(text: str, corrections: Sequence[tuple[str, str]], find: FindEntities) -> tuple[Entity, ...]:
    """What `find` finds in `text`, and beside it what is there once slips of the keyboard are put right: "buisness"."""
    found, right = find(text), dict(corrections)
    if not right:
        return found
    read, places = "", list[tuple[int, int]]()
    for part in re.finditer(r"\w+|\W", text):
        word = right.get(part[0].lower())
        read += word or part[0]
        places += [part.span()] * len(word) if word else [(at, at + 1) for at in range(*part.span())]
    slots = {each.slot for each in found}
    return (*found, *_place([each for each in find(read) if each.slot not in slots], places))


def find_listed(text: str, slot: Slot, intent: Intent, language: str) -> tuple[Entity, ...]:
    """The different codes for `slot` that `text` lists ("A-1042, A-1043 and B-2077"); none when it lists no two.

    Only codes: who comes "with 2, 3 kids" or "at 19:00, 20:00" is not sure of one thing. And none where another slot of
    `intent` looks the same, as in "from LHR to JFK".
    """
    alone = slot.pattern is not None and (slot,) in groups_of(intent)
    found = list(slot.pattern.finditer(text)) if slot.pattern and alone else []
    last = next(
        (
            at
            for at, (one, other) in enumerate(pairwise(found))
            if not _joins(text[one.end() : other.start()], slot, language)
        ),
        len(found) - 1,
    )
    codes = {"".join(each[0].split()).casefold(): each for each in reversed(found[: last + 1])}
    if len(codes) < 2 or not all(map(_CODE.fullmatch, codes)):
        return ()
    return tuple(Entity(slot.name, each[0], each.start(), each.end()) for each in reversed(codes.values()))


def holds_code(intent: Intent, entities: Iterable[Entity]) -> bool:
    """Whether one of `entities` is a code for a slot of `intent`, which names one thing and no other."""
    return any(_CODE.fullmatch("".join(str(value).split())) for value in values_for(intent, entities).values())


def _joins(between: str, slot: Slot, language: str) -> bool:
    """Whether what stands between two codes does no more than list them: "A-1042 and order B-2077"."""
    words = {*words_of_lists(language), *read_name(slot.name).casefold().split()}
    return all(word in words for word in re.findall(r"[^\W_]+|[^\w\s,;&/+-]", between.casefold()))


def values_for(intent: Intent, entities: Iterable[Entity]) -> dict[str, Any]:
    """Those of `entities` that fill a slot of `intent`; a payload's value that breaks the slot's pattern does not."""
    slots = {slot.name: slot for slot in intent.slots}
    return {
        entity.slot: entity.value
        for entity in entities
        if entity.slot in slots and _fits(entity.value, slots[entity.slot])
    }


def missing_slot(intent: Intent, values: Mapping[str, Any], left_out: Collection[str] = ()) -> Slot | None:
    """The first slot of `intent` that has to be asked for, but for those that are `left_out`."""
    missing = (slot for slot in intent.slots if slot.ask and values.get(slot.name) in (None, ""))
    return next((slot for slot in missing if slot.name not in left_out), None)


def slot_named(intent: Intent | None, name: str) -> Slot | None:
    """The slot of `intent` by its name; None when the intent (or the slot) is no longer in the catalog."""
    return next((slot for slot in intent.slots if slot.name == name), None) if intent else None


def corrects_another(
    intent: Intent, asked: Slot, values: Mapping[str, Any], known: Mapping[str, Any], *, words: bool = False
) -> bool:
    """Whether a message with `values` takes back what is `known` of another slot than the one `asked` for.

    "I meant A-1043" is then no answer to "What is the new address?", though any text would do. With `words`, so are
    values that are no codes: words such as colours turn up in any answer, but are none where the message says no more.
    """
    return any(
        slot.name != asked.name
        and (words or not takes_any_text(slot))
        and slot.name in values
        and known.get(slot.name) not in (None, "")
        and str(values[slot.name]).casefold() != str(known[slot.name]).casefold()
        for slot in intent.slots
    )


def takes_any_text(slot: Slot) -> bool:
    """Whether the whole message answers the question for `slot`, when no value is found in it."""
    return slot.pattern is None or slot.any_text


def delexicalise(text: str, catalog: Catalog) -> str:
    """`text` as it is encoded: in plain characters, with codes read as the name of their slot.

    "where is A-1042" -> "where is order id": a sentence encoder knows what an order id is, and makes noise of its
    digits. Values made of words stay.
    """
    return code_reader(catalog)(text)


def code_reader(catalog: Catalog) -> Callable[[str], str]:
    """`delexicalise` for many texts of one catalog."""
    return partial(_read_codes, patterns=_patterns_of(catalog))


def _patterns_of(catalog: Catalog) -> Mapping[str, re.Pattern[str]]:
    return {slot.name: slot.pattern for intent in catalog.intents.values() for slot in intent.slots if slot.pattern}


def _read_codes(text: str, patterns: Mapping[str, re.Pattern[str]]) -> str:
    plain = read_plainly(text)
    return _name_codes(plain if plain == text else read_plainly(_name_codes(text, patterns)), patterns)


def _name_codes(text: str, patterns: Mapping[str, re.Pattern[str]]) -> str:
    for name, pattern in patterns.items():
        text = pattern.sub(partial(_read_code, " ".join(name.split("_"))), text)
    return text


def delexicalise_examples(catalog: Catalog) -> Catalog:
    """The catalog to learn from: its examples read as messages are read, its descriptions in plain characters."""
    patterns = _patterns_of(catalog)

    def read(intent: Intent) -> Intent:
        examples = tuple(_as_read(each, patterns) for each in intent.examples)
        return replace(intent, description=read_plainly(intent.description), examples=examples)

    return replace(catalog, intents={name: read(intent) for name, intent in catalog.intents.items()})


def _as_read(example: Example, patterns: Mapping[str, re.Pattern[str]]) -> Example:
    """Itself where nothing changes, as most do not: of tens of thousands, copies take a tenth of a second."""
    text = _read_codes(example.text, patterns)
    return example if text == example.text and not example.entities else replace(example, text=text, entities=())


def _read_code(words: str, found: re.Match[str]) -> str:
    """`words` for a code: half of it or more is no letter, as in A-1042, or it is a mail address."""
    written = "".join(found[0].split())
    is_code = "@" in written or 2 * sum(not character.isalpha() for character in written) >= len(written) > 0
    return words if is_code else found[0]


def _find(text: str, search: Search, language: str, asked: str | None) -> list[Entity]:
    if search.expression.search(text) is None:  # of most slots a message holds nothing
        return []
    matches = find_matches(text, search, language)
    return [_entity(slot, each) for slot, each in share_out(text, matches, search, asked)]


def _count(text: str, catalog: Catalog, language: str, asked: Requested) -> Entity | None:
    """The number that answers the question, spelt out, if it is one that the pattern of the slot would find."""
    slot = slot_named(catalog.intents.get(asked.intent), asked.slot)
    counted = find_count(text, words_of(slot), language) if slot and slot.pattern and not slot.any_text else None
    if slot is None or slot.pattern is None or counted is None:
        return None
    value, start, end = counted
    found = slot.pattern.search(str(value))
    return Entity(slot.name, found[0], start, end) if found else None


def _entity(slot: Slot, found: re.Match[str]) -> Entity:
    meant = {written.casefold(): value for written, value in slot.synonyms.items()}.get(found[0].casefold(), found[0])
    return Entity(slot.name, meant, found.start(), found.end())


def _place(entities: Iterable[Entity], places: Sequence[tuple[int, int]]) -> list[Entity]:
    """What was found in the plain characters of a text, at its `places` in it."""
    return [replace(each, start=places[each.start][0], end=places[each.end - 1][1]) for each in entities]


def _fits(value: Any, slot: Slot) -> bool:
    if slot.pattern is None or slot.any_text:
        return True
    return isinstance(value, str) and slot.pattern.search(value) is not None
