"""One intent file as intents and named responses, with every problem that it has on its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.catalog.annotations import AnnotationError, parse_example
from bot.catalog.catalog import Example, Intent, ResponseTemplate, Slot, Source
from bot.catalog.patterns import compile_pattern
from bot.catalog.schema import (
    INTENT_NAME,
    RESPONSE_PREFIX,
    WrittenIntent,
    WrittenResponse,
    WrittenResponses,
    WrittenSlot,
)
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
    """What one file says, in the order of its lines. With errors among `problems` the rest may be incomplete."""

    file: Path
    intents: tuple[Intent, ...] = ()
    responses: tuple[NamedResponses, ...] = ()
    problems: tuple[Problem, ...] = ()


def parse_intent_file(file: Path, content: bytes) -> IntentFile:
    """Read the content of `file`. Never raises for what it holds: what is wrong is in `problems`."""
    return read_document(parse_yaml(file, content))


def read_document(document: Document) -> IntentFile:
    """Make intents of a document, entry by entry, so that one broken entry does not hide the next one's problems."""
    if document.value is None:
        return IntentFile(document.file, problems=document.problems)
    if not isinstance(document.value, dict):
        wrong = Problem("error", document.file, 1, "An intent file maps names to intents.", _TWO_LINES)
        return IntentFile(document.file, problems=(*document.problems, wrong))
    if "version" in document.value and not _RASA_SECTIONS.isdisjoint(document.value):
        return IntentFile(document.file, problems=(*document.problems, _rasa_file(document)))
    problems = list(document.problems)
    intents: list[Intent] = []
    responses: list[NamedResponses] = []
    for name in document.value:
        read = _entry(document, name)
        if isinstance(read, Intent):
            intents.append(read)
        elif isinstance(read, NamedResponses):
            responses.append(read)
        else:
            problems += read
    return IntentFile(document.file, tuple(intents), tuple(responses), tuple(problems))


def _rasa_file(document: Document) -> Problem:
    message = "This is a file of Rasa's, with its sections; an intent file here maps names to intents."
    remedy = f"{_TWO_LINES} A whole Rasa project is carried over by:  ripen init NEW_FOLDER --from-rasa ITS_FOLDER"
    return Problem("error", document.file, document.line(("version",)), message, remedy)


def _entry(document: Document, name: str) -> Intent | NamedResponses | tuple[Problem, ...]:
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


def _intent(document: Document, name: str, written: WrittenIntent) -> Intent | tuple[Problem, ...]:
    at = (name, "examples")
    read = [_example(document, (*at, index), text, written.slots) for index, text in enumerate(written.examples)]
    problems = tuple(problem for problem in read if isinstance(problem, Problem))
    if problems:
        return problems
    examples = tuple(example for example in read if isinstance(example, Example))
    return Intent(
        name=name,
        description=written.description,
        source=_source(document, (name,)),
        examples=examples,
        action=written.action,
        responses=_templates(document, (name, "responses"), written.responses),
        slots=tuple(_slot(slot_name, slot, examples) for slot_name, slot in written.slots.items()),
        stage=written.stage,
        choice=written.choice or None,
        is_wish=written.choice is not False,
    )


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
            suggestion = nearest(entity.slot, slots)
            remedy = f"{suggestion}Otherwise add under slots:  {entity.slot}: {{}}"
            return Problem("error", source.file, source.line, message, remedy, "unknown-slot", text)
    return Example(text, source, entities)


def _slot(name: str, slot: WrittenSlot, examples: Iterable[Example]) -> Slot:
    values: set[str] = set()
    synonyms: dict[str, str] = {}
    for example in examples:
        for entity in example.entities:
            if entity.slot == name:
                words = example.text[entity.start : entity.end]
                values |= {words, entity.value}
                if words != entity.value:
                    synonyms[words] = entity.value
    pattern = compile_pattern(slot.pattern) if slot.pattern else None
    return Slot(
        name, slot.ask, pattern, frozenset(values), synonyms, slot.required, slot.help, slot.any_text, slot.keep
    )


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
