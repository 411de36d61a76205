"""The bot's actions: ordinary rasa-sdk classes. Name one in an intent file (`action: ...`) and it is called."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

HOURS = {
    "Tuesday": "10:00 to 18:00",
    "Wednesday": "10:00 to 18:00",
    "Thursday": "10:00 to 20:00",
    "Friday": "10:00 to 18:00",
    "Saturday": "9:00 to 16:00",
}


class OpeningHours(Action):
    """Says when we are open on the day that the customer named."""

    def name(self) -> str:
        """The name that intent files use."""
        return "action_opening_hours"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Look the day up. An action answers through the dispatcher, and returns events such as slots to keep."""
        day = str(tracker.get_slot("day")).capitalize()
        hours = HOURS.get(day)
        dispatcher.utter_message(response="utter_open" if hours else "utter_closed", day=day, hours=hours)
        return [SlotSet("day", None)]  # the next question is about a day of its own
