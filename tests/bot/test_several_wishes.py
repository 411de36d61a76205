from __future__ import annotations

from bot.actions.base import ActionResult
from bot.errors import ActionFailed
from bot.messages import Button, Candidate, Decision, Requested, Segment
from bot.slots import find_entities
from tests.bot.dispatching import SHIPPED, SHOP, TEXTS, Actions, occasion, outcome_of, texts


def several(*wishes: tuple[str, str]) -> Decision:
    """A decision to act on wishes: (what was said, the intent)."""
    segments = tuple(Segment(text, Candidate(name, 0.9, "mature"), find_entities(text, SHOP)) for text, name in wishes)
    return Decision("act", segments[0].candidate.intent, 0.9, "several", wishes=segments)


async def test_several_wishes_are_done_in_order_each_with_its_own_values() -> None:
    actions = Actions(action_order_status=SHIPPED, action_change_address=ActionResult())
    decision = several(("refunds?", "refund_policy"), ("where is A-1042", "order_status"))
    outcome = await outcome_of(decision, occasion("refunds? and where is A-1042"), actions)
    assert texts(outcome) == ["Refunds take five days.", "It is on its way."]
    assert actions.trackers[0]["slots"] == {"order_id": "A-1042"}
    assert actions.trackers[0]["latest_message"]["text"] == "refunds? and where is A-1042"


async def test_the_question_of_one_wish_comes_after_what_can_be_done() -> None:
    outcome = await outcome_of(several(("my order", "order_status"), ("refunds?", "refund_policy")), occasion("both"))
    assert texts(outcome) == ["Refunds take five days.", "Which order is it?"]
    assert outcome.requested == Requested("order_status", "order_id")


async def test_wishes_that_wait_their_turn_are_offered_as_buttons() -> None:
    decision = several(("my order", "order_status"), ("change address", "change_address"))
    outcome = await outcome_of(decision, occasion("both"))
    assert texts(outcome) == ["Which order is it?", TEXTS.later]
    assert outcome.parts[-1].buttons == (Button("You want change address", "/change_address"),)


async def test_one_wish_that_fails_does_not_cost_the_others() -> None:
    failing = Actions(action_order_status=ActionFailed("no"))
    decision = several(("where is A-1042", "order_status"), ("refunds?", "refund_policy"))
    outcome = await outcome_of(decision, occasion("both"), failing)
    assert texts(outcome) == [TEXTS.apology, "Refunds take five days."]
    assert outcome.failed
