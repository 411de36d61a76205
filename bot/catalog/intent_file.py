"""One intent file as intents, named responses and shared slots, with every problem that it has on its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.catalog.annotations import AnnotationError, parse_example
from bot.catalog.catalog import Example, Intent, ResponseTemplate, Source
from bot.catalog.schema import (
    INTENT_NAME,
    RESPONSE_PREFIX,
    SLOTS,
    WrittenIntent,
    WrittenResponse,
    WrittenResponses,
)
from bot.catalog.shared_slots import SharedSlot, SlotUse, find_misnamed, read_shared, read_uses
from bot.errors import Problem
from bot.messages import Button
from bot.yaml_files import Document, Location, parse_yaml
from bot.yaml_files.validation import nearest, validate

_RASA_SECTIONS = frozenset(
    {"nlu", "intents", "stories", "rules", "forms", "actions", "entities", "pipeline", "policies"}
)
_TWO_LINES = "Start with two lines:  my_intent:  and, indented under it,  description: What the user wants."


@dataclass(frozen=True, slots=True)
class NamedResponses:
    """The responses under one `utter_...` key."""

    name: str
    source: Source
    templates: tuple[ResponseTemplate, ...]


@dataclass(frozen=True, slots=True)
class IntentFile:
    """What one file says, in the order of its lines. With errors among `problems` the rest may be incomplete.

    The intents are without slots: `uses` has what each writes of them, by its name, and what that comes to is known
    with the shared slots of all files. `hidden`: it may define more of these, where it cannot be read.
    """

    file: Path
    intents: tuple[Intent, ...] = ()
    responses: tuple[NamedResponses, ...] = ()
    shared: tuple[SharedSlot, ...] = ()
    uses: Mapping[str, tuple[SlotUse, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class _ReadIntent:
    intent: Intent
    uses: tuple[SlotUse, ...]


def parse_intent_file(file: Path, content: bytes) -> IntentFile:
    """Read the content of `file`. Never raises for what it holds: what is wrong is in `problems`."""
    return read_document(parse_yaml(file, content))


def read_document(document: Document) -> IntentFile:
    """Make intents of a document, entry by entry, so that one broken entry does not hide the next one's problems."""
    told = document.problems
    if document.value is None:
        return IntentFile(document.file, problems=told, hidden=_has_errors(told))
    if not isinstance(document.value, dict):
        wrong = Problem("error", document.file, 1, "An intent file maps names to intents.", _TWO_LINES)
        return IntentFile(document.file, problems=(*told, wrong), hidden=True)
    if "version" in document.value and not _RASA_SECTIONS.isdisjoint(document.value):
        return IntentFile(document.file, problems=(*told, _rasa_file(document)), hidden=True)
    shared, wrong_slots = read_shared(document)
    misnamed = find_misnamed(document)
    problems = [*told, *wrong_slots, *misnamed.values()]
    intents: list[Intent] = []
    responses: list[NamedResponses] = []
    uses: dict[str, tuple[SlotUse, ...]] = {}
    for name in document.value:
        if name == SLOTS or name in misnamed:
            continue
        read = _entry(document, name)
        if isinstance(read, _ReadIntent):
            intents.append(read.intent)
            uses[name] = read.uses
        elif isinstance(read, NamedResponses):
            responses.append(read)
        else:
            problems += read
    hidden = _has_errors(told) or bool(misnamed) or bool(wrong_slots and not shared)
    return IntentFile(document.file, tuple(intents), tuple(responses), shared, uses, tuple(problems), hidden)


def _has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def _rasa_file(document: Document) -> Problem:
    message = "This is a file of Rasa's, with its sections; an intent file here maps names to intents."
    remedy = f"{_TWO_LINES} A whole Rasa project is carried over by:  ripen init NEW_FOLDER --from-rasa ITS_FOLDER"
    return Problem("error", document.file, document.line(("version",)), message, remedy)


def _entry(document: Document, name: str) -> _ReadIntent | NamedResponses | tuple[Problem, ...]:
    at = (name,)
    if not INTENT_NAME.fullmatch(name):
        remedy = "Use a letter, then letters, digits, _, - or /, at most 80 characters in all."
        return (Problem("error", document.file, document.line(at), f"`{name[:80]}` is no name of an intent.", remedy),)
    if name.startswith(RESPONSE_PREFIX):
        written = validate(WrittenResponses, document, at)
        if isinstance(written, tuple):
            return written
        return NamedResponses(name, _source(document, at), _templates(document, at, written.root))
    if document.value[name] is None:
        message = f"`{name}` has nothing under it."
        remedy = "Indent under it:  description: What the user wants."
        return (Problem("error", document.file, document.line(at), message, remedy),)
    intent = validate(WrittenIntent, document, at)
    return intent if isinstance(intent, tuple) else _intent(document, name, intent)


def _intent(document: Document, name: str, written: WrittenIntent) -> _ReadIntent | tuple[Problem, ...]:
    at = (name, "examples")
    read = [_example(document, (*at, index), text, written.slots) for index, text in enumerate(written.examples)]
    problems = tuple(problem for problem in read if isinstance(problem, Problem))
    if problems:
        return problems
    intent = Intent(
        name=name,
        description=written.description,
        source=_source(document, (name,)),
        examples=tuple(example for example in read if isinstance(example, Example)),
        action=written.action,
        responses=_templates(document, (name, "responses"), written.responses),
        stage=written.stage,
        choice=written.choice or None,
        is_wish=written.choice is not False,
    )
    return _ReadIntent(intent, read_uses(document, name, written.slots))


def _example(document: Document, at: Location, marked: str, slots: Iterable[str]) -> Example | Problem:
    source = _source(document, at)
    try:
        text, entities = parse_example(" ".join(marked.split()))
    except AnnotationError as error:
        return Problem("error", source.file, source.line, f"In this example, {error}.", "")
    if not text.strip():
        return Problem("error", source.file, source.line, "This example is blank.", "Write a message, or remove it.")
    for entity in entities:
        if entity.slot not in slots:
            message = f"The mark for `{entity.slot}` names a slot that `{at[0]}` does not declare."
            listed = isinstance(document.value[at[0]].get(SLOTS), list)
            add = f"name it in the list slots: [{', '.join([*slots, entity.slot])}]"
            remedy = f"Otherwise {add}." if listed else f"Otherwise add under slots:  {entity.slot}: {{}}"
            remedy = nearest(entity.slot, slots) + remedy
            return Problem("error", source.file, source.line, message, remedy, "unknown-slot", text)
    return Example(text, source, entities)


def _templates(document: Document, at: Location, written: Iterable[WrittenResponse]) -> tuple[ResponseTemplate, ...]:
    return tuple(
        ResponseTemplate(
            text=response.text,
            buttons=tuple(Button(button.title, button.payload) for button in response.buttons),
            image=response.image,
            custom=response.custom,
            sentiment=response.sentiment,
            source=_source(document, (*at, index)),
        )
        for index, response in enumerate(written)
    )


def _source(document: Document, at: Location) -> Source:
    return Source(document.file, document.line(at))
