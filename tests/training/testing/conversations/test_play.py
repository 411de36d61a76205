"""Conversations through the real pipeline, with a detector that says what it was told."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.actions.base import ActionResult
from bot.config import SentimentSettings, Settings
from bot.detectors.scripted import ScriptedDetector
from bot.errors import ActionFailed
from bot.live import Snapshot
from bot.messages import Button, Sentiment
from tests.builders import ADDRESS, ORDER_ID, catalog, intent
from training.testing.conversations.play import Played, Stage
from training.testing.conversations.script import Script, Turn, WrittenTurn

KNOWN = catalog(
    intent("greet", "Hello.", "Hi {name}.", "Good day to you."),
    intent("order_status", action="action_order", slots=[ORDER_ID]),
    intent("change_address", "Done.", slots=[ADDRESS]),
    intent("never_mind", action="action_call_off"),
    intent("break", action="action_break"),
    utter_found="Order {order_id} is here.",
)
SAID = {
    "hi": "greet",
    "where is it": "order_status",
    "move it": "change_address",
    "stop": "never_mind",
    "crash": "break",
}
ANGRY = Sentiment("negative", -0.9)


class Actions:
    """One action that finds an order, and one that breaks; `seen` holds the environment that they ran in."""

    def __init__(self) -> None:
        self.seen: list[str | None] = []

    async def names(self) -> frozenset[str]:
        return frozenset({"action_order", "action_break"})

    async def check(self) -> None:
        return None

    async def run(self, name: str, tracker: Mapping[str, Any]) -> ActionResult:
        self.seen.append(os.environ.get("RIPEN_TEST_PLACE"))
        if name == "action_break":
            raise ActionFailed("it broke")
        order = tracker["slots"]["order_id"]
        return ActionResult(responses=({"response": "utter_found", "order_id": order},))

    async def close(self) -> None:
        return None


@pytest.fixture
def actions() -> Actions:
    return Actions()


async def play(actions: Actions, *turns: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Played:
    detector = ScriptedDetector(SAID, {"grr": ANGRY, "argh": ANGRY})
    stage = Stage(Snapshot(KNOWN, detector), actions, Settings(sentiment=SentimentSettings(hand_off_after=2)))
    written = tuple(Turn(number * 10, WrittenTurn.model_validate(turn)) for number, turn in enumerate(turns, 1))
    return await stage.play(Script("one", Path("tests/x.yml"), 1, written, environment or {}))


async def test_what_goes_as_written_passes(actions: Actions) -> None:
    done = await play(
        actions,
        {"user": "hi", "bot": "Hello.", "intent": "greet", "decision": "act", "action": []},
        {"user": "where is it", "asks": "order_id", "bot": "Which order is it?", "slots": {"order_id": None}},
        {"user": "A-1042", "action": "action_order", "bot": "Order A-1042 is here.", "slots": {"order_id": "A-1042"}},
        {"user": "xyzzy", "decision": "out_of_scope"},
    )
    assert (done.passed, done.turns) == (True, 4)


async def test_of_several_ways_to_answer_any_may_be_written(actions: Actions) -> None:
    for text in ("Hello.", "Good day to you.", "Good...you."):
        assert (await play(actions, {"user": "hi", "bot": text})).passed
    assert not (await play(actions, {"user": "hi", "bot": "Good day."})).passed


async def test_the_first_turn_that_goes_otherwise_is_told_and_the_rest_is_not_played(actions: Actions) -> None:
    done = await play(actions, {"user": "hi", "intent": "greet"}, {"user": "hi", "intent": "stop"}, {"user": "crash"})
    assert done.failure is not None
    assert (done.failure.line, done.failure.user, done.failure.left) == (20, "hi", 1)
    [only] = done.failure.differences
    assert (only.what, only.expected, only.got) == ("intent", "stop", "greet")
    assert done.failure.because
    assert actions.seen == []


async def test_a_failing_action_fails_the_test_even_where_nothing_is_expected(actions: Actions) -> None:
    done = await play(actions, {"user": "crash"})
    assert done.failure is not None
    assert [one.what for one in done.failure.differences] == ["failed"]
    apology = Settings().texts.apology
    assert (await play(actions, {"user": "crash", "bot": apology})).passed


async def test_actions_that_are_built_in_are_seen_too(actions: Actions) -> None:
    turns = ({"user": "move it", "asks": "address"}, {"user": "stop", "action": "action_call_off", "asks": None})
    assert (await play(actions, *turns)).passed


async def test_a_button_is_pressed_by_its_title(actions: Actions) -> None:
    greeted = KNOWN.intents["greet"]
    with_button = replace(greeted.responses[0], buttons=(Button("My order", "/order_status"),))
    known = replace(KNOWN, intents={**KNOWN.intents, "greet": replace(greeted, responses=(with_button,))})
    stage = Stage(Snapshot(known, ScriptedDetector(SAID)), actions, Settings())
    turns = [{"user": "hi", "buttons": "My order"}, {"press": "My order", "asks": "order_id"}, {"press": "Nothing"}]
    written = tuple(Turn(number, WrittenTurn.model_validate(turn)) for number, turn in enumerate(turns))
    done = await stage.play(Script("one", Path("x.yml"), 1, written, {}))
    assert done.failure is not None
    assert (done.failure.line, done.failure.differences[0].got) == (2, "no buttons")


async def test_each_conversation_starts_anew(actions: Actions) -> None:
    assert (await play(actions, {"user": "grr"})).passed
    assert (await play(actions, {"user": "argh", "decision": "out_of_scope"})).passed
    assert (
        await play(actions, {"user": "grr"}, {"user": "argh", "decision": "hand_off", "sentiment": "negative"})
    ).passed


async def test_actions_have_a_scratch_folder_and_the_environment_is_as_before(
    actions: Actions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIPEN_TEST_PLACE", "before")
    turn = {"user": "crash", "bot": "..."}
    for _ in range(2):
        await play(actions, turn, environment={"RIPEN_TEST_PLACE": "{scratch}/x", "RIPEN_TEST_NEW": "1"})
    first, second = actions.seen
    assert first is not None
    assert first.endswith("/x")
    assert first != second
    assert not Path(first).parent.exists()
    assert os.environ["RIPEN_TEST_PLACE"] == "before"
    assert "RIPEN_TEST_NEW" not in os.environ
