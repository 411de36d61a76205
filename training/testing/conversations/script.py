"""Conversation tests in YAML: the user says, the bot answers. What is wrong in one is said with file and line.

environment: {SHOP_DB: '{scratch}/shop.db'}
conversations:
  an order is found by its number:
    - user: where is my order
      intent: order_status
      asks: order_id
    - user: A-1042
      bot: Order A-1042, a walnut bookshelf. ...
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.catalog.catalog import Catalog
from bot.errors import Problem, RipenError
from bot.messages import DecisionKind, SentimentLabel
from bot.yaml_files import Document, Location, read_yaml
from bot.yaml_files.validation import nearest, validate


class ScriptError(RipenError):
    """Conversation tests that cannot be played as they stand: every problem, one a line."""


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed, json_schema_input_type=Text | list[Text])]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WrittenTurn(_Written):
    """One message and what is expected of the answer; what is not written is not looked at."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["user"]}, {"required": ["press"]}]})

    user: str | None = Field(None, description="What the user says, or a payload as /greet.")
    press: str | None = Field(None, min_length=1, description="In place of user: a button's title in the last answer.")
    bot: Texts | None = Field(
        None, description="The texts of the answer, in order; ... stands for anything, alone for any texts."
    )
    buttons: Texts | None = Field(None, description="The titles of all buttons, in order.")
    decision: DecisionKind | None = Field(None, description="act, clarify, out_of_scope or hand_off.")
    intent: Texts | None = Field(None, description="What is understood; a list when several wishes are acted on.")
    action: Texts | None = Field(None, description="The actions that run, in order; [] for none.")
    slots: Mapping[str, Any] | None = Field(None, description="Slots that hold these values afterwards; null: empty.")
    asks: str | None = Field(
        None,
        description="The slot that is asked for afterwards; null: none.",
        json_schema_extra={"type": ["string", "null"]},
    )
    sentiment: SentimentLabel | None = Field(None, description="How the user feels.")


class WrittenFile(_Written):
    """A file of conversation tests."""

    environment: Mapping[str, str] = Field(
        {}, description="Environment variables for actions; {scratch} is an empty folder, new for each conversation."
    )
    conversations: Mapping[str, tuple[WrittenTurn, ...]] = Field(description="A title for each, and its turns.")


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn, and the line that it begins on."""

    line: int
    written: WrittenTurn


@dataclass(frozen=True, slots=True)
class Script:
    """One conversation. `file` is told relative to the bot's folder where it is in there."""

    title: str
    file: Path
    line: int
    turns: tuple[Turn, ...]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """What a test may name: `actions` None when the action server cannot say."""

    intents: Collection[str]
    slots: Collection[str]
    actions: Collection[str] | None

    @classmethod
    def of(cls, catalog: Catalog, actions: Collection[str] | None) -> Names:
        """Those of a bot."""
        slots = {slot.name for intent in catalog.intents.values() for slot in intent.slots}
        return cls(tuple(catalog.intents), slots, None if actions is None else {*actions, *catalog.responses})


def read_scripts(folder: Path, names: Names, root: Path) -> tuple[Script, ...]:
    """All conversation tests under `folder`, files by alphabet; none when there is no such folder.

    Raises ScriptError with every problem found.
    """
    scripts: list[Script] = []
    problems: list[Problem] = []
    for file in sorted({*folder.rglob("*.yml"), *folder.rglob("*.yaml")}):
        document = read_yaml(file, folder)
        found = _read(document, names)
        errors = [each for each in (*document.problems, *found[1]) if each.severity == "error"]
        problems += errors
        shown = file.relative_to(root) if file.is_relative_to(root) else file
        scripts += () if errors or found[0] is None else _scripts(document, found[0], shown)
    _refuse_twice(scripts, problems)
    if problems:
        raise ScriptError("\n".join(str(problem) for problem in problems))
    return tuple(scripts)


def _read(document: Document, names: Names) -> tuple[WrittenFile | None, tuple[Problem, ...]]:
    if document.value is None:
        empty = Problem("error", document.file, 1, "The file holds no conversation.", "Write `conversations:` in it.")
        return None, () if document.problems else (empty,)
    written = validate(WrittenFile, document)
    if not isinstance(written, WrittenFile):
        return None, written
    problems = [
        problem
        for title, turns in written.conversations.items()
        for number, turn in enumerate(turns)
        for problem in _check(document, ("conversations", title, number), turn, names)
    ]
    return written, tuple(problems)


def _check(document: Document, at: Location, turn: WrittenTurn, names: Names) -> list[Problem]:
    """What only a look at the bot can tell."""

    def wrong(key: str, message: str, remedy: str) -> Problem:
        return Problem("error", document.file, document.line((*at, key)), message, remedy)

    found = []
    if (turn.user is None) == (turn.press is None):
        found.append(wrong("user", "A turn has either `user` or `press`.", "Write what the user says: `user: hello`."))
    known = [("intent", turn.intent or (), names.intents), ("asks", (turn.asks,) if turn.asks else (), names.slots)]
    if names.actions is not None:
        known.append(("action", turn.action or (), names.actions))
    for key, named, allowed in known:
        for name in named:
            if name not in allowed:
                hint = f"{nearest(name, allowed)}Known: {', '.join(sorted(allowed))}."
                found.append(wrong(key, f"`{key}` names `{name}`, which this bot does not have.", hint))
    if len(turn.model_fields_set - {"user", "press"}) == 0 and turn.user is not None and not turn.user.strip():
        found.append(wrong("user", "`user` is empty and nothing is expected.", "Say what should come of it."))
    return found


def _scripts(document: Document, written: WrittenFile, shown: Path) -> list[Script]:
    return [
        Script(
            title,
            shown,
            document.line(("conversations", title)),
            tuple(Turn(document.line(("conversations", title, number)), turn) for number, turn in enumerate(turns)),
            written.environment,
        )
        for title, turns in written.conversations.items()
    ]


def _refuse_twice(scripts: list[Script], problems: list[Problem]) -> None:
    """Titles name conversations from run to run, so they must be different across files too."""
    first: dict[str, Script] = {}
    for one in scripts:
        if one.title in first:
            told = f"`{one.title}` is also in {first[one.title].file}:{first[one.title].line}."
            problems.append(Problem("error", one.file, one.line, told, "Give one of them another title."))
        first.setdefault(one.title, one)
