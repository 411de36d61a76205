"""Actions as authors write them: plain and async, with and without events, a base class between."""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher


class HouseAction(Action, ABC):
    """A base of the bot's own, no action itself."""

    greeting = "Hello"

    @abstractmethod
    def name(self) -> str:
        """Each has its own."""


class ActionGreet(HouseAction):
    def name(self) -> str:
        return "action_greet"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        who = tracker.get_slot("who")
        dispatcher.utter_message(text=f"{self.greeting} {who}", buttons=[{"title": "Bye", "payload": "/bye"}])
        return [SlotSet("greeted", [who, 1, None, True]), FollowupAction("action_listen")]


class ActionLater(HouseAction):
    def name(self) -> str:
        return "action_later"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        await asyncio.sleep(0)
        dispatcher.utter_message(response="utter_later", hours=2)
        dispatcher.utter_message(image="https://example.org/a.png", json_message={"kind": "card"})
        return [SlotSet("said", tracker.latest_message.get("text"))]


class ActionNothing(Action):
    def name(self) -> str:
        return "action_nothing"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> None:
        return None


class ActionScribbles(Action):
    """Edits its tracker and reads its domain, as some do."""

    def name(self) -> str:
        return "action_scribbles"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        tracker.slots["who"] = "somebody else"
        tracker.events.clear()
        before = len(domain["responses"])
        domain["responses"]["utter_mine"] = []
        return [SlotSet("responses", before)]


class ActionThread(Action):
    def name(self) -> str:
        return "action_thread"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        return [SlotSet("main_thread", threading.current_thread() is threading.main_thread())]


class ValidateHouseForm(FormValidationAction):
    def name(self) -> str:
        return "validate_house_form"
