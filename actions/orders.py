"""Where an order is, and where it goes."""

from __future__ import annotations

import json
import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.pictures import progress
from actions.shop import Order, open_shop

Event = dict[str, Any]
Domain = dict[str, Any]

NEWS = {
    "unpaid": "We are still waiting for the payment. Once it is here, {carrier} brings it within a week.",
    "packing": "It is being packed. {carrier} should bring it on {due}.",
    "sent": "It is on its way with {carrier} and should arrive on {due}.",
    "delayed": "I am sorry: {carrier} is late with it. The new date is {due}.",
    "delivered": "{carrier} delivered it on {due}.",
    "returned": "It came back to us on {due}, and the refund is on its way to you.",
}
TOO_LATE = {"sent": "on its way", "delayed": "on its way", "delivered": "delivered", "returned": "returned"}
SHOWS_PICTURES = {"rest", "socketio"}


class ActionOrderStatus(Action):
    """Looks an order up by its number."""

    def name(self) -> str:
        return "action_order_status"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        number = order_number(tracker)
        if number is None:  # the bot has asked, and the customer does not have it: `required: false`
            dispatcher.utter_message(response="utter_order_without_number")
            return []
        order = open_shop().order(number)
        if order is None:
            return unknown(dispatcher, number)
        picture = progress(order.status) if tracker.get_latest_input_channel() in SHOWS_PICTURES else None
        dispatcher.utter_message(text=news(order), image=picture, buttons=next_steps(order))
        return [SlotSet("order_id", order.number)]


class ActionChangeAddress(Action):
    """Sends an order elsewhere, as long as it has not left."""

    def name(self) -> str:
        return "action_change_address"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        number = order_number(tracker)
        if number is None:
            return ask_for_number(dispatcher)
        shop = open_shop()
        order = shop.order(number)
        if order is None:
            return unknown(dispatcher, number)
        if order.dispatched:
            return too_late(dispatcher, order)
        address = " ".join(str(tracker.get_slot("address") or "").split())
        if not plausible(address):
            dispatcher.utter_message(response="utter_address_unclear")
            return [SlotSet("address", None), SlotSet("requested_slot", "address")]
        if not shop.change_address(number, address):
            return too_late(dispatcher, order)
        dispatcher.utter_message(response="utter_address_changed", order_id=number, delivery_address=address)
        # `address` was the answer to a question; kept, the next change would go there without asking.
        return [SlotSet("order_id", number), SlotSet("delivery_address", address), SlotSet("address", None)]


def order_number(tracker: Tracker) -> str | None:
    """The order that the customer means, in the shop's spelling."""
    said = str(tracker.get_slot("order_id") or "").strip().upper()
    return re.sub(r"^([A-Z]) ?[-\u2013]? ?(?=\d)", r"\1-", said) or None


def news(order: Order) -> str:
    """What a colleague at the desk would say about the order."""
    due = f"{order.due:%A}, {order.due.day} {order.due:%B}"
    return f"Order {order.number}, {order.item}. " + NEWS[order.status].format(carrier=order.carrier, due=due)


def next_steps(order: Order) -> list[dict[str, str]]:
    """What customers tend to want next, each a button that says the order along."""
    steps = [] if order.dispatched else [("Change the address", "change_address")]
    if order.status in {"delayed", "delivered", "returned"}:
        steps.append(("Something is wrong with it", "open_ticket"))
    payload = json.dumps({"order_id": order.number})
    return [{"title": title, "payload": f"/{intent}{payload}"} for title, intent in steps]


def plausible(address: str) -> bool:
    """Whether it can be an address: long enough, with a word after a number, as "no wait, it's number 6" has none."""
    return 10 <= len(address) <= 200 and bool(re.search(r"\d\w*\W+(?:\w+\W+)*[^\W\d_]{3}", address))


def ask_for_number(dispatcher: CollectingDispatcher) -> list[Event]:
    """Ask which order it is."""
    dispatcher.utter_message(response="utter_ask_order_id")
    return [SlotSet("requested_slot", "order_id")]


def unknown(dispatcher: CollectingDispatcher, number: str) -> list[Event]:
    """Say that there is no such order, and take the next message for the number."""
    dispatcher.utter_message(response="utter_order_unknown", order_id=number)
    return [SlotSet("order_id", None), SlotSet("requested_slot", "order_id")]


def too_late(dispatcher: CollectingDispatcher, order: Order) -> list[Event]:
    """Refuse, and offer a person to write to."""
    dispatcher.utter_message(
        response="utter_address_too_late",
        order_id=order.number,
        status=TOO_LATE.get(order.status, "on its way"),  # it may have left while we talked
        buttons=[{"title": "Open a ticket", "payload": "/open_ticket" + json.dumps({"order_id": order.number})}],
    )
    return [SlotSet("address", None)]
