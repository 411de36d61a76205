"""What an intent file may hold. The loader checks files against it, and editors get it as a JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, RootModel, field_validator, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from bot.catalog.annotations import SLOT_NAME
from bot.catalog.catalog import Stage
from bot.catalog.patterns import compile_pattern
from bot.messages import SentimentLabel

INTENT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_/-]{0,79}")
RESPONSE_PREFIX = "utter_"
MAX_INTENTS = 2000
LONGEST_TITLE = 200

ExampleText = Annotated[str, Field(min_length=1, max_length=1000)]
AnswerText = Annotated[str, Field(min_length=1, max_length=4000)]


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

    pattern: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="Regular expression (Python's) searched in the message, ignoring case: '[A-Z]-\\d{4}'.",
    )
    ask: AnswerText | None = Field(
        None, description="The question that is asked until the value is there; without it the slot is optional."
    )
    help: AnswerText | None = Field(
        None,
        description="What to say before the question is asked again when the user asks about it (where the number is "
        "found, why it is needed), or has given no answer twice.",
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

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        if value is not None:
            compile_pattern(value)
        return value

    @model_validator(mode="after")
    def _is_asked_for(self) -> WrittenSlot:
        if self.any_text and (self.pattern is None or self.ask is None):
            raise ValueError(
                "`any_text` is for a slot with `pattern` and `ask`\n"
                "Without a pattern any text answers anyway, and without a question there is no answer: remove it."
            )
        return self

    @model_validator(mode="after")
    def _helps_with_a_question(self) -> WrittenSlot:
        if self.help is not None and self.ask is None:
            raise ValueError("`help` explains a question, and there is no `ask`\nAdd the question, or remove `help`.")
        return self


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
    slots: dict[str, WrittenSlot] = Field({}, max_length=20, description="Facts that the intent needs, by name.")
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

    @field_validator("slots")
    @classmethod
    def _named(cls, value: Mapping[str, WrittenSlot]) -> Mapping[str, WrittenSlot]:
        for name in value:
            if not SLOT_NAME.fullmatch(name):
                raise ValueError(f"`{name}` is no name of a slot\nUse letters, digits and _, at most 80 characters.")
        return value


class WrittenResponses(RootModel[tuple[WrittenResponse, ...]]):
    """A named list of responses (utter_...), which actions and intents refer to; one is picked at random."""

    model_config = ConfigDict(frozen=True, title="Responses")

    root: Annotated[tuple[WrittenResponse, ...], Field(min_length=1, max_length=100)]
