"""What a test expects against what came: the differences, ready to be read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from training.testing.conversations.script import WrittenTurn

ANYTHING = re.compile(r"\.\.\.|…")
BETWEEN = "\x00"


@dataclass(frozen=True, slots=True)
class Seen:
    """A turn of the bot, as far as a test may look at it."""

    texts: tuple[str, ...]
    buttons: tuple[str, ...]
    decision: str | None
    intents: tuple[str, ...]
    actions: tuple[str, ...]
    slots: Mapping[str, Any]
    asks: str | None
    sentiment: str | None
    failed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as written, in words."""

    what: str
    expected: str
    got: str


def compare(written: WrittenTurn, seen: Seen) -> tuple[Difference, ...]:
    """Everything that is not as written; what is not written is not looked at."""
    return tuple(_differences(written, seen))


def _differences(written: WrittenTurn, seen: Seen) -> Iterator[Difference]:
    asked = written.model_fields_set
    plain: list[tuple[str, object, object]] = [
        ("decision", written.decision, seen.decision),
        ("intent", written.intent, seen.intents),
        ("action", written.action, seen.actions),
        ("asks", written.asks, seen.asks),
        ("sentiment", written.sentiment, seen.sentiment),
    ]
    for what, expected, got in plain:
        if what in asked and expected != got:
            yield Difference(what, _tell(expected), _tell(got))
    for name, value in (written.slots or {}).items():
        if seen.slots.get(name) != value:
            yield Difference(f"slot {name}", _tell(value), _tell(seen.slots.get(name)))
    for what, wanted, came in (("bot", written.bot, seen.texts), ("buttons", written.buttons, seen.buttons)):
        if wanted is not None and not fits(wanted, came):
            yield Difference(what, "\n".join(wanted), "\n".join(came) or "nothing")


def fits(wanted: tuple[str, ...], came: tuple[str, ...]) -> bool:
    """Whether the texts are those that are wanted, in order. `...` stands for anything, alone for one text or more."""
    pattern = ".*".join(re.escape(piece) for piece in ANYTHING.split(_join(wanted)))
    return re.fullmatch(pattern, _join(came), re.DOTALL) is not None


def _join(texts: tuple[str, ...]) -> str:
    """Spaces and line breaks are all the same: YAML folds them."""
    return BETWEEN.join(" ".join(text.split()) for text in texts)


def _tell(value: object) -> str:
    if value is None or value == ():
        return "nothing"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
