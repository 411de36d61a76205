from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy import float64
from rasa_sdk import Tracker, events

from bot.conversations.conversation import Conversation, Rating, Turn
from bot.conversations.events import apply_events, since_restart, tracker_of
from bot.messages import (
    Button,
    Candidate,
    Decision,
    Detection,
    Entity,
    Message,
    Outcome,
    Part,
    Requested,
    Sentiment,
)
from tests.bot.conversations.strategies import detections, jsons, objects, outcomes, rubbish, texts, tuples


class SubclassOfStr(str):
    __slots__ = ()


AT = datetime(2026, 3, 1, tzinfo=UTC)
SECRET = "my card is 4111"
EMPTY = Conversation("C1", "ada", "web")
TURN = Turn(
    Message("where is A-1042", "C1", "ada", "web", "m1", {"page": "/shop"}),
    AT,
    Detection(
        (Candidate("order_status", 0.75, "mature"), Candidate("greet", 0.125, "zero_shot")),
        0.0625,
        Sentiment("neutral", 0.0),
        (Entity("order_id", "A-1042", 9, 15),),
    ),
    Decision("act", "order_status", 0.75, "sure"),
    Outcome(
        (Part(text="On its way", buttons=(Button("Thanks", "/thanks"),)), Part(custom={"map": 1})),
        (events.SlotSet("order_id", "A-1042"), events.ActionExecuted("action_order_status")),
    ),
)
FULL = Conversation("C1", "ada", "web", {"a": 1}, Requested("order_status", "order_id"), "action_next", True, (TURN,))


@pytest.mark.parametrize(
    ("event", "after"),
    [
        (events.SlotSet("b", [1]), replace(FULL, slots={"a": 1, "b": [1]})),
        (events.SlotSet("a", None), replace(FULL, slots={"a": None})),
        (events.SlotSet("a", (1, 2)), replace(FULL, slots={"a": [1, 2]})),
        (events.AllSlotsReset(), replace(FULL, slots={})),
        (events.Restarted(), EMPTY),
        (events.SessionStarted(), replace(EMPTY, turns=(TURN,))),
        (events.FollowupAction("action_x"), replace(FULL, followup="action_x")),
        (events.ConversationPaused(), FULL),
        (events.ConversationResumed(), replace(FULL, paused=False)),
        (events.ActiveLoop("order_form"), FULL),
        (events.ActionExecuted("action_x"), FULL),
        (events.UserUttered("hi"), FULL),
        (events.BotUttered("hi"), FULL),
        (events.LoopInterrupted(True), FULL),
        (events.ActionExecutionRejected("action_x"), FULL),
        (events.StoryExported(), FULL),
        (events.AgentUttered("hi"), FULL),
    ],
    ids=lambda value: value["event"] if isinstance(value, dict) else "",
)
def test_what_rasa_sdks_events_do(event: dict[str, Any], after: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    assert apply_events(FULL, [event]) == after
    assert caplog.records == []


def test_undo_takes_back_the_latest_action_and_rewind_all() -> None:
    story = [events.SlotSet("a", 1), events.ActionExecuted("x"), events.SlotSet("b", 2), events.SlotSet("c", 3)]
    assert apply_events(EMPTY, [*story, events.ActionReverted()]).slots == {"a": 1}
    assert apply_events(EMPTY, [*story, events.UserUtteranceReverted()]) == EMPTY
    assert apply_events(FULL, [events.ActionReverted(), events.SlotSet("b", 2)]).slots == {"a": 1, "b": 2}
    assert apply_events(FULL, [*story, events.UserUtteranceReverted(), events.ActionReverted()]) == FULL


@pytest.mark.parametrize(
    ("event", "complaint"),
    [
        ({"event": "slot", "value": SECRET}, "slot lacks a name"),
        ({"event": "slot", "name": [SECRET], "value": 1}, "slot lacks a name"),
        ({"event": "slot", "name": "a", "value": {SECRET}}, "not JSON"),
        ({"event": "slot", "name": "a", "value": float("nan")}, "not JSON"),
        ({"event": "followup", "name": None}, "followup lacks a name"),
        ({"event": "reminder", "name": SECRET}, "reminder is not supported"),
        ({"event": "cancel_reminder"}, "cancel_reminder is not supported"),
        ({"event": "dance", "text": SECRET}, "'dance' is unknown"),
        ({"event": "dance\nERROR forged line"}, r"'dance\nERROR forged line' is unknown"),
        ({"event": [SECRET]}, "no name"),
        ({"text": SECRET}, "no name"),
        (SECRET, "no name"),
        (None, "no name"),
    ],
)
def test_what_cannot_be_applied_is_left_out_and_logged_once(
    event: Any, complaint: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert apply_events(FULL, [event, events.SlotSet("b", 2)]).slots == {"a": 1, "b": 2}
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert complaint in record.getMessage()
    assert SECRET not in caplog.text


@given(st.dictionaries(texts, jsons, max_size=3), st.lists(rubbish, max_size=8))
def test_any_events_give_a_conversation_that_can_be_kept(slots: dict[str, Any], wild: list[Any]) -> None:
    before = replace(FULL, slots=slots)
    after = apply_events(before, wild)
    assert before == replace(FULL, slots=slots)
    json.dumps(after.slots, allow_nan=False)
    assert after.followup is None or isinstance(after.followup, str)
    assert (after.id, after.sender_id, after.channel) == ("C1", "ada", "web")


def looks_back(event: Any) -> bool:
    """Undo and rewind look back as far as the call."""
    return isinstance(event, dict) and event.get("event") in ("undo", "rewind")


forward = st.lists(rubbish.filter(lambda event: not looks_back(event)), max_size=4)


@given(forward, forward)
def test_events_apply_one_after_another(first: list[Any], second: list[Any]) -> None:
    assert apply_events(FULL, [*first, *second]) == apply_events(apply_events(FULL, first), second)


@given(st.lists(rubbish, max_size=4), forward)
def test_nothing_before_a_restart_matters(before: list[Any], after: list[Any]) -> None:
    assert apply_events(FULL, [*before, events.Restarted(), *after]) == apply_events(EMPTY, after)


def test_turns_up_to_a_restart_are_past() -> None:
    restart = replace(TURN, outcome=Outcome((), (events.Restarted(),)))
    assert since_restart((TURN, restart, TURN, restart, TURN)) == (TURN,)
    assert since_restart((TURN, restart)) == ()
    assert since_restart((TURN, replace(TURN, outcome=None))) == (TURN, replace(TURN, outcome=None))


def test_the_tracker_is_rasas() -> None:
    now = replace(TURN, message=replace(TURN.message, text="thanks", sender_id="bob"), outcome=None)
    state = tracker_of(replace(FULL, turns=(TURN, now)))
    assert json.loads(json.dumps(state)) == state
    assert {key: value for key, value in state.items() if key != "events"} == {
        "sender_id": "C1",
        "user_id": "bob",
        "slots": {"a": 1},
        "latest_message": {
            "text": "thanks",
            "intent": {"name": "order_status", "confidence": 0.75},
            "entities": [{"entity": "order_id", "value": "A-1042", "start": 9, "end": 15}],
            "intent_ranking": [
                {"name": "order_status", "confidence": 0.75},
                {"name": "greet", "confidence": 0.125},
            ],
        },
        "latest_event_time": AT.timestamp(),
        "followup_action": "action_next",
        "paused": True,
        "latest_input_channel": "web",
        "active_loop": {},
        "latest_action": {"action_name": "action_listen"},
        "latest_action_name": "action_listen",
        "stack": [],
    }
    kinds = [event["event"] for event in state["events"]]
    assert kinds == ["action", "user", "slot", "action", "bot", "bot", "action", "user"]
    assert state["events"][4]["data"] == {"buttons": [{"title": "Thanks", "payload": "/thanks"}]}
    assert state["events"][5]["data"] == {"custom": {"map": 1}}
    assert {event["timestamp"] for event in state["events"]} == {AT.timestamp()}


def test_rasa_sdk_reads_the_tracker() -> None:
    tracker = Tracker.from_dict(tracker_of(FULL))
    assert tracker.get_slot("a") == 1
    assert tracker.get_intent_of_latest_message() == "order_status"
    assert list(tracker.get_latest_entity_values("order_id")) == ["A-1042"]
    assert tracker.get_latest_input_channel() == "web"
    assert tracker.latest_action_name == "action_order_status"
    assert tracker.last_executed_action_has("action_order_status")
    assert tracker.is_paused()
    assert tracker.active_loop_name is None
    assert tracker.current_state()["latest_event_time"] == AT.timestamp()


def test_what_is_scribbled_in_a_tracker_is_in_no_other() -> None:
    told = tracker_of(FULL)
    for event in told["events"]:
        event.clear()
    told["latest_message"]["intent_ranking"].clear()
    assert tracker_of(FULL) == tracker_of(replace(FULL, turns=(replace(TURN),)))
    assert tracker_of(FULL)["events"][1]["text"] == "where is A-1042"


def test_a_turn_that_is_rated_later_is_told_anew() -> None:
    before = tracker_of(FULL)["events"][1]["metadata"]
    rated = replace(TURN, ratings=(Rating("m1/0", "up", "ada", AT),))
    after = tracker_of(replace(FULL, turns=(rated,)))["events"][1]["metadata"]
    assert ("feedback" in before, after["feedback"][0]["opinion"]) == (False, "up")


def test_texts_and_times_of_other_types_are_told() -> None:
    odd = SubclassOfStr("where")
    turn = Turn(Message(odd, odd, odd, odd, odd), AT, outcome=Outcome((), ({"event": "x", "timestamp": float64(7)},)))
    told = tracker_of(replace(EMPTY, turns=(turn,)))["events"]
    assert (type(told[1]["text"]), told[1]["text"], told[2]["timestamp"]) == (str, "where", 7.0)


def test_rasa_sdk_rewinds_over_the_turn() -> None:
    rewound = replace(TURN, outcome=Outcome((), (events.UserUtteranceReverted(),)))
    tracker = Tracker.from_dict(tracker_of(replace(FULL, turns=(TURN, rewound))))
    assert [event["event"] for event in tracker.applied_events()] == ["action", "user", "slot", "action", "bot", "bot"]


@pytest.mark.parametrize(
    ("ending", "loop"),
    [((), {"name": "order_form"}), ((events.ActiveLoop(None),), {}), ((events.SessionStarted(),), {})],
)
def test_a_loop_is_on_until_it_is_ended(ending: tuple[dict[str, Any], ...], loop: dict[str, str]) -> None:
    started = replace(TURN, outcome=Outcome((), (events.ActiveLoop("order_form"), *ending)))
    assert tracker_of(replace(FULL, turns=(started, TURN)))["active_loop"] == loop


def test_the_tracker_of_nothing_is_complete() -> None:
    tracker = Tracker.from_dict(tracker_of(EMPTY))
    assert (tracker.sender_id, tracker.events, tracker.latest_message) == ("C1", [], {})


@given(
    tuples(
        st.builds(
            Turn,
            st.builds(Message, texts, texts, texts, texts, st.none() | texts, objects),
            st.just(AT),
            st.none() | detections,
            st.none(),
            st.none() | outcomes,
        )
    ),
    objects,
)
def test_any_conversation_has_a_tracker_in_json(turns: tuple[Turn, ...], slots: dict[str, Any]) -> None:
    state = tracker_of(replace(EMPTY, turns=turns, slots=slots))
    json.dumps(state, allow_nan=False)
    tracker = Tracker.from_dict(state)
    tracker.last_executed_action_has("action_x")
    tracker.slots_to_validate()
