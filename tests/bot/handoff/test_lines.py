"""A conversation as its transcript."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.conversations.conversation import Conversation, Turn
from bot.handoff.lines import lines_of
from bot.messages import Message, Outcome, Part

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(seconds=8)


def test_a_message_that_came_again_after_a_crash_was_said_once_and_then() -> None:
    asked = Message("a person please", "web:v1", "web:v1", "socketio", "m1")
    after = Message("hello?", "web:v1", "web:v1", "socketio", "m2")
    turns = (
        Turn(asked, NOON),  # the server died
        Turn(after, NOON + timedelta(seconds=4)),
        Turn(asked, LATER, outcome=Outcome((Part(text="I pass it on."),))),
    )
    lines = lines_of(Conversation("web:v1", "web:v1", "socketio", turns=turns))
    assert [(line.key, line.text, line.at) for line in lines] == [
        ("u/m1", "a person please", NOON),
        ("u/m2", "hello?", NOON + timedelta(seconds=4)),
        ("b0/m1", "I pass it on.", LATER),
    ]


def test_messages_without_an_id_are_not_taken_for_one_another() -> None:
    turns = tuple(Turn(Message("yes", "web:v1", "web:v1", "rest", None), at) for at in (NOON, LATER))
    lines = lines_of(Conversation("web:v1", "web:v1", "socketio", turns=turns))
    assert [line.at for line in lines] == [NOON, LATER]
