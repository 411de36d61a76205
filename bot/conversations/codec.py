"""The values of a turn as JSON, and back.

Whatever an action or a channel left in a free field (a slot, metadata, `custom`) becomes JSON without ever raising: a
turn is worth more than the exact type of one value in it. JSON has no number for NaN or infinity: they are written as
"NaN", "Infinity" and "-Infinity", which `float` reads back where a float belongs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from numbers import Integral, Real
from pathlib import PurePath
from typing import Any, TypeVar
from uuid import UUID

from bot.conversations.conversation import Turn
from bot.errors import StoreError
from bot.messages import (
    Button,
    Candidate,
    Decision,
    Detection,
    Entity,
    Message,
    Neighbour,
    Outcome,
    Part,
    Requested,
    Segment,
    Sentiment,
)

Row = Mapping[str, Any]
T = TypeVar("T")

DEEPEST = 60
"""Levels of nesting that are kept; json itself gives up far below Python's own recursion limit."""

LONGEST_INTEGER = 4096
"""Bits of an integer that is kept; Python refuses to write much longer ones out."""


def to_json(value: Any, depth: int = 0) -> Any:
    """`value` as what json.dumps takes. Dataclasses become objects; what JSON cannot say becomes "<Type>"."""
    kind = type(value)
    # Most of a turn is these; asking abstract base classes about each took longer than the rest.
    if value is None or kind is str or kind is bool or (kind is float and math.isfinite(value)):
        return value
    if depth > DEEPEST:
        return "<nested too deeply>"
    names = _field_names(kind)  # type: ignore[arg-type]  # a type is hashable, whatever mypy thinks
    if names is not None:
        return {name: to_json(getattr(value, name), depth + 1) for name in names}
    if kind is dict or isinstance(value, Mapping):
        return {_key(key): to_json(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_json(item, depth + 1) for item in value]
    return _scalar(value, depth)


@lru_cache(maxsize=256)
def _field_names(kind: type) -> tuple[str, ...] | None:
    return tuple(each.name for each in fields(kind)) if is_dataclass(kind) else None


def _scalar(value: Any, depth: int) -> Any:
    if isinstance(value, Enum):
        return to_json(value.value, depth + 1)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Integral):
        return int(value) if int(value).bit_length() <= LONGEST_INTEGER else f"<{type(value).__name__}>"
    if isinstance(value, Real):
        return _number(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID, PurePath)):
        return str(value)
    return f"<{type(value).__name__}>"


def _number(value: Real) -> float | str:
    try:
        number = float(value)
    except OverflowError:  # a Fraction may be larger than any float
        return f"<{type(value).__name__}>"
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _key(key: Any) -> str:
    if isinstance(key, str):
        return str.__str__(key)
    if key is None:
        return "null"
    scalar = _scalar(key, DEEPEST)
    return scalar if isinstance(scalar, str) else repr(scalar)


def is_json(value: Any) -> bool:
    """Whether JSON can say `value`: what a slot may hold."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def parse_json(text: str | bytes) -> Any:
    """What a column holds. Raises StoreError, as all readers here."""
    return _read(lambda: json.loads(text))


def turn_to_json(turn: Turn) -> dict[str, Any]:
    """The steps of `turn` as JSON, by name; those that it lacks are None. `at` is left out."""
    steps = ("message", "detection", "decision", "outcome", "timings")
    return {step: to_json(getattr(turn, step)) for step in steps}


def turn_from(row: Row, at: datetime) -> Turn:
    """The Turn at `at` whose `turn_to_json` is `row`."""
    return _read(
        lambda: Turn(
            message=Message(**row["message"]),
            at=at,
            detection=_detection(row["detection"]) if row["detection"] else None,
            decision=_decision(row["decision"]) if row["decision"] else None,
            outcome=_outcome(row["outcome"]) if row["outcome"] else None,
            timings=_floats(row["timings"] or {}),
        )
    )


def parts_from(rows: Iterable[Row]) -> tuple[Part, ...]:
    """The parts that `rows` were made of."""
    return _read(lambda: _parts(rows))


def requested_from(row: Row | None) -> Requested | None:
    """The Requested that `row` was made of."""
    return _read(lambda: _requested(row))


def _read(read: Callable[[], T]) -> T:
    try:
        return read()
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(
            f"A stored conversation cannot be read ({type(error).__name__}): another program wrote it. "
            "Run the version of Ripen that wrote it, or forget the sender (ripen forget SENDER)."
        ) from error


def _requested(row: Row | None) -> Requested | None:
    return Requested(**row) if row else None


def _detection(row: Row) -> Detection:
    return Detection(
        candidates=_candidates(row["candidates"]),
        out_of_scope=float(row["out_of_scope"]),
        sentiment=Sentiment(row["sentiment"]["label"], float(row["sentiment"]["valence"])),
        entities=tuple(Entity(**entity) for entity in row["entities"]),
        segments=_segments(row.get("segments", ())),
        neighbours=tuple(Neighbour(n["intent"], n["text"], float(n["similarity"])) for n in row["neighbours"]),
        features=_floats(row["features"]),
        risk=_risk(row),
        corrections=tuple((written, read) for written, read in row.get("corrections", ())),
    )


def _decision(row: Row) -> Decision:
    alternatives, wishes = _candidates(row["alternatives"]), _segments(row.get("wishes", ()))
    names = ("without", "refused", "again", "explains", "says", "corrects", "misunderstood")
    later = {name: row[name] for name in names if name in row}  # older rows lack some
    return Decision(row["kind"], row["intent"], float(row["confidence"]), row["reason"], alternatives, wishes, **later)


def _segments(rows: Iterable[Row]) -> tuple[Segment, ...]:
    return tuple(
        Segment(
            text=row["text"],
            candidate=_candidates([row["candidate"]])[0],
            entities=tuple(Entity(**entity) for entity in row["entities"]),
            risk=_risk(row),
        )
        for row in rows
    )


def _risk(row: Row) -> float:
    """Rows of before risks were measured have none."""
    return float(row.get("risk", 1.0))


def _outcome(row: Row) -> Outcome:
    return Outcome(_parts(row["parts"]), tuple(row["events"]), _requested(row["requested"]), row["failed"])


def _candidates(rows: Iterable[Row]) -> tuple[Candidate, ...]:
    return tuple(Candidate(row["intent"], float(row["confidence"]), row["detector"]) for row in rows)


def _parts(rows: Iterable[Row]) -> tuple[Part, ...]:
    return tuple(Part(**{**row, "buttons": tuple(Button(**button) for button in row["buttons"])}) for row in rows)


def _floats(row: Row) -> Mapping[str, float]:
    return {name: float(number) for name, number in row.items()}
