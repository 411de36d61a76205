"""A message that says not to do what it was understood as is asked about, whatever the detector thinks of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.catalog.catalog import Catalog, Example
from bot.config import Settings
from bot.conversations.conversation import Conversation
from bot.decision import decide
from bot.messages import Candidate, Decision, Detection, Requested, Segment
from bot.payload import read_payload
from bot.situation import Situation
from bot.slots import find_entities
from tests.builders import ADDRESS, HERE, ORDER_ID, catalog, conversation, detection, intent, turn

SHOP = catalog(
    intent("order_status", action="action_order_status", slots=[ORDER_ID]),
    intent("cancel_order", action="action_cancel", slots=[ORDER_ID]),
    intent("change_address", action="action_change_address", slots=[ORDER_ID, ADDRESS]),
    intent("human", description="The customer wants to talk to a person.", action="action_hand_off"),
)


def decided(text: str, found: Detection, talk: Conversation | None = None, shop: Catalog = SHOP) -> Decision:
    found = replace(found, entities=find_entities(text, shop))
    return decide(Situation(text, found, shop, Settings(), talk or conversation()))


def pieces(*wishes: tuple[str, str]) -> tuple[Segment, ...]:
    return tuple(Segment(text, Candidate(name, 0.9, "mature"), risk=0.01) for text, name in wishes)


def test_a_refused_intent_is_asked_about_and_nothing_is_done() -> None:
    decision = decided("don't cancel my order", detection(("cancel_order", 0.99), ("order_status", 0.01)))
    assert (decision.kind, decision.intent, decision.confidence) == ("clarify", "cancel_order", 0.99)
    assert [choice.intent for choice in decision.alternatives] == ["cancel_order"]
    assert decision.reason == 'it would be cancel_order, but the message says not to ("don\'t cancel")'


def test_a_refusal_is_heard_though_the_deed_was_mistyped() -> None:
    slipped = replace(detection(("cancel_order", 0.99)), corrections=(("canel", "cancel"),))
    decision = decided("please don’t Canel my order", slipped)
    assert (decision.kind, decision.intent) == ("clarify", "cancel_order")
    assert "don't cancel" in decision.reason
    assert decided("please canel my order", slipped).kind == "act"


def test_a_refused_person_is_not_called() -> None:
    decision = decided("I do not need a person", detection(("human", 0.9)))
    assert (decision.kind, decision.intent) == ("clarify", "human")


def test_the_same_words_without_the_refusal_are_acted_on() -> None:
    assert decided("cancel my order", detection(("cancel_order", 0.99))).kind == "act"
    assert decided("I need a person", detection(("human", 0.9))).kind == "hand_off"


def test_an_example_that_refuses_the_same_is_heard_as_the_wish_that_it_is() -> None:
    hold = SHOP.intents["cancel_order"]
    taught = replace(hold, examples=(Example("do not cancel it yet", HERE),))
    shop = replace(SHOP, intents={**SHOP.intents, "cancel_order": taught})
    assert decided("don't cancel my order", detection(("cancel_order", 0.99)), shop=shop).kind == "act"


def test_a_language_without_a_grammar_is_left_alone() -> None:
    found = detection(("cancel_order", 0.99))
    polish = Settings.model_validate({"language": "pl"})
    assert decide(Situation("don't cancel my order", found, SHOP, polish, conversation())).kind == "act"


def test_a_button_is_never_refused() -> None:
    found = read_payload("/cancel_order", SHOP)
    assert found is not None
    said_before_it = "don't cancel my order"
    assert decide(Situation(said_before_it, found, SHOP, Settings(), conversation())).kind == "act"


def test_an_unsure_detection_is_asked_about_as_ever() -> None:
    decision = decided("don't cancel my order", detection(("cancel_order", 0.4), ("order_status", 0.3)))
    assert decision.kind == "clarify"
    assert len(decision.alternatives) == 2


def test_of_several_wishes_the_refused_one_is_left_out() -> None:
    text = "where is it, where does it go, and don't cancel it"
    said = pieces(
        ("where is it", "order_status"), ("where does it go", "change_address"), ("don't cancel it", "cancel_order")
    )
    decision = decided(text, replace(detection(("cancel_order", 0.9)), segments=said))
    assert decision.kind == "act"
    assert [wish.candidate.intent for wish in decision.wishes] == ["order_status", "change_address"]


@pytest.mark.parametrize(("other", "kind"), [("order_status", "act"), ("human", "hand_off")])
def test_the_only_wish_beside_a_refusal_is_acted_on(other: str, kind: str) -> None:
    said = pieces(("don't cancel it", "cancel_order"), ("now the other thing", other))
    decision = decided("don't cancel it, now the other thing", replace(detection(("cancel_order", 0.9)), segments=said))
    assert (decision.kind, decision.intent, decision.wishes) == (kind, other, ())


def test_a_refused_person_does_not_outweigh_the_other_wishes() -> None:
    said = pieces(("I don't need a person", "human"), ("where is it", "order_status"), ("cancel it", "cancel_order"))
    decision = decided("I don't need a person, where is it, cancel it", replace(detection(), segments=said))
    assert [wish.candidate.intent for wish in decision.wishes] == ["order_status", "cancel_order"]


def test_pieces_that_are_all_refused_are_asked_about() -> None:
    said = pieces(("don't cancel it", "cancel_order"), ("my order is fine", "cancel_order"))
    decision = decided("don't cancel it, my order is fine", replace(detection(("cancel_order", 0.9)), segments=said))
    assert (decision.kind, decision.intent) == ("clarify", "cancel_order")


def test_an_answer_is_no_wish() -> None:
    waiting = conversation(requested=Requested("change_address", "address"), order_id="A-1042")
    answer = "1 Elm Street, and please don't change the address again"
    decision = decided(answer, detection(("change_address", 0.9)), waiting)
    assert (decision.kind, decision.reason) == ("act", "taken as the answer for address")


def test_who_is_asked_for_a_number_can_still_refuse() -> None:
    waiting = conversation(requested=Requested("cancel_order", "order_id"))
    for text in ("please don't cancel it", "no need to cancel my order, it came"):
        refused = decided(text, detection(("cancel_order", 0.9)), waiting)
        assert (refused.kind, refused.intent) == ("act", "call_off")
    for confidence, expected in ((0.9, "clarify"), (0.4, "act")):
        other = decided("no, don't cancel A-1042", detection(("cancel_order", confidence)), waiting)
        assert (other.kind, other.intent) == (expected, "cancel_order")


def test_a_question_about_something_refused_says_so_whichever_rule_asks_it() -> None:
    for confidence in (0.99, 0.55):
        decision = decided("don't cancel my order", detection(("cancel_order", confidence)))
        assert (decision.kind, decision.refused) == ("clarify", True)
    assert not decided("cancel my order", detection(("cancel_order", 0.55))).refused


def test_a_yes_after_a_refusal_does_nothing_however_often_it_is_said() -> None:
    first = decided("don't cancel my order", detection(("cancel_order", 0.99)))
    again = decided("yes", detection(("order_status", 0.9)), conversation(turn(decision=first)))
    assert (again.kind, again.alternatives, again.refused, again.again) == ("clarify", first.alternatives, True, True)
    assert again.reason == "a yes does not say whether to do what was refused"
    third = decided("sure", detection(), conversation(turn(decision=first), turn(decision=again)))
    assert (third.kind, third.intent, third.says) == ("act", None, "left_alone")


def test_a_yes_to_several_choices_is_asked_which() -> None:
    first = decided("my order", detection(("cancel_order", 0.4), ("order_status", 0.3)))
    again = decided("yes", detection(), conversation(turn(decision=first)))
    assert (again.kind, again.alternatives, again.again) == ("clarify", first.alternatives, True)
    assert again.reason == "a yes does not say which of the choices"
    assert decided("thanks", detection(), conversation(turn(decision=first))).kind == "out_of_scope"
    third = decided("yes", detection(), conversation(turn(decision=first), turn(decision=again)))
    assert (third.kind, third.reason) == (
        "out_of_scope",
        "for the second time, a yes does not say which of the choices",
    )


def test_a_yes_without_a_question_or_to_one_whose_choices_are_gone_means_what_it_means_anywhere() -> None:
    first = decided("my order", detection(("cancel_order", 0.4), ("order_status", 0.3)))
    less = catalog(SHOP.intents["order_status"])
    assert decided("yes", detection()).says == "acknowledged"
    assert decided("yes", detection(), conversation(turn(decision=first)), less).says == "acknowledged"


def test_what_was_just_done_cannot_be_left_alone_any_more() -> None:
    done = Decision("act", "cancel_order", 0.99, "because")
    slots = (ORDER_ID,)
    acts = replace(SHOP, intents={**SHOP.intents, "cancel_order": replace(SHOP.intents["cancel_order"], slots=slots)})
    told = replace(SHOP, intents={**SHOP.intents, "cancel_order": intent("cancel_order", "Press Cancel.")})
    for shop, before, says in (
        (acts, conversation(turn(decision=done)), "cannot_undo"),
        (acts, conversation(), None),
        (told, conversation(turn(decision=done)), None),  # it only said how
    ):
        decision = decided("no wait, don't cancel it!!", detection(("cancel_order", 0.98)), before, shop)
        assert (decision.kind, decision.says) == (("act", says) if says else ("clarify", None))
    about_another = decided("don't cancel A-1042", detection(("cancel_order", 0.98)), conversation(turn(decision=done)))
    assert about_another.kind == "clarify"
