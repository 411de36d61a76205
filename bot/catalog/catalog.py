"""What the intent files say, as plain immutable values. The loader makes it, everything downstream reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from bot.errors import Problem
from bot.messages import Button, Entity, SentimentLabel

Stage = Literal["new", "mature"]

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def read_name(name: str) -> str:
    """The name as words: `cancel_order`, `cancelOrder` and `faq/CancelOrder` all read as they are said."""
    return " ".join(re.sub(r"[\W_]+", " ", _CAMEL.sub(" ", name)).lower().split())


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was written; `line` counts from 1."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Example:
    """An utterance as a user would type it, its `[value](slot)` marks taken out and kept as `entities`."""

    text: str
    source: Source
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class ResponseTemplate:
    """One way to answer; `{slot}` in `text` is filled in. With `sentiment`, it is for users who feel that way."""

    text: str | None = None
    buttons: tuple[Button, ...] = ()
    image: str | None = None
    custom: Mapping[str, Any] | None = None
    sentiment: SentimentLabel | None = None
    source: Source | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Slot:
    """A fact that an intent needs. With `ask` it is asked for until it is there; without, it is optional.

    One that is not `required` is asked for, too; but when the user cannot answer, the intent goes on without it.
    `pattern` is searched in the message, case-insensitively. Without one, values annotated in the examples are
    recognised, and the whole message answers the question; with `any_text` it does so where the pattern finds nothing.
    `values` holds them as written and as meant; `synonyms`
    leads from the written one to the meant one where they differ, as `[ny](city:New York)`. `help` explains the
    question to who asks back. What is not to `keep` is forgotten once the intent was carried out. `shared` is where the
    shared slot stands that the pattern is from, if it is not the intent's own.
    """

    name: str
    ask: str | None = None
    pattern: re.Pattern[str] | None = None
    values: frozenset[str] = frozenset()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    required: bool = True
    help: str | None = None
    any_text: bool = False
    keep: bool = True
    shared: Source | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing a user may want. `stage` is None unless the author pinned it.

    `choice` is what its button says when the bot asks back; None says it in the words of the description. One that
    `is_wish` not is manners: never offered as a choice, and left unanswered beside a wish.
    """

    name: str
    description: str
    source: Source
    examples: tuple[Example, ...] = ()
    action: str | None = None
    responses: tuple[ResponseTemplate, ...] = ()
    slots: tuple[Slot, ...] = ()
    stage: Stage | None = None
    choice: str | None = None
    is_wish: bool = True

    @property
    def is_described(self) -> bool:
        """Whether the description says anything that the name does not."""
        return read_name(self.description) not in ("", read_name(self.name))


@dataclass(frozen=True, slots=True)
class Catalog:
    """All intents, in the order of files and lines, and the named `utter_...` responses that actions refer to.

    What the `shared_slots` say is in the slots of the intents that take them; here is where each is written.
    `warnings` tell what is legal in the files but looks wrong.
    """

    intents: Mapping[str, Intent]
    responses: Mapping[str, tuple[ResponseTemplate, ...]] = field(default_factory=dict)
    shared_slots: Mapping[str, Source] = field(default_factory=dict, compare=False)
    warnings: tuple[Problem, ...] = field(default=(), compare=False)
