from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.testing.conversations.comparison import Seen, compare, fits
from training.testing.conversations.script import WrittenTurn

SEEN = Seen(
    ("Hello.", "Bye."), ("Yes", "No"), "act", ("greet",), ("action_greet",), {"name": "Ann"}, None, "neutral", False, ""
)


@pytest.mark.parametrize(
    ("wanted", "came", "fit"),
    [
        (("Hello.",), ("Hello.",), True),
        (("hello.",), ("Hello.",), False),
        (("Order A-1042 ...",), ("Order A-1042 is on its way.",), True),
        (("Order A-1042 …",), ("Order A-1042 is on its way.",), True),
        (("...way.",), ("Order A-1042 is on its way.",), True),
        (("a  b\nc",), ("a b c",), True),
        (("a b",), ("a", "b"), False),
        (("a", "..."), ("a", "b", "c"), True),
        (("...", "c"), ("a", "b", "c"), True),
        (("a", "..."), ("a",), False),
        (("(a.c)",), ("(abc)",), False),
        (("...",), (), True),
        ((), (), True),
        ((), ("a",), False),
    ],
)
def test_texts_fit_as_a_whole_and_in_order(wanted: tuple[str, ...], came: tuple[str, ...], fit: bool) -> None:
    assert fits(wanted, came) is fit


@given(st.lists(st.text(), max_size=3))
def test_what_came_always_fits_itself(texts: list[str]) -> None:
    assert fits(tuple(texts), tuple(texts))


@pytest.mark.parametrize(
    ("written", "different"),
    [
        ({}, []),
        ({"bot": ["Hello.", "Bye."], "decision": "act", "intent": "greet", "buttons": ["Yes", "No"]}, []),
        ({"bot": "Hello."}, [("bot", "Hello.", "Hello.\nBye.")]),
        ({"buttons": []}, [("buttons", "", "Yes\nNo")]),
        ({"decision": "clarify"}, [("decision", "clarify", "act")]),
        ({"intent": ["greet", "bye"]}, [("intent", "greet, bye", "greet")]),
        ({"action": []}, [("action", "nothing", "action_greet")]),
        ({"slots": {"name": "Ann", "age": None}}, []),
        ({"slots": {"name": None}}, [("slot name", "nothing", "Ann")]),
        ({"slots": {"age": 3}}, [("slot age", "3", "nothing")]),
        ({"asks": None}, []),
        ({"asks": "name"}, [("asks", "name", "nothing")]),
        ({"sentiment": "negative"}, [("sentiment", "negative", "neutral")]),
    ],
)
def test_only_what_is_written_is_looked_at(written: dict[str, Any], different: list[tuple[str, str, str]]) -> None:
    turn = WrittenTurn.model_validate({"user": "hi", **written})
    assert [(one.what, one.expected, one.got) for one in compare(turn, SEEN)] == different
