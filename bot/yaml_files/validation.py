"""What pydantic says about a file, in plain words: each error names the line, the key, what is allowed and a remedy."""

from __future__ import annotations

import difflib
import json
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, ValidationError
from pydantic_core import ErrorDetails

from bot.errors import Problem
from bot.yaml_files import Document, Location

Model = TypeVar("Model", bound=BaseModel)


class FaultAt(ValueError):
    """What a validator finds wrong further down than where it stands: at `within`, from there."""

    def __init__(self, message: str, *within: str | int) -> None:
        super().__init__(message)
        self.within = within


def validate(model: type[Model], document: Document, at: Location = ()) -> Model | tuple[Problem, ...]:
    """Check the part of `document` at `at` against `model`, strictly: text is no number and true is not 1."""
    value = document.value
    for step in at:
        value = value[step]
    try:
        # By way of JSON, pydantic's strict mode still takes lists for tuples and text for paths.
        return model.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False)
        return tuple(_problem(model, document, at, details) for details in found)


def nearest(word: str, known: Iterable[str]) -> str:
    """`Did you mean ...? ` for the known word most like `word`; nothing when none is."""
    close = difflib.get_close_matches(word.lower(), {name.lower(): name for name in known}, n=1, cutoff=0.6)
    return next((f"Did you mean `{name}`? " for name in known if close and name.lower() == close[0]), "")


def _problem(model: type[BaseModel], document: Document, at: Location, details: ErrorDetails) -> Problem:
    within = details["loc"]
    if isinstance(error := details.get("ctx", {}).get("error"), FaultAt):
        within = (*within, *error.within)
    location = (*at, *within)
    key = dotted(location)
    line = document.line(location)
    kind = details["type"]
    if kind == "extra_forbidden":
        message, remedy = _unknown_key(model, within, key)
        if details["input"] is None and " " in str(within[-1]):
            remedy = "A comma inside { } ends the text before it: put that text in quotes."
        elif _is_text_with_a_colon(within, details["input"]) and "Did you mean" not in remedy:
            remedy = f"{_COLON} {remedy}"
    elif kind == "value_error":
        said = str(details["ctx"]["error"])
        message, _, remedy = said.partition("\n")
        message = f"`{key}`: {message}" if key else message
        message = message if message.endswith((".", "?")) else f"{message}."
    else:
        explain = _WORDS.get(kind, _in_pydantics_words)
        message, remedy = explain(details)
        message = f"`{key or 'The file'}` {message}"
        remedy = remedy or _described(model, within)
    return Problem("error", document.file, line, message, remedy)


def dotted(location: Sequence[str | int]) -> str:
    """A location as people write it, items counted from 1: `web.origins#2`."""
    text = ""
    for step in location:
        text += f"#{step + 1}" if isinstance(step, int) else f".{step}" if text else step
    return text


def _unknown_key(model: type[BaseModel], within: Location, key: str) -> tuple[str, str]:
    owner = _model_at(model, within[:-1])
    known = tuple(owner.model_fields) if owner else ()
    suggestion = nearest(str(within[-1]), known)
    return f"`{key}` is not a known key.", f"{suggestion}Known keys here: {', '.join(known)}."


def _is_text_with_a_colon(within: Location, value: Any) -> bool:
    """Whether an unknown key may be the start of a text, as in `- Sure: here it is`."""
    return isinstance(value, str) and len(within) > 1 and isinstance(within[-2], int)


def _described(model: type[BaseModel], within: Location) -> str:
    """What the field at `within` is for, from the model's own words."""
    while within and isinstance(within[-1], int):  # an item is what its list is for
        within = within[:-1]
    owner = _model_at(model, within[:-1]) if within else None
    field = owner.model_fields.get(str(within[-1])) if owner else None
    return f"What belongs here: {field.description}" if field and field.description else ""


def _model_at(model: Any, location: Location) -> type[BaseModel] | None:
    """The model that describes the mapping at `location`."""
    for step in location:
        model = _unwrap(model)
        if isinstance(model, type) and issubclass(model, BaseModel):
            field = model.model_fields.get(str(step))
            model = field.annotation if field else None
        elif get_args(model):
            model = get_args(model)[-1 if get_origin(model) is not tuple else 0]
        else:
            return None
    model = _unwrap(model)
    return model if isinstance(model, type) and issubclass(model, BaseModel) else None


def _unwrap(annotation: Any) -> Any:
    """An annotation without Annotated, without the `None` of an optional one, and what a RootModel wraps."""
    if isinstance(annotation, type) and issubclass(annotation, RootModel):
        return annotation.model_fields["root"].annotation
    if get_origin(annotation) is Annotated:
        return _unwrap(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return _unwrap(next(choice for choice in get_args(annotation) if choice is not types.NoneType))
    return annotation


def _kind_of(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, dict):
        return "a mapping (key: value)"
    return "a list" if isinstance(value, list) else "text"


def _wrong_type(expected: str, remedy: str = "") -> Callable[[ErrorDetails], tuple[str, str]]:
    def explain(details: ErrorDetails) -> tuple[str, str]:
        value = details["input"]
        cure = remedy
        if expected == "text" and isinstance(value, dict):
            cure = _COLON
        elif expected == "text" and value is None:
            cure = "Write the text there, or remove the line."
        elif remedy is _MAPPING and value is None and details["loc"]:
            cure = f"Write `{details['loc'][-1]}: {{}}` if nothing is to stand under it, or remove it."
        elif remedy is _DASHES and isinstance(value, str) and value.startswith("- "):
            cure = "Take away the | or > before it: the dashes then make a list."
        return f"must be {expected}, not {_kind_of(value)}.", cure

    return explain


def _bound(words: str, name: str) -> Callable[[ErrorDetails], tuple[str, str]]:
    def explain(details: ErrorDetails) -> tuple[str, str]:
        return f"must be {words} {details['ctx'][name]}, not {details['input']}.", ""

    return explain


def _too_long(details: ErrorDetails) -> tuple[str, str]:
    limit, value = details["ctx"].get("max_length", 0), details["input"]
    unit = "characters" if isinstance(value, str) else "entries"
    return f"has {len(value):,} {unit}; at most {limit:,} are allowed.", "Shorten it."


def _not_a_choice(details: ErrorDetails) -> tuple[str, str]:
    value, expected = details["input"], details["ctx"]["expected"]
    choices = [choice.strip("' ") for choice in expected.replace(" or ", ", ").split(",")]
    said = f"`{value[:40]}`" if isinstance(value, str) else _kind_of(value)
    suggestion = nearest(value, choices) if isinstance(value, str) else ""
    return f"must be one of {', '.join(choices)}, not {said}.", suggestion


def _plainly(message: str) -> Callable[[ErrorDetails], tuple[str, str]]:
    return lambda _details: (message, "")


def _in_pydantics_words(details: ErrorDetails) -> tuple[str, str]:
    return f"is not right: {details['msg']}.", ""


_COLON = "A `: ` inside text makes it a mapping: put the text in quotes."
_QUOTE = "Put it in quotes to make it text."
_DASHES = "Write each item on its own line, after a dash and a space."
_MAPPING = "Write `key: value` lines, indented under it, or remove it."
_WORDS: Mapping[str, Callable[[ErrorDetails], tuple[str, str]]] = {
    "string_type": _wrong_type("text", _QUOTE),
    "path_type": _wrong_type("text", _QUOTE),
    "int_type": _wrong_type("a whole number"),
    "int_from_float": _wrong_type("a whole number"),
    "float_type": _wrong_type("a number"),
    "bool_type": _wrong_type("true or false"),
    "tuple_type": _wrong_type("a list", _DASHES),
    "list_type": _wrong_type("a list", _DASHES),
    "dict_type": _wrong_type("a mapping (key: value)", _MAPPING),
    "model_type": _wrong_type("a mapping (key: value)", _MAPPING),
    "greater_than_equal": _bound("at least", "ge"),
    "greater_than": _bound("more than", "gt"),
    "less_than_equal": _bound("at most", "le"),
    "less_than": _bound("less than", "lt"),
    "string_too_short": _plainly("must not be empty."),
    "too_short": _plainly("must not be empty."),
    "string_too_long": _too_long,
    "too_long": _too_long,
    "literal_error": _not_a_choice,
    "missing": _plainly("is missing."),
    "string_pattern_mismatch": _plainly("does not have the right form."),
}
