"""What an intent file may hold. The loader checks files against it, and editors get it as a JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    RootModel,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from bot.catalog.annotations import SLOT_NAME
from bot.catalog.catalog import Stage
from bot.catalog.patterns import compile_pattern
from bot.messages import SentimentLabel
from bot.yaml_files.validation import FaultAt

INTENT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_/-]{0,79}")
RESPONSE_PREFIX = "utter_"
SLOTS = "slots"
"""The key, of a file as of an intent, under which slots stand: no intent can have this name."""

MAX_INTENTS = 2000
MAX_SHARED_SLOTS = 1000
MAX_SLOTS = 20
LONGEST_TITLE = 200

SLOT_NAMES = "Use letters, digits and _, at most 80 characters."

ExampleText = Annotated[str, Field(min_length=1, max_length=1000)]
AnswerText = Annotated[str, Field(min_length=1, max_length=4000)]


def refuse_as_intent(name: str) -> str:
    """Why no intent can be called `name`; "" when one can."""
    if not INTENT_NAME.fullmatch(name):
        return "a letter, then letters, digits, _, - or /; at most 80"
    if name.startswith(RESPONSE_PREFIX):
        return f"what begins with {RESPONSE_PREFIX} are answers"
    return f"under `{SLOTS}` stand the slots that several intents share" if name == SLOTS else ""


class Entry(BaseModel):
    """A mapping in an intent file: immutable, and strict about its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WrittenButton(Entry, title="Button"):
    """A choice below an answer."""

    title: str = Field(min_length=1, max_length=200, description="What the button says.")
    payload: str = Field(
        min_length=1,
        max_length=2000,
        description='What pressing it sends: `/intent`, `/intent{"slot": "value"}`, or any text.',
    )


class WrittenResponse(Entry, title="Response"):
    """One way to answer; plain text in the file stands for `text:` alone."""

    text: AnswerText | None = Field(None, description="What is said; {slot} is filled in.")
    # A list: behind the validator below, strict mode no longer takes a JSON array for a tuple.
    buttons: list[WrittenButton] = Field([], max_length=20, description="Choices below the text.")
    image: str | None = Field(None, min_length=1, max_length=2000, description="Address of an image to show.")
    custom: dict[str, Any] | None = Field(None, description="Passed through to the channel untouched.")
    sentiment: SentimentLabel | None = Field(
        None, description="Only for users who feel so; responses without it are for everybody."
    )

    @model_validator(mode="before")
    @classmethod
    def _plain_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _says_something(self) -> WrittenResponse:
        if self.text is None and self.image is None and self.custom is None:
            raise ValueError("this response says nothing\nGive it a text, an image or a custom payload.")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Editors see both forms: plain text and the mapping."""
        mapping = handler.resolve_ref_schema(handler(core))
        text = {
            "type": "string",
            "minLength": 1,
            "maxLength": 4000,
            "description": "What is said; {slot} is filled in.",
        }
        return {"title": "Response", "description": "One way to answer.", "anyOf": [text, {**mapping}]}


class WrittenSlot(Entry, title="Slot"):
    """A fact that the intent needs, found in the message or asked for."""

    # What an intent leaves out comes from the shared slot of that name, so which keys must go together is checked
    # where both are known, in shared_slots.py.

    pattern: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="Regular expression (Python's) searched in the message, ignoring case: '[A-Z]-\\d{4}'. "
        "false: none, though the shared slot has one.",
    )
    ask: AnswerText | None = Field(
        None,
        description="The question that is asked until the value is there; without it the slot is optional. "
        "false: none, though the shared slot has one.",
    )
    help: AnswerText | None = Field(
        None,
        description="What to say before the question is asked again when the user asks about it (where the number is "
        "found, why it is needed), or has given no answer twice. false: nothing, though the shared slot has it.",
    )
    required: bool = Field(
        True, description="false: when the user cannot answer the question, the intent goes on without the value."
    )

    any_text: bool = Field(
        False,
        description="true: where the pattern finds nothing in the answer to the question, the whole answer is taken.",
    )

    keep: bool = Field(
        True,
        description="false: forgotten once the intent was carried out, and asked for anew the next time. "
        "true: stays in the conversation, as the order that is talked about.",
    )

    @field_validator("pattern", "ask", "help", mode="before")
    @classmethod
    def _none(cls, value: Any, info: ValidationInfo) -> Any:
        if info.field_name != "pattern" and isinstance(value, str) and value.lower() in ("no", "off", "none"):
            raise ValueError(f"`{value}` is text here, and would be said to the user\nWrite false for none.")
        return None if value is False else value

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        if value is not None:
            compile_pattern(value)
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Editors see that a text may be false."""
        schema = handler.resolve_ref_schema(handler(core))
        for key in ("pattern", "ask", "help"):
            schema["properties"][key]["anyOf"].append({"const": False, "type": "boolean"})
        return schema


def _as_names_or_mapping(schema: dict[str, Any]) -> None:
    """Editors see both forms of an intent's slots."""
    about: dict[str, Any] = {key: schema.pop(key) for key in ("title", "description") if key in schema}
    names = {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "maxItems": MAX_SLOTS}
    mapping = {**schema, "additionalProperties": slot_or_nothing(schema["additionalProperties"])}
    schema.clear()
    schema |= {**about, "anyOf": [names, mapping]}


def slot_or_nothing(slot: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of what may stand behind a slot's name, of that of `slot`."""
    choices = slot.get("anyOf", [slot])
    # Of `anyOf`, the published schemas leave null out; here it is what authors write.
    return {"oneOf": [*(each for each in choices if each != {"type": "null"}), {"type": "null"}]}


class WrittenIntent(Entry, title="Intent"):
    """One thing a user may want."""

    description: str = Field(
        min_length=1,
        max_length=500,
        description="What the user wants, in a sentence: it is learnt from, and shown in questions.",
    )
    examples: tuple[ExampleText, ...] = Field(
        (),
        max_length=1000,
        description="Messages that mean this, as users type them. [A-1042](order_id) marks the value of a slot.",
    )
    action: str | None = Field(
        None,
        pattern=r"^[A-Za-z_][A-Za-z0-9_./-]{0,99}$",
        description="Name of the rasa-sdk action to run, or of a response in this folder (utter_...).",
    )
    responses: tuple[WrittenResponse, ...] = Field(
        (), max_length=100, description="Answers; one is picked at random among those that fit the user's mood."
    )
    slots: dict[str, WrittenSlot | None] = Field(
        {},
        max_length=MAX_SLOTS,
        description="Facts that the intent needs, by name. One that `slots:` at the left margin of a file "
        "defines is taken by its name alone; keys that the intent gives it win.",
        json_schema_extra=_as_names_or_mapping,
    )
    choice: str | Literal[False] | None = Field(
        None,
        description="What its button says when the bot asks back, in place of the description. false: it is manners, "
        "as a greeting, and no wish; it is never offered as a choice, and left unanswered beside a wish.",
    )
    stage: Stage | None = Field(
        None, description="Pins the intent as new or mature; without it, that is measured from its examples."
    )

    @field_validator("description")
    @classmethod
    def _not_blank(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("the description is empty\nSay in a sentence what the user wants.")
        return " ".join(value.split())

    @field_validator("choice", mode="before")
    @classmethod
    def _says_or_is_none(cls, value: Any) -> Any:
        if value is None or value is False or (isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_TITLE):
            return value.strip() if value else value
        raise ValueError(
            f"this is nothing that a button can say\nWrite up to {LONGEST_TITLE} characters of text, or false for none."
        )

    @field_validator("slots", mode="before")
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        """A list of names stands for a mapping with nothing under each."""
        if isinstance(value, str):
            names = [name.strip() for name in value.split(",")]
            listed = ", ".join(names) if all(map(SLOT_NAME.fullmatch, names)) else "order_id, address"
            raise ValueError(f"this is text, where slots are a list of names or a mapping\nWrite {SLOTS}: [{listed}].")
        if not isinstance(value, list):
            return value
        named: dict[str, None] = {}
        for index, name in enumerate(value):
            if not isinstance(name, str):
                raise FaultAt(
                    "what stands in the list is not the name of a slot\nA list holds names alone. To give one keys of "
                    "its own, write each name without its dash, with a : behind it and the keys indented under it.",
                    index,
                )
            if not SLOT_NAME.fullmatch(name):
                raise FaultAt(f"`{name}` is no name of a slot\n{SLOT_NAMES}", index)
            if name in named:
                raise FaultAt(f"`{name}` stands in the list twice\nRemove one.", index)
            named[name] = None
        return named

    @field_validator("slots")
    @classmethod
    def _named(cls, value: Mapping[str, WrittenSlot | None]) -> Mapping[str, WrittenSlot | None]:
        for name in value:
            if not SLOT_NAME.fullmatch(name):
                raise FaultAt(f"`{name}` is no name of a slot\n{SLOT_NAMES}", name)
        return value


class WrittenResponses(RootModel[tuple[WrittenResponse, ...]]):
    """A named list of responses (utter_...), which actions and intents refer to; one is picked at random."""

    model_config = ConfigDict(frozen=True, title="Responses")

    root: Annotated[tuple[WrittenResponse, ...], Field(min_length=1, max_length=100)]
