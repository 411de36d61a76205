"""Rasa's test stories as conversation tests: what the user says, and what is to be understood."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.migration.rasa_examples import plain_text
from bot.migration.rasa_project import RasaPath, RasaProject

Turn = dict[str, str]

NOTHING = "nlu_fallback"


def translate_tests(project: RasaProject, intents: Collection[str]) -> Mapping[str, list[Turn]]:
    """By title, the turns of each story. What Rasa's bot said is left to whoever knows what this one is to say."""
    told: dict[str, list[Turn]] = {}
    for path in project.tests:
        turns = list(_turns(path, project, intents))
        if turns:
            told[_new_title(path.title, told)] = turns
    return told


def _turns(path: RasaPath, project: RasaProject, intents: Collection[str]) -> Iterator[Turn]:
    asking = False
    for step in path.steps:
        if step.get("action") in project.forms:
            asking = True
        if "active_loop" in step:
            asking = step["active_loop"] is not None
        said = step.get("user")
        text = plain_text(said) if isinstance(said, str) else ""
        if text:
            yield {"user": text} | _expected(step.get("intent"), asking, intents)


def _expected(intent: Any, asking: bool, intents: Collection[str]) -> Turn:
    """While a form asks, Rasa understands an intent where this bot hears an answer."""
    if intent == NOTHING:
        return {"decision": "out_of_scope"}
    return {"intent": intent} if isinstance(intent, str) and intent in intents and not asking else {}


def _new_title(title: str, taken: Collection[str]) -> str:
    plain = " ".join(title.split()) or "a conversation"
    numbered = (f"{plain} ({number})" for number in range(2, len(taken) + 3))
    return plain if plain not in taken else next(each for each in numbered if each not in taken)
