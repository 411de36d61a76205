"""Questions that get no answer: who cannot give one is not pestered, and what is given up is given up aloud."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.actions.base import ActionResult
from bot.catalog.catalog import Catalog, Example, Slot
from bot.config import Settings
from bot.conversations.conversation import Conversation
from bot.decision import decide
from bot.messages import Button, Candidate, Decision, Detection, Requested
from bot.occasion import Occasion
from bot.open_question import ASKS, left_out
from bot.payload import NONE_OF_THESE, read_payload
from bot.situation import Situation
from bot.slots import find_entities
from tests.bot.dispatching import TEXTS, Actions, occasion, outcome_of, texts
from tests.builders import ADDRESS, HERE, ORDER_ID, catalog, conversation, detection, intent, turn

SHOP = catalog(
    intent("order_status", action="action_order_status", slots=[ORDER_ID]),
    intent("change_address", action="action_change_address", slots=[ORDER_ID, ADDRESS]),
    intent("refund_policy", "Five days."),
    intent("human", description="The customer wants to talk to a person.", action="action_hand_off"),
)
WAITING = Requested("order_status", "order_id")
PERSON = Button("You want to talk to a person", "/human")


def decided(found: Detection, talk: Conversation, text: str, shop: Catalog = SHOP) -> Decision:
    found = replace(found, entities=find_entities(text, shop))
    return decide(Situation(text, found, shop, Settings(), talk))


@pytest.mark.parametrize("required", [True, False])
def test_who_was_asked_often_enough_is_asked_back_only_when_the_intent_cannot_go_on(required: bool) -> None:
    status = SHOP.intents["order_status"]
    slots = tuple(replace(slot, required=required) for slot in status.slots)
    shop = replace(SHOP, intents={**SHOP.intents, "order_status": replace(status, slots=slots)})
    tired = conversation(*[turn(requested=WAITING)] * ASKS, requested=WAITING)
    decision = decided(detection(("human", 0.4), ("refund_policy", 0.3)), tired, "the blue one", shop=shop)
    assert (decision.kind, decision.without) == ("clarify" if required else "act", "order_id")


async def test_who_drops_it_is_asked_no_more_whatever_text_would_do_for_an_answer() -> None:
    on = Requested("change_address", "address")
    waiting = conversation(turn(requested=on), requested=on)
    decision = decided(detection(("change_address", 0.74)), waiting, "actually no, leave the address")
    assert (decision.kind, decision.intent, decision.reason) == (
        "act", "call_off", "the user drops what address was asked for",
    )  # fmt: skip
    outcome = await outcome_of(decision, occasion("leave it", waiting, shop=SHOP))
    assert (texts(outcome), outcome.requested) == ([TEXTS.called_off], None)
    for answer in ("Stop Street 5, Leeds", "Never Mind Ltd, 5 Hill Road"):
        assert decided(detection(("refund_policy", 0.2)), waiting, answer).intent == "change_address"


def test_who_drops_it_gets_the_words_of_the_bots_own_intent_for_that() -> None:
    shop = replace(SHOP, intents={**SHOP.intents, "never_mind": intent("never_mind", action="action_call_off")})
    waiting = conversation(turn(requested=WAITING), requested=WAITING)
    assert decided(detection(("refund_policy", 0.9)), waiting, "stop", shop).intent == "never_mind"


def test_what_ends_something_else_or_is_its_very_example_means_that() -> None:
    policy = replace(SHOP.intents["refund_policy"], examples=(Example("stop", HERE),))
    shop = replace(SHOP, intents={**SHOP.intents, "refund_policy": policy})
    waiting = conversation(turn(requested=WAITING), requested=WAITING)
    for text in ("stop", "cancel it"):
        assert decided(detection(("refund_policy", 0.9)), waiting, text, shop).intent == "refund_policy"
        assert decided(detection(("refund_policy", 0.3)), waiting, text, shop).intent == "call_off"


async def test_a_word_that_corrects_another_value_and_says_no_more_is_no_answer() -> None:
    pizza = Slot("pizza", "Which pizza?", values=frozenset({"diavola", "funghi"}))
    shop = catalog(intent("order_pizza", "{pizza} for {address}.", slots=[pizza, ADDRESS]))
    on = Requested("order_pizza", "address")
    talk = replace(conversation(turn(requested=on), requested=on), slots={"pizza": "funghi"})
    for text in ("actually make it a diavola", "no, diavola", "diavola"):
        decision = decided(detection(("order_pizza", 0.6)), talk, text, shop)
        assert (decision.intent, decision.corrects) == ("order_pizza", True), text
        heard = occasion(text, talk, shop=shop)
        outcome = await outcome_of(decision, replace(heard, turn=replace(heard.turn, decision=decision)))
        assert (texts(outcome), outcome.requested) == ([ADDRESS.ask], on)
        assert [event["value"] for event in outcome.events] == ["diavola"]
    for text in ("12 Diavola Road", "to the diavola shop in Bath", "funghi"):
        assert not decided(detection(("order_pizza", 0.6)), talk, text, shop).corrects


def test_who_cannot_answer_is_not_asked_again() -> None:
    waiting = conversation(turn(requested=WAITING), requested=WAITING)
    decision = decided(detection(("refund_policy", 0.2)), waiting, "Sorry, I don't know")
    assert (decision.kind, decision.intent, decision.without) == ("act", "order_status", "order_id")
    assert "cannot answer the question for order_id" in decision.reason
    address = conversation(requested=Requested("change_address", "address"))
    assert decided(detection(("refund_policy", 0.2)), address, "no idea").without == "address"


def test_who_cannot_answer_in_the_words_of_another_intent_means_that_one() -> None:
    policy = SHOP.intents["refund_policy"]
    taught = replace(policy, examples=(Example("no idea!", HERE),))
    shop = replace(SHOP, intents={**SHOP.intents, "refund_policy": taught})
    waiting = conversation(turn(requested=WAITING), requested=WAITING)
    assert decided(detection(("refund_policy", 0.9)), waiting, "no idea", shop=shop).intent == "refund_policy"
    assert decided(detection(("refund_policy", 0.9)), waiting, "no idea").intent == "order_status"


def test_what_could_not_be_answered_is_left_out_as_long_as_the_intent_asks() -> None:
    intent_, other = SHOP.intents["change_address"], SHOP.intents["order_status"]
    next_question = Requested("change_address", "address")
    shrugged = turn(decision=Decision("act", "change_address", 1.0, "", without="order_id"), requested=next_question)
    talk = conversation(shrugged, turn(requested=next_question), requested=next_question)
    assert left_out(intent_, talk) == {"order_id"}
    assert left_out(other, talk) == frozenset()
    assert left_out(intent_, conversation(shrugged, turn(), requested=next_question)) == frozenset()
    assert left_out(intent_, conversation(shrugged)) == frozenset()


def without(intent_name: str, slot: str) -> Decision:
    return Decision("act", intent_name, 1.0, "the user cannot answer", without=slot)


async def test_where_the_intent_cannot_go_on_a_person_is_offered() -> None:
    outcome = await outcome_of(without("order_status", "order_id"), asked_for(WAITING, "I don't know"))
    assert texts(outcome) == [TEXTS.given_up]
    assert outcome.parts[0].buttons == (PERSON,)
    assert outcome.requested is None


async def test_a_bot_without_a_person_offers_none() -> None:
    alone = catalog(SHOP.intents["order_status"])
    outcome = await outcome_of(without("order_status", "order_id"), asked_for(WAITING, "I don't know", alone))
    assert (texts(outcome), outcome.parts[0].buttons) == ([TEXTS.given_up], ())


async def test_an_intent_that_need_not_have_the_answer_goes_on_without_it() -> None:
    optional = catalog(intent("order_status", action="action_order_status", slots=[replace(ORDER_ID, required=False)]))
    actions = Actions(action_order_status=ActionResult(responses=({"text": "See under My orders."},)))
    outcome = await outcome_of(without("order_status", "order_id"), asked_for(WAITING, "skip", optional), actions)
    assert texts(outcome) == [TEXTS.without_it, "See under My orders."]
    assert actions.trackers[0]["slots"] == {}


async def test_what_is_left_out_is_not_asked_for_again_while_the_rest_is() -> None:
    note = Slot("note", ask="Anything for the driver?", required=False)
    shop = catalog(intent("deliver", action="action_deliver", slots=[note, ADDRESS]))
    actions = Actions(action_deliver=ActionResult(responses=({"text": "Done."},)))
    asked, then = Requested("deliver", "note"), Requested("deliver", "address")
    skipped = await outcome_of(without("deliver", "note"), asked_for(asked, "skip", shop), actions)
    assert texts(skipped) == [TEXTS.without_it, ADDRESS.ask]
    assert (skipped.requested, skipped.events, actions.ran) == (then, (), [])
    before = turn("skip", without("deliver", "note"), requested=then)
    answered = occasion("1 Elm Street", conversation(before, requested=then), detection(), shop)
    outcome = await outcome_of(Decision("act", "deliver", 0.5, "the answer"), answered, actions)
    assert texts(outcome) == ["Done."]
    assert actions.trackers[0]["slots"] == {"address": "1 Elm Street"}


async def test_a_question_that_is_given_up_is_so_aloud_before_the_bot_asks_back() -> None:
    choices = (Candidate("refund_policy", 0.5, "mature"),)
    decision = Decision("clarify", "refund_policy", 0.5, "given up", choices, without="order_id")
    outcome = await outcome_of(decision, asked_for(WAITING, "the blue one"))
    assert texts(outcome) == [TEXTS.given_up, TEXTS.clarify_one]


async def test_who_takes_none_of_the_choices_is_asked_for_other_words_and_offered_a_person_once() -> None:
    found = read_payload(NONE_OF_THESE, SHOP)
    decision = Decision("out_of_scope", None, 1.0, "none of the choices")
    outcome = await outcome_of(decision, occasion("neither", found=found, shop=SHOP))
    assert (texts(outcome), outcome.parts[0].buttons) == ([TEXTS.ask_rephrase], (PERSON,))
    offered = replace(turn("hm"), outcome=outcome)
    again = await outcome_of(decision, occasion("neither", conversation(offered), found, SHOP))
    assert (texts(again), again.parts[0].buttons) == ([TEXTS.ask_rephrase], ())


def asked_for(requested: Requested, text: str, shop: Catalog = SHOP) -> Occasion:
    return occasion(text, conversation(turn(requested=requested), requested=requested), detection(), shop)
