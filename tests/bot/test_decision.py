from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.catalog import Catalog
from bot.config import Settings
from bot.conversations.conversation import Conversation
from bot.decision import decide
from bot.messages import Candidate, Decision, Detection, Requested, Segment
from bot.open_question import ASKS
from bot.payload import NONE_OF_THESE, read_payload
from bot.situation import Situation
from bot.slots import find_entities
from tests.builders import ADDRESS, ORDER_ID, catalog, conversation, detection, intent, turn

SHOP = catalog(
    intent("order_status", action="action_order_status", slots=[ORDER_ID]),
    intent("change_address", action="action_change_address", slots=[ORDER_ID, ADDRESS]),
    intent("refund_policy", "Five days."),
    intent("human", action="action_hand_off"),
)
ANGRY = -0.9


def decided(
    found: Detection,
    talk: Conversation | None = None,
    text: str = "",
    shop: Catalog = SHOP,
    settings: Settings | None = None,
) -> Decision:
    found = replace(found, entities=find_entities(text, shop))
    return decide(Situation(text, found, shop, settings or Settings(), talk or conversation()))


def test_acts_on_what_is_likely_enough() -> None:
    decision = decided(detection(("order_status", 0.9), ("refund_policy", 0.05)))
    assert (decision.kind, decision.intent, decision.confidence) == ("act", "order_status", 0.9)
    assert [other.intent for other in decision.alternatives] == ["refund_policy"]


def test_the_threshold_is_the_one_of_the_settings() -> None:
    strict = Settings.model_validate({"decision": {"act": 0.95, "clarify": 0.5}})
    assert decided(detection(("order_status", 0.9)), settings=strict).kind == "clarify"
    assert decided(detection(("order_status", 0.96)), settings=strict).kind == "act"


def test_a_risk_is_what_people_set_and_what_they_are_told() -> None:
    risky = replace(detection(("order_status", 0.7), ("refund_policy", 0.1)), risk=1 / 24)
    acting = decided(risky, settings=Settings.model_validate({"decision": {"risk": 0.05}}))
    assert (acting.kind, acting.reason) == ("act", "of answers as sure as this, about 1 in 24 is wrong")
    asking = decided(risky, settings=Settings.model_validate({"decision": {"risk": 0.02}}))
    assert asking.kind == "clarify"
    assert "about 1 in 24 is wrong, more than decision.risk (0.02) allows" in asking.reason


def test_a_confidence_to_act_from_wins_over_the_risk() -> None:
    set_both = Settings.model_validate({"decision": {"risk": 0.5, "act": 0.95}})
    assert decided(replace(detection(("order_status", 0.9)), risk=0.01), settings=set_both).kind == "clarify"
    sure = decided(replace(detection(("order_status", 0.96)), risk=0.9), settings=set_both)
    assert (sure.kind, sure.reason) == ("act", "at least 0.95 likely to be right")


@pytest.mark.parametrize("risk", [0.7, 1.0])
def test_a_risk_of_more_than_half_is_said_so(risk: float) -> None:
    unsure = replace(detection(("order_status", 0.4), ("refund_policy", 0.3)), risk=risk)
    assert "most are wrong" in decided(unsure).reason


def test_a_guess_is_not_acted_on_whatever_the_risk() -> None:
    safe = replace(detection(("order_status", 0.59), ("refund_policy", 0.3)), risk=0.001)
    decision = decided(safe, settings=Settings.model_validate({"decision": {"risk": 1.0}}))
    assert decision.kind == "clarify"
    assert decision.reason.startswith(
        "the best by itself is not 0.6 likely to be right; that it is among the best 2 is 0.89"
    )


def test_asks_back_when_the_best_few_hold_the_right_one() -> None:
    decision = decided(detection(("order_status", 0.4), ("refund_policy", 0.3), ("human", 0.01)))
    assert decision.kind == "clarify"
    assert [choice.intent for choice in decision.alternatives] == ["order_status", "refund_policy"]


def test_is_out_of_scope_when_nothing_is_likely_and_says_what_came_closest() -> None:
    decision = decided(detection(("order_status", 0.2), ("refund_policy", 0.1)))
    assert (decision.kind, decision.intent) == ("out_of_scope", None)
    assert decision.confidence == pytest.approx(0.7)
    assert "order_status, is at 0.20" in decision.reason
    assert decision.alternatives[0].intent == "order_status"


def test_a_button_wins_over_everything() -> None:
    decision = decided(
        detection(("refund_policy", 0.3), detector="payload"),
        conversation(requested=Requested("order_status", "order_id")),
    )
    assert (decision.kind, decision.intent) == ("act", "refund_policy")


def test_hands_off_when_asked_for() -> None:
    assert decided(detection(("human", 0.9))).kind == "hand_off"


def test_hands_off_after_three_strongly_negative_messages() -> None:
    angry = turn(decision=Decision("act", "order_status", 0.9, ""), valence=ANGRY)
    now = detection(("order_status", 0.9), valence=ANGRY)
    assert decided(now, conversation(angry)).kind == "act"
    decision = decided(now, conversation(angry, angry))
    assert decision.kind == "hand_off"
    assert "3 strongly negative" in decision.reason


def test_a_calm_message_or_an_earlier_hand_off_starts_the_count_anew() -> None:
    acted = Decision("act", "order_status", 0.9, "")
    angry, calm = turn(decision=acted, valence=ANGRY), turn(decision=acted)
    handed = turn(decision=Decision("hand_off", None, 1.0, ""), valence=ANGRY)
    now = detection(("order_status", 0.9), valence=ANGRY)
    assert decided(now, conversation(angry, calm, angry)).kind == "act"
    assert decided(now, conversation(angry, angry, handed, angry)).kind == "act"
    heard_by_a_person = turn(valence=ANGRY)
    assert decided(now, conversation(angry, angry, heard_by_a_person)).kind == "act"


def test_the_sentiment_rule_can_be_turned_off() -> None:
    off = Settings.model_validate({"sentiment": {"hand_off_after": 0}})
    angry = turn(decision=Decision("act", "order_status", 0.9, ""), valence=ANGRY)
    assert (
        decided(detection(("order_status", 0.9), valence=ANGRY), conversation(angry, angry), settings=off).kind == "act"
    )


WAITING = Requested("order_status", "order_id")


def test_a_value_answers_the_question_whatever_the_detector_thinks() -> None:
    decision = decided(detection(("refund_policy", 0.9)), conversation(requested=WAITING), "a-1042")
    assert (decision.kind, decision.intent) == ("act", "order_status")


def test_a_clear_other_wish_leaves_the_question() -> None:
    decision = decided(detection(("refund_policy", 0.9)), conversation(requested=WAITING), "how do refunds work")
    assert decision.intent == "refund_policy"


def test_an_unclear_answer_is_asked_for_again_but_not_for_ever() -> None:
    unclear = detection(("refund_policy", 0.2))
    asked = turn(requested=WAITING)
    assert decided(unclear, conversation(asked, requested=WAITING), "the blue one").intent == "order_status"
    tired = conversation(*[asked] * ASKS, requested=WAITING)
    given_up = decided(unclear, tired, "the blue one")
    assert (given_up.kind, given_up.intent, given_up.without) == ("act", "order_status", "order_id")
    assert "3 times" in given_up.reason
    assert decided(detection(("refund_policy", 0.9)), tired, "how do refunds work").intent == "refund_policy"


def test_free_text_answers_a_question_without_a_pattern() -> None:
    waiting = conversation(requested=Requested("change_address", "address"))
    assert decided(detection(("refund_policy", 0.2)), waiting, "1 Elm Street").intent == "change_address"
    assert decided(detection(("human", 0.9)), waiting, "let me talk to someone").kind == "hand_off"


def test_a_new_value_for_another_slot_is_a_correction_and_no_answer() -> None:
    waiting = conversation(requested=Requested("change_address", "address"), order_id="A-1042")
    corrected = decided(detection(("change_address", 0.9)), waiting, "sorry, I meant A-1043")
    assert (corrected.kind, corrected.intent) == ("act", "change_address")
    assert "correction" in corrected.reason
    answered = decided(detection(("change_address", 0.9)), waiting, "a-1042 goes to 1 Elm Street")
    assert "answer for address" in answered.reason


def test_none_of_these_is_no_answer_to_an_open_question() -> None:
    found = read_payload(NONE_OF_THESE, SHOP)
    assert found is not None
    waiting = conversation(requested=Requested("change_address", "address"), order_id="A-1042")
    assert decide(Situation(NONE_OF_THESE, found, SHOP, Settings(), waiting)).kind == "out_of_scope"


def test_a_question_of_an_intent_that_was_removed_is_forgotten() -> None:
    waiting = conversation(requested=Requested("removed", "order_id"))
    assert decided(detection(("refund_policy", 0.9)), waiting, "A-1042").intent == "refund_policy"


def test_a_new_value_corrects_the_last_thing_done() -> None:
    done = turn(decision=Decision("act", "order_status", 0.9, ""))
    talk = replace(conversation(done), slots={"order_id": "A-1042"})
    decision = decided(detection(("refund_policy", 0.3)), talk, "sorry, I meant A-2042")
    assert (decision.kind, decision.intent) == ("act", "order_status")
    assert "new order_id" in decision.reason
    assert decided(detection(("refund_policy", 0.3)), conversation(), "I meant A-2042").kind == "out_of_scope"


def wishing(*wishes: tuple[str, str, float]) -> Detection:
    """A message of several segments: (text, intent, confidence)."""
    segments = tuple(
        Segment(text, Candidate(name, confidence, "mature"), risk=(1 - confidence) / 8)
        for text, name, confidence in wishes
    )
    return replace(detection(("order_status", 0.5)), segments=segments)


def test_several_clear_wishes_are_all_acted_on_in_the_order_said() -> None:
    decision = decided(wishing(("refunds?", "refund_policy", 0.8), ("where is it", "order_status", 0.7)))
    assert (decision.kind, decision.intent, decision.confidence) == ("act", "refund_policy", 0.7)
    assert [wish.text for wish in decision.wishes] == ["refunds?", "where is it"]
    assert "refund_policy, order_status" in decision.reason


@pytest.mark.parametrize(
    "wishes",
    [
        [("a b", "refund_policy", 0.8), ("c d", "order_status", 0.4)],  # one of them is unclear
        [("a b", "refund_policy", 0.8), ("c d", "refund_policy", 0.9)],  # the same wish twice
        [("a b", "refund_policy", 0.8), ("c d", "gone", 0.9)],
    ],
)
def test_pieces_that_are_no_clear_wishes_leave_the_message_whole(wishes: list[tuple[str, str, float]]) -> None:
    assert not decided(wishing(*wishes)).wishes


def test_every_bot_can_be_asked_for_a_person_by_a_button() -> None:
    pressed = read_payload("/hand_off", SHOP)
    assert pressed is not None
    decision = decided(pressed, text="/hand_off")
    assert (decision.kind, decision.intent) == ("hand_off", "hand_off")


def test_the_wish_for_a_person_outweighs_the_others() -> None:
    decision = decided(wishing(("it broke", "refund_policy", 0.9), ("get me a human", "human", 0.8)))
    assert (decision.kind, decision.intent, decision.wishes) == ("hand_off", "human", ())


@given(
    st.lists(st.tuples(st.sampled_from([*SHOP.intents, "gone"]), st.floats(0, 1)), max_size=5),
    st.floats(-1, 1),
    st.text(max_size=40),
    st.sampled_from([None, WAITING, Requested("change_address", "address"), Requested("gone", "x")]),
)
def test_there_is_always_a_decision_with_a_reason(
    ranked: list[tuple[str, float]], valence: float, text: str, requested: Requested | None
) -> None:
    decision = decided(detection(*ranked, valence=valence), conversation(requested=requested), text)
    assert decision.reason
    assert 0.0 <= decision.confidence <= 1.0
    assert (decision.intent or decision.says) is not None or decision.kind in {"out_of_scope", "hand_off"}
