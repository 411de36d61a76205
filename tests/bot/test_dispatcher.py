from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from bot.actions.base import ActionResult
from bot.config import Settings
from bot.conversations.conversation import Turn
from bot.dispatcher import FOLLOWUPS, Dispatcher
from bot.errors import ActionFailed
from bot.messages import Button, Candidate, Decision, Part, Requested, Sentiment
from bot.payload import NONE_OF_THESE
from tests.bot.dispatching import SHIPPED, TEXTS, Actions, act, occasion, outcome_of, texts
from tests.builders import conversation, detection, turn


async def test_says_a_response() -> None:
    assert texts(await outcome_of(act("refund_policy"), occasion())) == ["Refunds take five days."]


async def test_fills_slots_into_a_response() -> None:
    assert texts(await outcome_of(act("greet_by_name"), occasion(talk=conversation(name="Anne")))) == ["Hello Anne."]


async def test_an_intent_of_two_lines_says_that_it_was_understood() -> None:
    assert texts(await outcome_of(act("two_lines"), occasion())) == [TEXTS.no_answer]


async def test_an_intent_of_rasas_that_the_bot_lacks_runs_its_action() -> None:
    outcome = await outcome_of(act("restart"), occasion("/restart", conversation(name="Anne")))
    assert texts(outcome) == [TEXTS.called_off]
    assert [event["event"] for event in outcome.events] == ["action", "restart"]


async def test_asks_for_a_missing_slot_and_waits_for_it() -> None:
    outcome = await outcome_of(act("order_status"), occasion("where is my order"))
    assert texts(outcome) == ["Which order is it?"]
    assert outcome.requested == Requested("order_status", "order_id")


async def test_a_value_in_the_message_fills_the_slot_and_the_action_sees_it() -> None:
    actions = Actions(action_order_status=SHIPPED)
    outcome = await outcome_of(act("order_status"), occasion("where is A-1042"), actions)
    assert texts(outcome) == ["It is on its way."]
    assert [event["event"] for event in outcome.events] == ["slot", "action", "slot"]
    assert outcome.events[0] == {"event": "slot", "name": "order_id", "value": "A-1042"}
    assert outcome.events[1]["name"] == "action_order_status"
    assert outcome.events[2:] == SHIPPED.events
    assert actions.trackers[0]["slots"] == {"order_id": "A-1042"}
    assert actions.trackers[0]["latest_message"]["text"] == "where is A-1042"


async def test_a_value_said_anew_replaces_the_one_of_before() -> None:
    actions = Actions(action_order_status=SHIPPED)
    await outcome_of(act("order_status"), occasion("no, A-2042", conversation(order_id="A-1042")), actions)
    assert actions.trackers[0]["slots"]["order_id"] == "A-2042"


async def test_a_question_that_was_not_answered_is_asked_again_with_a_word_about_it() -> None:
    waiting = conversation(requested=Requested("order_status", "order_id"))
    again = await outcome_of(act("order_status"), occasion("the blue one", waiting))
    assert texts(again) == [f"{TEXTS.not_an_answer} Which order is it?"]
    assert again.requested == waiting.requested
    meant = await outcome_of(act("order_status"), occasion("where is it", waiting, detection(("order_status", 0.9))))
    assert texts(meant) == ["Which order is it?"]


async def test_several_slots_are_asked_for_one_by_one() -> None:
    actions = Actions(action_change_address=ActionResult())
    first = await outcome_of(act("change_address"), occasion("change the address of A-1042"), actions)
    assert texts(first) == ["Where should it go?"]
    waiting = conversation(requested=first.requested, order_id="A-1042")
    second = await outcome_of(act("change_address"), occasion(" 1 Elm Street ", waiting), actions)
    assert {"event": "slot", "name": "address", "value": "1 Elm Street"} in second.events
    assert actions.ran == ["action_change_address"]


async def test_a_button_pressed_while_a_question_is_open_is_not_taken_for_its_answer() -> None:
    waiting = conversation(requested=Requested("change_address", "address"), order_id="A-1042")
    outcome = await outcome_of(act("change_address"), occasion("/change_address", waiting))
    assert texts(outcome) == ["Where should it go?"]


async def test_a_correction_of_another_slot_is_not_taken_for_the_answer() -> None:
    actions = Actions(action_change_address=ActionResult())
    waiting = conversation(requested=Requested("change_address", "address"), order_id="A-1042")
    outcome = await outcome_of(act("change_address"), occasion("sorry, I meant A-1043", waiting), actions)
    assert texts(outcome) == ["Where should it go?"]
    assert outcome.events == ({"event": "slot", "name": "order_id", "value": "A-1043"},)
    assert outcome.requested == waiting.requested
    assert actions.ran == []


async def test_an_aside_is_answered_and_the_question_stands_again() -> None:
    asked = Requested("order_status", "order_id")
    outcome = await outcome_of(act("refund_policy"), occasion("how do refunds work", conversation(requested=asked)))
    assert texts(outcome) == ["Refunds take five days.", "Which order is it?"]
    assert outcome.requested == asked


async def test_calling_off_leaves_no_question() -> None:
    asked = Requested("order_status", "order_id")
    outcome = await outcome_of(act("never_mind"), occasion("never mind", conversation(requested=asked)))
    assert texts(outcome) == [TEXTS.called_off]
    assert outcome.requested is None


async def test_an_action_may_ask_for_a_slot_again() -> None:
    again = ActionResult(({"event": "slot", "name": "requested_slot", "value": "order_id"},), ({"text": "Not found."},))
    outcome = await outcome_of(act("order_status"), occasion("A-1042"), Actions(action_order_status=again))
    assert outcome.requested == Requested("order_status", "order_id")


async def test_a_response_can_be_the_action() -> None:
    assert texts(await outcome_of(act("named"), occasion())) == ["We open at nine."]


async def test_responses_come_before_what_the_action_says() -> None:
    assert texts(await outcome_of(act("both"), occasion())) == ["One moment.", "It is on its way."]


async def test_actions_that_force_a_follow_up_run_in_one_turn_but_not_for_ever() -> None:
    onward = ActionResult(({"event": "followup", "name": "action_end"},), ({"text": "first"},))
    done = await outcome_of(
        act("order_status"),
        occasion("A-1042"),
        Actions(action_order_status=onward, action_end=ActionResult(responses=({"text": "second"},))),
    )
    assert texts(done) == ["first", "second"]
    loop = Actions(action_order_status=ActionResult(({"event": "followup", "name": "action_order_status"},)))
    await outcome_of(act("order_status"), occasion("A-1042"), loop)
    assert len(loop.ran) == FOLLOWUPS


async def test_a_failing_action_gives_the_apology_one_log_entry_and_keeps_the_slots(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    failing = Actions(action_order_status=ActionFailed("action_order_status raised KeyError at shop.py:3"))
    outcome = await outcome_of(act("order_status"), occasion("where is A-1042"), failing)
    assert outcome.failed
    assert texts(outcome) == [TEXTS.apology]
    assert outcome.events == ({"event": "slot", "name": "order_id", "value": "A-1042"},)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "shop.py:3" in caplog.text
    assert "A-1042" not in caplog.text


async def test_rubbish_in_a_response_is_a_failing_action() -> None:
    rubbish = Actions(action_order_status=ActionResult(responses=({"response": "utter_nobody_defined"},)))
    assert (await outcome_of(act("order_status"), occasion("A-1042"), rubbish)).failed


async def test_a_clarifying_question_offers_descriptions_and_a_way_out_never_ids() -> None:
    choices = (Candidate("order_status", 0.4, "mature"), Candidate("refund_policy", 0.3, "mature"))
    decision = Decision("clarify", "order_status", 0.4, "unclear", choices)
    outcome = await outcome_of(decision, occasion("something about A-1042"))
    assert outcome.parts == (
        Part(
            text=TEXTS.clarify,
            buttons=(
                Button("You ask for an order", '/order_status{"order_id":"A-1042"}'),
                Button("You want refund policy", "/refund_policy"),
                Button(TEXTS.none_of_these, NONE_OF_THESE),
            ),
        ),
    )


async def test_a_single_choice_is_asked_for_as_one() -> None:
    decision = Decision("clarify", "refund_policy", 0.5, "unclear", (Candidate("refund_policy", 0.5, "mature"),))
    outcome = await outcome_of(decision, occasion("money"))
    assert texts(outcome) == [TEXTS.clarify_one]
    refused = await outcome_of(replace(decision, refused=True), occasion("no money back"))
    assert texts(refused) == [TEXTS.clarify_refused]


async def test_asked_once_more_the_choices_still_hold_what_was_said_first() -> None:
    choices = (Candidate("order_status", 0.4, "mature"), Candidate("refund_policy", 0.3, "mature"))
    first = Decision("clarify", "order_status", 0.4, "unclear", choices)
    asked = await outcome_of(first, occasion("something about A-1042"))
    before = conversation(replace(turn(decision=first), outcome=asked))
    outcome = await outcome_of(replace(first, again=True), occasion("yes", before))
    assert outcome.parts == (Part(text=TEXTS.clarify_again, buttons=asked.parts[0].buttons),)


async def test_what_is_not_understood_leaves_an_open_question_open() -> None:
    waiting = conversation(requested=Requested("order_status", "order_id"))
    outcome = await outcome_of(Decision("out_of_scope", None, 1.0, "a second yes"), occasion("yes", waiting))
    assert (texts(outcome), outcome.requested) == ([TEXTS.out_of_scope], waiting.requested)


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (Decision("out_of_scope", None, 1.0, "unknown"), TEXTS.out_of_scope),
        (Decision("hand_off", None, 1.0, "angry"), TEXTS.hand_off),
        (Decision("hand_off", "human", 1.0, "asked"), "A person is coming."),
        (act("gone"), TEXTS.out_of_scope),
    ],
)
async def test_other_decisions_have_their_words(decision: Decision, said: str) -> None:
    assert texts(await outcome_of(decision, occasion())) == [said]


async def test_who_is_upset_and_not_understood_is_shown_the_way_to_a_person_at_once() -> None:
    unknown = Decision("out_of_scope", None, 1.0, "unknown")
    for valence, ways in ((-0.9, ["/human"]), (-0.1, [])):
        on = occasion("this is ridiculous")
        on = replace(on, detection=replace(on.detection, sentiment=Sentiment("negative", valence)))
        outcome = await outcome_of(unknown, on)
        assert texts(outcome) == [TEXTS.out_of_scope]
        assert [button.payload for button in outcome.parts[0].buttons] == ways


async def test_a_hand_off_runs_the_action_that_tells_a_person() -> None:
    settings = Settings.model_validate({"actions": {"on_hand_off": "action_order_status"}})
    actions = Actions(action_order_status=SHIPPED)
    outcome = await Dispatcher(actions, settings).dispatch(Decision("hand_off", None, 1.0, "angry"), occasion())
    assert texts(outcome) == [TEXTS.hand_off, "It is on its way."]
    assert actions.ran == ["action_order_status"]


@pytest.mark.parametrize(
    ("there", "said", "ran"),
    [
        (True, [TEXTS.hand_off, TEXTS.somebody_there], ["action_tell"]),
        (False, [TEXTS.hand_off, TEXTS.nobody_there, "Ticket 7."], ["action_tell", "action_ticket"]),
        (None, [TEXTS.hand_off, "Ticket 7."], ["action_tell", "action_ticket"]),
    ],
)
async def test_a_hand_off_says_whether_somebody_is_there(there: bool | None, said: list[str], ran: list[str]) -> None:
    hooks = {"on_hand_off": "action_tell", "on_nobody_there": "action_ticket"}
    told = ActionResult(({"event": "slot", "name": "case", "value": 7},))
    actions = Actions(action_tell=told, action_ticket=ActionResult(responses=({"text": "Ticket 7."},)))
    asked: list[str] = []

    async def attended(conversation_id: str) -> bool | None:
        asked.append(conversation_id)
        return there

    dispatcher = Dispatcher(actions, Settings.model_validate({"actions": hooks}), attended=attended)
    outcome = await dispatcher.dispatch(Decision("hand_off", None, 1.0, "angry"), occasion())
    assert texts(outcome) == said
    assert actions.ran == ran
    assert asked == [occasion().message.conversation_id]
    slots = [event for event in outcome.events if event["event"] == "slot"]
    assert slots == [{"event": "slot", "name": "case", "value": 7}], "once, whoever runs after"
    assert [tracker["slots"].get("case") for tracker in actions.trackers] == [None, 7][: len(ran)]


async def test_an_action_that_fails_does_not_keep_the_other_from_a_hand_off() -> None:
    hooks = {"on_hand_off": "action_nobody_wrote", "on_nobody_there": "action_ticket"}
    actions = Actions(action_ticket=ActionResult(responses=({"text": "Ticket 7."},)))
    dispatcher = Dispatcher(actions, Settings.model_validate({"actions": hooks}))
    outcome = await dispatcher.dispatch(Decision("hand_off", None, 1.0, "angry"), occasion())
    assert outcome.failed
    assert texts(outcome) == [TEXTS.hand_off, TEXTS.apology, "Ticket 7."]


def test_the_tracker_of_an_action_ends_with_the_turn_at_hand() -> None:
    earlier: Turn = turn("earlier")
    after = occasion("now", conversation(earlier)).after(())
    assert [each.message.text for each in after.turns] == ["earlier", "now"]
