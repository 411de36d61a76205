"""The actions that every bot has."""

from __future__ import annotations

import pytest

from bot.actions.builtin import BUILTIN_ACTIONS
from bot.config import TextSettings
from bot.conversations.conversation import Conversation
from bot.conversations.events import apply_events

TEXTS = TextSettings(hand_off="A person comes.", called_off="Dropped.")
CONVERSATION = Conversation("c", "ada", "rest", slots={"order_id": "A-1042"})


@pytest.mark.parametrize(
    ("name", "says", "slots"),
    [
        ("action_hand_off", ["A person comes."], {"order_id": "A-1042"}),
        ("action_call_off", ["Dropped."], {"order_id": "A-1042"}),
        ("action_restart", ["Dropped."], {}),
        ("action_listen", [], {"order_id": "A-1042"}),
        ("action_session_start", [], {"order_id": "A-1042"}),
    ],
)
def test_builtin_actions(name: str, says: list[str], slots: dict[str, str]) -> None:
    outcome = BUILTIN_ACTIONS[name](CONVERSATION, TEXTS)
    assert [part.text for part in outcome.parts] == says
    assert apply_events(CONVERSATION, outcome.events).slots == slots
    assert outcome.requested is None
    assert not outcome.failed


def test_the_names_are_these() -> None:
    names = {"hand_off", "call_off", "restart", "listen", "session_start"}
    assert set(BUILTIN_ACTIONS) == {f"action_{name}" for name in names}
