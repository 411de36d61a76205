"""Actions that go wrong in every way an action can."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any, ClassVar

from rasa_sdk import Action, ActionExecutionRejection, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

SECRET = "4111 1111 1111 1111"  # stands for what a user typed


class ActionRaises(Action):
    def name(self) -> str:
        return "action_raises"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        raise KeyError(SECRET)


class ActionRaisesLater(Action):
    def name(self) -> str:
        return "action_raises_later"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        await asyncio.sleep(0)
        raise ValueError(SECRET)


class ActionRejects(Action):
    def name(self) -> str:
        return "action_rejects"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        raise ActionExecutionRejection(self.name(), f"not for {SECRET}")


class ActionHangs(Action):
    """Stuck in a call that ignores everything, as a socket without a timeout is."""

    def name(self) -> str:
        return "action_hangs"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        time.sleep(float(os.environ.get("HANG_SECONDS", "3")))
        return []


class ActionHangsLater(Action):
    """Swallows its cancellation, too."""

    awake: ClassVar[int] = 0

    def name(self) -> str:
        return "action_hangs_later"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        for _ in range(30):
            try:
                await asyncio.sleep(0.1)
            except asyncio.CancelledError:
                ActionHangsLater.awake += 1
        return []


class ActionReturnsNumber(Action):
    def name(self) -> str:
        return "action_returns_number"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Any:
        return 7


class ActionReturnsText(Action):
    def name(self) -> str:
        return "action_returns_text"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Any:
        return "slot"


class ActionReturnsBareNames(Action):
    def name(self) -> str:
        return "action_returns_bare_names"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Any:
        return [SlotSet("who", 1), SlotSet]


class ActionReturnsObject(Action):
    """A value that no wire can carry."""

    def name(self) -> str:
        return "action_returns_object"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        return [SlotSet("when", object())]


class ActionExits(Action):
    def name(self) -> str:
        return "action_exits"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        raise SystemExit(3)


class ActionSaysTooMuch(Action):
    def name(self) -> str:
        return "action_says_too_much"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        dispatcher.utter_message(text="x" * 10_000_000)
        return []
