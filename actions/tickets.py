"""Tickets: what a colleague reads and answers later."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.orders import order_number
from actions.shop import open_shop

LONGEST_MESSAGE = 2000


class ActionOpenTicket(Action):
    """Writes down what the customer said, with the order if one is known; in the ticket that is open, if any."""

    def name(self) -> str:
        return "action_open_ticket"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        shop, customer, words = open_shop(), tracker.sender_id, last_words(tracker)[:LONGEST_MESSAGE]
        order, earlier = order_number(tracker), tracker.get_slot("ticket_id")
        if earlier and shop.add_to_ticket(str(earlier), customer, words, order):
            dispatcher.utter_message(response="utter_ticket_extended", ticket_id=earlier)
            return []
        number = shop.open_ticket(customer, words, tracker.get_slot("topic"), order)
        dispatcher.utter_message(response="utter_ticket_opened", ticket_id=number)
        return [SlotSet("ticket_id", number)]


def last_words(tracker: Tracker) -> str:
    """The customer's latest message in words; a pressed button (`/open_ticket`) is none, so look further back."""
    said = [event.get("text") or "" for event in tracker.events if event.get("event") == "user"]
    said.append(tracker.latest_message.get("text") or "")
    return next((text for text in reversed(said) if text and not text.startswith("/")), "")
