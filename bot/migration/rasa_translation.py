"""A Rasa project as what a bot for Ripen is written in: intent files, settings, and notes on what was left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.catalog.catalog import read_name
from bot.catalog.schema import INTENT_NAME, RESPONSE_PREFIX, SLOTS, refuse_as_intent
from bot.migration.rasa_answers import Answer, find_answers
from bot.migration.rasa_examples import LONGEST_EXAMPLE, translate_examples
from bot.migration.rasa_project import RasaIntent, RasaProject
from bot.migration.rasa_slots import share_slots, translate_slots
from bot.migration.rasa_tests import Turn, translate_tests

Entries = dict[str, Any]
"""What an intent file maps names to."""

FALLBACK = "nlu_fallback"
BUILT_IN = frozenset({FALLBACK, "restart", "session_start", "back"})
"""Intents that Rasa has of its own; these wishes are known to every bot here, or never come up."""

MOST_EXAMPLES = 1000
RESPONSES_FILE = "responses.yml"
SLOTS_FILE = "slots.yml"

_DONE_BY_RIPEN = {
    "action_deactivate_loop": "action_call_off",
    "action_restart": "action_restart",
    "action_session_start": "action_session_start",
}
_NOT_THERE = frozenset({
    "action_back", "action_default_ask_affirmation", "action_default_ask_rephrase", "action_default_fallback",
    "action_extract_slots", "action_two_stage_fallback",
})  # fmt: skip


@dataclass(slots=True)
class Translation:
    """`files` are intent files by name, `tests` conversations by title; `left_out` are intents that nothing is done
    about in Rasa; `notes` are sentences for whoever goes on."""

    files: dict[str, Entries] = field(default_factory=dict)
    left_out: Entries = field(default_factory=dict)
    tests: Mapping[str, list[Turn]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def translate(project: RasaProject) -> Translation:
    """All that can be carried over."""
    told = Translation()
    answers = find_answers(project)
    responses = _responses(project, answers, told.notes)
    for intent in _intents(project):
        _place(intent, _answer_of(intent.name, answers, responses, told.notes), project, told)
    if responses:
        told.files[RESPONSES_FILE] = responses
    told.tests = translate_tests(project, {name for file in told.files.values() for name in file})
    told.settings = _settings(project, answers)
    told.notes = list(dict.fromkeys([*told.notes, *_general_notes(project, told)]))
    _share_slots(told)
    return told


def _share_slots(told: Translation) -> None:
    """Write once what several intents say of a slot."""
    files = (file for name, file in told.files.items() if name != RESPONSES_FILE)
    entries = {name: entry for file in files for name, entry in file.items() if SLOTS in entry}
    shared, left = share_slots({name: entry[SLOTS] for name, entry in entries.items()})
    for name, slots in left.items():
        entries[name][SLOTS] = slots
    if shared:
        told.files[SLOTS_FILE] = {SLOTS: shared, **told.files.get(SLOTS_FILE, {})}


def _intents(project: RasaProject) -> Iterable[RasaIntent]:
    """Those of the NLU data, then those that only the domain lists, for buttons and clients that send them by name."""
    retrieval = {name.partition("/")[0] for name in project.intents if "/" in name}
    known = [intent for name, intent in project.intents.items() if name not in BUILT_IN]
    bare = [name for name in project.listed if name not in {*project.intents, *retrieval, *BUILT_IN}]
    return [*known, *(RasaIntent(name, project.folder / "domain.yml") for name in bare)]


def _place(intent: RasaIntent, answer: Answer, project: RasaProject, told: Translation) -> None:
    name = intent.name
    if why := refuse_as_intent(name):
        told.notes.append(
            f"The intent `{name}` is left out, for none can be called so here: {why}. Rename it in Rasa, and carry the "
            "project over again."
        )
        return
    entry = _entry(intent, answer, project, told.notes)
    if "action" not in entry and "responses" not in entry:
        if intent.examples:
            told.left_out[name] = entry
        return
    told.files.setdefault(_file_name(intent.file), {})[name] = entry
    if not intent.examples:
        told.notes.append(
            f"`{name}` has no examples: Rasa never heard it in a message, here its name is enough. Describe it, or "
            "remove it if only programs send it."
        )


def _file_name(file: Path) -> str:
    """Of the file in which it stood; two folders' nlu.yml become one."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", file.stem).strip("_") or "intents"
    return {"nlu": "intents.yml", "domain": "intents.yml", "responses": "intents.yml"}.get(plain, f"{plain}.yml")


def _answer_of(name: str, answers: Mapping[str, Answer], responses: Entries, notes: list[str]) -> Answer:
    """A retrieval intent is answered by the response of its full name; any other as rules and stories say."""
    full = f"{RESPONSE_PREFIX}{name}"
    if "/" in name and full in responses:
        return Answer((full,))
    found = answers.get(name) or answers.get(name.partition("/")[0], Answer())
    gone = {each for each in found.actions if each in _NOT_THERE or _says_nothing(each, responses)}
    if gone:
        notes.append(f"`{name}` goes without {_listed(sorted(gone))}: there is no such action or response here.")
    return replace(found, actions=tuple(action for action in found.actions if action not in gone))


def _says_nothing(action: str, responses: Entries) -> bool:
    return action.startswith(RESPONSE_PREFIX) and action not in responses


def _entry(intent: RasaIntent, answer: Answer, project: RasaProject, notes: list[str]) -> Entries:
    examples = translate_examples(intent.examples, project)
    if examples.unread:
        count = len(examples.unread)
        notes.append(f"`{intent.name}`: {count} examples are without marks, which cannot be read: {examples.unread[0]}")
    if examples.too_long:
        notes.append(
            f"`{intent.name}`: {examples.too_long} examples are left out, longer than {LONGEST_EXAMPLE:,} signs."
        )
    if len(examples.texts) > MOST_EXAMPLES:
        notes.append(f"`{intent.name}` has {len(examples.texts):,} examples; the first {MOST_EXAMPLES:,} were taken.")
    words = read_name(intent.name)
    entry: Entries = {"description": intent.description or f"{words[:1].upper()}{words[1:]}."}
    slots = translate_slots(examples.slots, answer.form, project, notes)
    if slots:
        entry["slots"] = slots
    entry |= _acts(intent.name, answer, project, notes)
    if examples.texts:
        entry["examples"] = list(examples.texts[:MOST_EXAMPLES])
    return entry


def _acts(name: str, answer: Answer, project: RasaProject, notes: list[str]) -> Entries:
    """What is said first as `responses`, and one action after it."""
    actions = [_DONE_BY_RIPEN.get(action, action) for action in answer.actions if action not in project.forms]
    if answer.others:
        notes.append(
            f"`{name}` is followed by {answer.others + 1} different things in stories; the most frequent was taken, "
            f"{_listed(answer.actions)}. Where it depends on what was said before, let an action decide by its tracker."
        )
    first = _variations(project.responses.get(actions[0], ()), actions[0], []) if len(actions) > 1 else []
    said = {"responses": first} if first else {}
    rest = actions[1:] if first else actions
    if len(rest) > 1:
        notes.append(
            f"`{name}` runs `{rest[0]}` alone: {_listed(rest[1:])} came after it in Rasa. Do that in the action, too."
        )
    if not rest and answer.form:
        notes.append(f"Nothing happens after the form `{answer.form}` of `{name}`: give it an action or responses.")
    return {**said, "action": rest[0]} if rest else said


def _responses(project: RasaProject, answers: Mapping[str, Answer], notes: list[str]) -> Entries:
    """All named responses; questions of forms stand with their slots, and here only if they answer an intent."""
    asked = {
        f"{RESPONSE_PREFIX}ask_{name}"
        for form, slots in project.forms.items()
        for slot in slots
        for name in (slot, f"{form}_{slot}")
    }
    asked -= {action for answer in answers.values() for action in answer.actions}
    entries: Entries = {}
    for name, variations in project.responses.items():
        written = _variations(variations, name, notes) if name not in asked else []
        if written and name.startswith(RESPONSE_PREFIX) and INTENT_NAME.fullmatch(name):
            entries[name] = written
        elif name not in asked:
            notes.append(f"The response `{name}` is left out: it says nothing, or its name is none (utter_...) here.")
    return entries


def _variations(variations: Iterable[Mapping[str, Any]], name: str, notes: list[str]) -> list[Any]:
    told, conditional, odd = [], 0, set[str]()
    for variation in variations:
        if "condition" in variation or "channel" in variation:
            conditional += 1
            continue
        odd |= variation.keys() & {"attachment", "elements"}
        written = _variation(variation)
        if written:
            told.append(written["text"] if written.keys() == {"text"} else written)
    if conditional:
        notes.append(f"`{name}`: its variations for a condition or a channel are left out ({conditional}).")
    if odd:
        notes.append(f"`{name}` goes without its {' and '.join(sorted(odd))}; `custom` passes anything to a client.")
    return told


def _variation(variation: Mapping[str, Any]) -> dict[str, Any]:
    text, image, custom = (variation.get(key) for key in ("text", "image", "custom"))
    listed = variation.get("buttons") or variation.get("quick_replies") or []
    buttons = [
        {"title": str(each["title"]), "payload": str(each["payload"])}
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, dict) and each.get("title") and each.get("payload")
    ]
    written: dict[str, Any] = {}
    if isinstance(text, str | int | float) and str(text).strip():
        written["text"] = str(text).strip()
    if isinstance(image, str) and image:
        written["image"] = image
    if isinstance(custom, dict):
        written["custom"] = custom
    return {**written, "buttons": buttons} if buttons and written else written


def _settings(project: RasaProject, answers: Mapping[str, Answer]) -> dict[str, Any]:
    name = read_name(project.folder.resolve().name) or "bot"
    settings: dict[str, Any] = {"name": f"{name[:1].upper()}{name[1:]}"[:80]}
    if project.language and re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", project.language) and project.language != "en":
        settings["language"] = project.language
    if project.endpoint and re.match(r"https?://", project.endpoint):
        settings["actions"] = {"endpoint": project.endpoint}
    said = [name for name in answers.get(FALLBACK, Answer()).actions if name in project.responses]
    texts = [
        variation.get("text") for name in (*said, "utter_default") for variation in project.responses.get(name, ())
    ]
    text = next((text for text in texts if isinstance(text, str) and text.strip()), None)
    return {**settings, "texts": {"out_of_scope": text.strip()}} if text else settings


def _general_notes(project: RasaProject, told: Translation) -> list[str]:
    """What concerns the whole bot."""
    notes = []
    written = [entry for name, entries in told.files.items() if name != RESPONSES_FILE for entry in entries.values()]
    custom = sorted(
        {entry["action"] for entry in written if "action" in entry and not entry["action"].startswith(RESPONSE_PREFIX)}
    )
    if custom and "actions" not in told.settings:
        notes.append(
            f"{_listed(custom)} are to be run, and endpoints.yml names no action server (action_endpoint): say in "
            "config.yml where they are, actions: {modules: [actions]} or {endpoint: http://...}."
        )
    checks = sorted(action for action in project.actions if action.startswith(("validate_", "action_validate_")))
    if checks:
        notes.append(f"Nobody calls {_listed(checks)} here. Give slots a `pattern`, and check the rest in the action.")
    own = sorted(name for name, intent in project.intents.items() if name in BUILT_IN and intent.examples)
    if own:
        notes.append(
            f"The examples of {_listed(own)} are left out: Rasa does these by itself. Write an intent if need be."
        )
    if project.has_flows:
        notes.append("Flows (CALM) are not carried over; intents, forms, rules and stories are.")
    return notes


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
