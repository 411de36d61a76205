"""The slots of an intent: what its examples mark, and what its form asks for, with the form's questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.catalog.catalog import read_name
from bot.catalog.patterns import MAX_PATTERN, compile_pattern
from bot.migration.rasa_examples import slot_name
from bot.migration.rasa_project import RasaProject

Slots = dict[str, dict[str, Any]]


def translate_slots(marked: Iterable[str], form: str | None, project: RasaProject, notes: list[str]) -> Slots:
    """As they are to be written: {} for a fact that may be there, `ask` for one that the form needs."""
    slots: Slots = {}
    for name in project.forms.get(form, ()) if form else ():
        slots[slot_name(name)] = {**_found(name, project, notes), "ask": _question(name, str(form), project, notes)}
        if any(each.get("type") == "from_intent" for each in project.mappings.get(name, ())):
            notes.append(
                f"`{name}` got values of its own from intents such as affirm and deny in Rasa. Here its value is what "
                'the user says ("yes"): let the action read that.'
            )
    return slots | {slot: _found(slot, project, notes) for slot in marked if slot not in slots}


def share_slots(intents: Mapping[str, Slots]) -> tuple[Slots, dict[str, dict[str, dict[str, Any] | None]]]:
    """What several intents say alike of a slot, to be written once; and what is left to say of each slot in each."""
    said: dict[str, list[dict[str, Any]]] = {}
    for slots in intents.values():
        for name, keys in slots.items():
            said.setdefault(name, []).append(keys)
    shared = {name: alike for name, all_keys in said.items() if (alike := _alike(all_keys))}
    left = {
        intent: {name: _own(keys, shared[name]) if name in shared else keys for name, keys in slots.items()}
        for intent, slots in intents.items()
    }
    return shared, left


def _alike(said: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The keys that at least two of them say alike, as most of them do."""
    counted = {key: Counter(keys[key] for keys in said if key in keys).most_common(1) for key in ("pattern", "ask")}
    return {key: found[0][0] for key, found in counted.items() if found and found[0][1] > 1}


def _own(keys: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any] | None:
    """What makes `keys` of the shared ones; None: nothing, the name is enough."""
    taken_away = {key: False for key in shared if key not in keys}
    return {**{key: value for key, value in keys.items() if shared.get(key) != value}, **taken_away} or None


def _found(slot: str, project: RasaProject, notes: list[str]) -> dict[str, Any]:
    pattern = _pattern(slot, project, notes)
    return {"pattern": pattern} if pattern else {}


def _question(slot: str, form: str, project: RasaProject, notes: list[str]) -> str:
    for name in (f"utter_ask_{form}_{slot}", f"utter_ask_{slot}"):
        for variation in project.responses.get(name, ()):
            text = variation.get("text")
            if isinstance(text, str) and text.strip():
                return _with_choices(text.strip(), variation.get("buttons"))
    words = read_name(slot)
    notes.append(
        f"The form `{form}` asks for `{slot}` in Python (there is no utter_ask_{slot}): its question is made up. Write "
        "it under `ask`."
    )
    return f"{words[:1].upper()}{words[1:]}?"


def _with_choices(text: str, buttons: Any) -> str:
    """A question is text here: what its buttons say is said in it."""
    listed = buttons if isinstance(buttons, list) else []
    titles = [each["title"] for each in listed if isinstance(each, dict) and isinstance(each.get("title"), str)]
    return f"{text} ({' / '.join(titles)})" if titles else text


def _pattern(slot: str, project: RasaProject, notes: list[str]) -> str | None:
    """Rasa's regular expressions and lookup tables of the slot's name, or of the entity's that fills it."""
    names = {slot, *_entities_of(slot, project.mappings)}
    parts = [part for name in names for part in project.patterns.get(name, ())]
    words = [re.escape(word) for name in names for word in project.vocabularies.get(name, ())]
    if words:
        parts.append(rf"\b(?:{'|'.join(words)})\b")
    if not parts:
        return None
    pattern = parts[0] if len(parts) == 1 else "|".join(f"(?:{part})" for part in parts)
    try:
        compile_pattern(pattern)
    except ValueError as error:
        reason = str(error).splitlines()[0]
        notes.append(
            f"The regular expressions or words by which Rasa finds `{slot}` are not carried over ({reason}; at most "
            f"{MAX_PATTERN} characters). Write a shorter `pattern`, or mark some values in the examples."
        )
        return None
    return pattern


def _entities_of(slot: str, mappings: Mapping[str, Sequence[Mapping[str, Any]]]) -> set[str]:
    filled = mappings.get(slot, ())
    return {str(each["entity"]) for each in filled if each.get("type") == "from_entity" and "entity" in each}
