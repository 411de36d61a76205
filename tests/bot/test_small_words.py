"""Mere words: a value, a yes, a moment. And manners, which are no wishes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.catalog.catalog import Example
from bot.config import Settings
from bot.conversations.conversation import Conversation
from bot.decision import decide
from bot.detectors.scripted import SURE, ScriptedDetector
from bot.live import Snapshot
from bot.messages import Candidate, Decision, Detection, Outcome, Part, Requested, Segment
from bot.open_question import ASKS
from bot.running import confidences
from bot.situation import Situation
from bot.slots import find_entities
from tests.bot.dispatching import TEXTS, occasion, outcome_of, texts
from tests.builders import ADDRESS, HERE, ORDER_ID, catalog, conversation, detection, intent, turn

SHOP = catalog(
    intent("order_status", action="action_order_status", slots=[ORDER_ID]),
    intent("open_ticket", action="action_open_ticket", slots=[replace(ORDER_ID, ask=None)]),
    intent("change_address", action="action_change_address", slots=[ORDER_ID, ADDRESS]),
    intent("cancel_order", "Press Cancel."),
    intent("stop_box", "Press Stop."),
    replace(intent("greet", "Hello."), is_wish=False),
    replace(intent("goodbye", "Bye."), is_wish=False),
    intent("human", action="action_hand_off"),
)
WAITING = Requested("order_status", "order_id")


def decided(text: str, found: Detection, talk: Conversation | None = None) -> Decision:
    found = replace(found, entities=find_entities(text, SHOP))
    return decide(Situation(text, found, SHOP, Settings(), talk or conversation()))


def acted(name: str) -> Decision:
    return Decision("act", name, 0.9, "")


async def test_who_asks_for_a_moment_is_given_it_and_the_question_stays_open() -> None:
    talk = conversation(turn(requested=WAITING), requested=WAITING)
    decision = decided("hold on, let me check", detection(("goodbye", 0.9)), talk)
    assert (decision.intent, decision.says) == ("order_status", "take_your_time")
    outcome = await outcome_of(decision, occasion("hold on", talk, shop=SHOP))
    assert (texts(outcome), outcome.requested, outcome.events) == ([TEXTS.take_your_time], WAITING, ())


def test_a_moment_is_no_failed_answer() -> None:
    pause = turn(decision=Decision("act", "order_status", 1.0, "", says="take_your_time"), requested=WAITING)
    talk = conversation(turn(requested=WAITING), *[pause] * ASKS, requested=WAITING)
    assert "still missing" in decided("the blue one", detection(("human", 0.2)), talk).reason


async def test_a_yes_or_no_to_nothing_is_acknowledged() -> None:
    for text in ("ok", "yes", "No.", "ok fine"):
        decision = decided(text, detection(("goodbye", 0.4), ("greet", 0.3)))
        assert (decision.kind, decision.intent, decision.says) == ("act", None, "acknowledged")
        assert texts(await outcome_of(decision, occasion(text, shop=SHOP))) == [TEXTS.acknowledged]
    assert decided("ok", detection(("goodbye", 0.9))).intent == "goodbye"


def test_a_yes_to_anything_else_is_asked_to_go_on() -> None:
    asked = replace(turn(decision=acted("cancel_order")), outcome=Outcome((Part("Done. Anything else?"),)))
    assert decided("yes", detection(), conversation(asked)).says == "go_ahead"
    assert decided("no", detection(), conversation(asked)).says == "acknowledged"
    told = replace(asked, outcome=Outcome((Part("Anything else? Then just write."),)))
    assert decided("yes", detection(), conversation(told)).says == "acknowledged"


def test_who_says_wait_wants_nothing_yet_unless_an_example_says_so() -> None:
    assert decided("hold on", detection(("goodbye", 0.9))).says == "take_your_time"
    taught = replace(SHOP.intents["goodbye"], examples=(Example("hold on!", HERE),))
    shop = replace(SHOP, intents={**SHOP.intents, "goodbye": taught})
    found = detection(("goodbye", 0.9))
    assert decide(Situation("hold on", found, shop, Settings(), conversation())).intent == "goodbye"


def test_the_inbox_learns_that_small_words_are_no_riddle() -> None:
    snapshot = Snapshot(SHOP, ScriptedDetector({"cancel it": "cancel_order"}))
    assert confidences(["ok", "cancel it", "qwe"], snapshot, Settings()) == [1.0, SURE, 0.0]


def test_a_mere_value_completes_what_was_just_done() -> None:
    done = conversation(turn(decision=acted("open_ticket")))
    assert decided("it's order A-1001", detection(("order_status", 0.9)), done).intent == "open_ticket"
    assert decided("where is A-1001", detection(("order_status", 0.9)), done).intent == "order_status"
    known = conversation(turn(decision=acted("open_ticket")), order_id="A-1042")
    assert decided("it's order A-1001", detection(("order_status", 0.9)), known).intent == "order_status"
    assert decided("it's order A-1001", detection(("order_status", 0.9))).intent == "order_status"


@pytest.mark.parametrize(
    "between", [Decision("out_of_scope", None, 0.9, ""), Decision("act", None, 1.0, "", says="acknowledged")]
)
def test_a_value_may_come_after_one_message_that_led_nowhere(between: Decision) -> None:
    talk = conversation(turn(decision=acted("open_ticket")), turn(decision=between))
    assert decided("A-1001", detection(("order_status", 0.9)), talk).intent == "open_ticket"
    twice = conversation(turn(decision=acted("open_ticket")), *[turn(decision=between)] * 2)
    assert decided("A-1001", detection(("order_status", 0.9)), twice).intent == "order_status"


def test_a_mere_value_corrects_the_open_form_whatever_the_detector_thinks() -> None:
    asked = Requested("change_address", "address")
    talk = conversation(turn(requested=asked), requested=asked, order_id="A-1042")
    for text in ("A-1043", "sorry, I meant A-1043"):
        assert decided(text, detection(("order_status", 0.9)), talk).intent == "change_address"
    assert decided("where is A-1043", detection(("order_status", 0.9)), talk).intent == "order_status"


async def test_an_unclear_other_wish_is_asked_about_and_the_question_stays_open() -> None:
    talk = conversation(turn(requested=WAITING), requested=WAITING)
    decision = decided("how do I cancel", detection(("cancel_order", 0.5), ("stop_box", 0.4)), talk)
    assert decision.kind == "clarify"
    assert (await outcome_of(decision, occasion("how do I cancel", talk, shop=SHOP))).requested == WAITING
    none = occasion("/none_of_these", talk, shop=SHOP)
    assert (await outcome_of(Decision("out_of_scope", None, 1.0, ""), none)).requested == WAITING


def test_what_may_be_a_try_to_answer_is_asked_for_again() -> None:
    talk = conversation(turn(requested=WAITING), requested=WAITING)
    assert decided("1042", detection(("cancel_order", 0.4), ("stop_box", 0.3)), talk).kind == "act"
    maybe = detection(("cancel_order", 0.5), ("order_status", 0.4))
    assert decided("the one from yesterday", maybe, talk).kind == "act"


def test_manners_are_never_offered() -> None:
    decision = decided("hm well", detection(("greet", 0.4), ("cancel_order", 0.4), ("goodbye", 0.1), ("stop_box", 0.1)))
    assert [each.intent for each in decision.alternatives] == ["cancel_order", "stop_box"]
    assert decided("hm well", detection(("greet", 0.5), ("goodbye", 0.4), ("stop_box", 0.08))).kind == "out_of_scope"


def wishing(*names: str) -> Detection:
    segments = tuple(Segment(name, Candidate(name, 0.9, "mature"), risk=0.02) for name in names)
    return replace(detection((names[-1], 0.5)), segments=segments)


def test_manners_beside_a_wish_are_left_aside() -> None:
    decision = decided("good morning, cancel it", wishing("greet", "cancel_order"))
    assert (decision.intent, decision.wishes) == ("cancel_order", ())
    assert decision.reason == "the only wish beside manners"
    both = decided("hi, stop it and cancel it", wishing("greet", "stop_box", "cancel_order"))
    assert [wish.candidate.intent for wish in both.wishes] == ["stop_box", "cancel_order"]
    assert len(decided("hi there. bye now", wishing("greet", "goodbye")).wishes) == 2


async def test_who_is_not_understood_twice_is_shown_the_way_to_a_person() -> None:
    lost = Decision("out_of_scope", None, 0.9, "")
    first = await outcome_of(lost, occasion("qwe", conversation(turn(decision=acted("greet"))), shop=SHOP))
    assert (texts(first), first.parts[0].buttons) == ([TEXTS.out_of_scope], ())
    second = await outcome_of(lost, occasion("asd", conversation(turn(decision=lost)), shop=SHOP))
    assert texts(second) == [TEXTS.out_of_scope_again]
    assert [button.payload for button in second.parts[0].buttons] == ["/human"]


async def test_a_button_says_what_its_author_wrote() -> None:
    shop = replace(SHOP, intents={**SHOP.intents, "stop_box": replace(SHOP.intents["stop_box"], choice="Stop the box")})
    choices = (Candidate("stop_box", 0.4, "mature"), Candidate("cancel_order", 0.3, "mature"))
    outcome = await outcome_of(Decision("clarify", "stop_box", 0.4, "", choices), occasion("stop", shop=shop))
    titles = [button.title for button in outcome.parts[0].buttons]
    assert titles == ["Stop the box", "You want cancel order", TEXTS.none_of_these]


def test_never_mind_is_no_wish_unless_an_intent_is_said_like_that() -> None:
    asked = conversation(turn(decision=Decision("clarify", "stop_box", 0.5, "")))
    for talk in (conversation(), asked):
        assert decided("forget it", detection(("cancel_order", 0.96)), talk).says == "acknowledged"
    box = replace(SHOP.intents["stop_box"], examples=(Example("oh never mind", HERE),))
    manners = intent("never_mind", action="action_call_off")
    for shop, found, meant in (
        (replace(SHOP, intents={**SHOP.intents, "stop_box": box}), "stop_box", "stop_box"),
        (replace(SHOP, intents={**SHOP.intents, "never_mind": manners}), "cancel_order", "never_mind"),
        (
            replace(SHOP, intents={**SHOP.intents, "never_mind": intent("never_mind", "Fine.")}),
            "never_mind",
            "never_mind",
        ),
    ):
        situation = Situation("forget it", detection((found, SURE)), shop, Settings(), conversation())
        assert decide(situation).intent == meant


async def test_who_asks_whether_it_is_a_bot_is_told_so_and_shown_the_way_to_a_person() -> None:
    asked = decided("are you a bot?", detection(("greet", 0.3)))
    assert (asked.kind, asked.says) == ("act", "a_bot")
    outcome = await outcome_of(asked, occasion("are you a bot?", shop=SHOP))
    assert texts(outcome) == [TEXTS.a_bot]
    assert [button.payload for button in outcome.parts[0].buttons] == ["/human"]
    assert decided("are you a bot?", detection(("greet", SURE))).intent == "greet"


async def test_in_the_midst_of_a_question_it_is_asked_again() -> None:
    on = Requested("change_address", "address")
    talk = conversation(turn(requested=on), requested=on)
    asked = decided("who are you?", detection(("greet", 0.3)), talk)
    assert (asked.intent, asked.says) == ("change_address", "a_bot")
    outcome = await outcome_of(asked, occasion("who are you?", talk, shop=SHOP))
    assert (texts(outcome), outcome.requested) == ([TEXTS.a_bot, ADDRESS.ask], on)


def test_laughter_and_a_thumb_ask_for_nothing() -> None:
    for text in ("haha", "👍", "lol ok", "😂"):
        assert decided(text, detection(("cancel_order", 0.4))).says == "acknowledged"


SHOWN = replace(
    turn(decision=acted("order_status")),
    detection=detection(("order_status", 0.8), ("cancel_order", 0.12), ("greet", 0.05)),
)


async def test_who_calls_the_answer_wrong_is_offered_what_else_it_may_have_been() -> None:
    wrong = decided("that's not what I meant", detection(("goodbye", SURE)), conversation(SHOWN))
    assert (wrong.kind, wrong.misunderstood) == ("clarify", True)
    assert [each.intent for each in wrong.alternatives] == ["cancel_order"]
    assert wrong.confidence == pytest.approx(0.12 / 0.2)
    outcome = await outcome_of(wrong, occasion("that's not what I meant", conversation(SHOWN), shop=SHOP))
    assert texts(outcome) == [TEXTS.misunderstood]
    assert [button.payload for button in outcome.parts[0].buttons] == ["/cancel_order", "/none_of_these"]


async def test_where_nothing_else_is_likely_it_is_asked_what_was_meant() -> None:
    sure = replace(SHOWN, detection=detection(("order_status", 0.97)))
    wrong = decided("you misunderstood me", detection(("goodbye", SURE)), conversation(sure))
    assert (wrong.kind, wrong.misunderstood) == ("out_of_scope", True)
    asked = occasion("you misunderstood me", conversation(sure), shop=SHOP)
    outcome = await outcome_of(wrong, replace(asked, turn=replace(asked.turn, decision=wrong)))
    assert texts(outcome) == [TEXTS.misunderstood]
    assert [button.payload for button in outcome.parts[0].buttons] == ["/human"]


def test_what_is_called_wrong_is_an_answer_and_no_open_question_that_any_text_answers() -> None:
    assert decided("that's wrong", detection(("cancel_order", SURE))).intent == "cancel_order"
    address = Requested("change_address", "address")
    talk = conversation(turn(requested=address), requested=address)
    assert not decided("that's wrong", detection(), talk).misunderstood
    number = conversation(turn(decision=acted("order_status"), requested=WAITING), requested=WAITING)
    assert decided("that's not what I asked", detection(), number).misunderstood


def test_who_does_not_want_it_any_more_says_more_than_no() -> None:
    assert decided("I don't want it any more", detection(("cancel_order", 0.4))).says is None
    assert decided("no thanks", detection(("cancel_order", 0.4))).says == "acknowledged"
