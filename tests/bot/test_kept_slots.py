"""Who orders again is asked again, where the intent file says so."""

from __future__ import annotations

from dataclasses import replace

from bot.actions.base import ActionResult
from bot.catalog.catalog import Slot
from bot.conversations.events import apply_events
from bot.errors import ActionFailed
from bot.messages import Requested
from tests.bot.dispatching import Actions, act, occasion, outcome_of, texts
from tests.builders import ORDER_ID, catalog, conversation, intent


async def test_what_is_not_to_keep_is_forgotten_once_the_intent_is_done() -> None:
    pizza, phone = Slot("pizza", "Which?", keep=False), Slot("phone", "Your number?")
    shop = catalog(intent("order", "A {pizza} for {phone}.", slots=[pizza, phone]))
    asked = conversation(requested=Requested("order", "phone"))
    talk = replace(asked, slots={"pizza": "funghi"})
    done = await outcome_of(act("order"), occasion("0171", talk, shop=shop))
    assert texts(done) == ["A funghi for 0171."]
    after = apply_events(talk, done.events)
    assert (after.slots.get("pizza"), after.slots["phone"]) == (None, "0171")
    again = await outcome_of(act("order"), occasion("another one", replace(after, requested=None), shop=shop))
    assert texts(again) == ["Which?"]


async def test_what_failed_or_is_asked_for_again_forgets_nothing() -> None:
    number = replace(ORDER_ID, keep=False)
    shop = catalog(intent("order_status", action="action_order_status", slots=[number]))
    asks = ActionResult(({"event": "slot", "name": "requested_slot", "value": "order_id"},))
    for result in (ActionFailed("no"), asks):
        outcome = await outcome_of(
            act("order_status"), occasion("A-1042", shop=shop), Actions(action_order_status=result)
        )
        assert apply_events(conversation(), outcome.events).slots["order_id"] == "A-1042"


async def test_what_is_not_to_keep_is_forgotten_when_the_question_is_dropped() -> None:
    pizza, phone = Slot("pizza", "Which?", keep=False), Slot("phone", "Your number?")
    size = Slot("size", "How large?")
    shop = catalog(intent("order", "Done.", slots=[pizza, phone, size]))
    talk = conversation(requested=Requested("order", "size"), pizza="funghi", phone="0171")
    dropped = await outcome_of(act("call_off"), occasion("stop", talk, shop=shop))
    slots = apply_events(talk, dropped.events).slots
    assert (slots.get("pizza"), slots["phone"], dropped.requested) == (None, "0171", None)
