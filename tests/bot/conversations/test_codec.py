from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.codec import is_json, parse_json, requested_from, to_json, turn_from, turn_to_json
from bot.conversations.conversation import Turn
from bot.errors import StoreError
from bot.messages import Decision, Detection, Message, Outcome, Requested
from tests.bot.conversations.strategies import (
    decisions,
    detections,
    jsons,
    objects,
    outcomes,
    texts,
    timings,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)
MESSAGE = Message("hello", "C1", "ada", "web")
ROW = turn_to_json(Turn(MESSAGE, AT))


def through_json(value: Any) -> Any:
    """As through a JSON column: strict JSON, in ASCII."""
    written = json.dumps(to_json(value), allow_nan=False)
    assert written.isascii()
    return parse_json(written)


def same(left: Any, right: Any) -> bool:
    """Equality for which NaN is NaN; dataclasses compare field by field in their repr."""
    return repr(left) == repr(right)


@given(
    st.builds(Message, texts, texts, texts, texts, st.none() | texts, objects),
    st.none() | detections,
    st.none() | decisions,
    st.none() | outcomes,
    timings,
)
def test_a_turn_comes_back_as_it_was(
    message: Message,
    detection: Detection | None,
    decision: Decision | None,
    outcome: Outcome | None,
    timings: dict[str, float],
) -> None:
    turn = Turn(message, AT, detection, decision, outcome, timings)
    assert same(turn_from(through_json(turn_to_json(turn)), AT), turn)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 5e-324, -0.0])
def test_every_float_comes_back(number: float) -> None:
    turn = Turn(MESSAGE, AT, timings={"x": number})
    assert same(turn_from(through_json(turn_to_json(turn)), AT), turn)


@given(jsons)
def test_json_is_left_as_it_is(value: Any) -> None:
    assert same(to_json(value), value)
    assert is_json(value)


class Colour(Enum):
    RED = "red"


class Shout(str):
    """A string with a will of its own."""

    def __str__(self) -> str:
        raise ValueError


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ((1, 2), [1, 2]),
        ({1, 2}, [1, 2]),
        ({1: "a", None: "b", 0.5: "c", (2,): "d"}, {"1": "a", "null": "b", "0.5": "c", "<tuple>": "d"}),
        (AT, "2026-03-01T00:00:00+00:00"),
        (date(2026, 3, 1), "2026-03-01"),
        (Decimal("9.90"), "9.90"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Path("a/b"), "a/b"),
        (Colour.RED, "red"),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (math.nan, "NaN"),
        (Fraction(1, 4), 0.25),
        (Fraction(10**400), "<Fraction>"),
        (10**5000, "<int>"),
        (object(), "<object>"),
        (Requested, "<type>"),
        (b"bytes", "<bytes>"),
        (Shout("hey"), "hey"),
        (Requested("i", "s"), {"intent": "i", "slot": "s"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_json_cannot_say_is_said_otherwise(value: Any, expected: Any) -> None:
    assert to_json(value) == expected
    assert through_json({"free": value}) == {"free": expected}


def test_what_contains_itself_ends() -> None:
    loop: dict[str, Any] = {}
    loop["again"] = loop
    assert "<nested too deeply>" in json.dumps(to_json(loop))
    assert not is_json(loop)


@pytest.mark.parametrize("value", [math.nan, {1}, object(), AT, {"deep": [b""]}])
def test_what_is_not_json(value: Any) -> None:
    assert not is_json(value)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {**ROW, "outcome": {"parts": 3}},
        {**ROW, "outcome": {**to_json(Outcome(())), "parts": [{"words": "x"}]}},
        {**ROW, "timings": {"x": "y"}},
    ],
)
def test_a_row_that_nobody_here_wrote_is_an_error(row: dict[str, Any]) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        turn_from(row, AT)


def test_requested_may_be_missing() -> None:
    assert requested_from(None) is None
    assert requested_from(to_json(Requested("i", "s"))) == Requested("i", "s")
    with pytest.raises(StoreError):
        requested_from({"intent": "i"})


def test_other_programs_json_is_an_error() -> None:
    with pytest.raises(StoreError):
        parse_json("{")


def test_a_turn_that_was_cut_short_comes_back() -> None:
    turn = Turn(MESSAGE, AT)
    assert turn_from(turn_to_json(turn), AT) == turn
    assert turn_from({**turn_to_json(turn), "timings": None}, AT) == replace(turn, timings={})
