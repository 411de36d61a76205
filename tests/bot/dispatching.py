"""A shop, actions that give what they are told to, and short ways to dispatch on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.actions.base import ActionResult
from bot.catalog.catalog import Catalog
from bot.config import Settings
from bot.conversations.conversation import Conversation
from bot.dispatcher import Dispatcher
from bot.errors import ActionError, ActionUnknown
from bot.messages import Decision, Detection, Outcome
from bot.occasion import Occasion
from bot.payload import read_payload
from bot.slots import find_entities
from tests.builders import ADDRESS, ORDER_ID, catalog, conversation, detection, intent, message, turn

SHOP = catalog(
    intent(
        "order_status", action="action_order_status", slots=[ORDER_ID], description="The customer asks for an order."
    ),
    intent("change_address", action="action_change_address", slots=[ORDER_ID, ADDRESS]),
    intent("refund_policy", "Refunds take five days."),
    intent("two_lines"),
    intent("human", "A person is coming.", action="action_hand_off"),
    intent("never_mind", action="action_call_off"),
    intent("named", action="utter_hours"),
    intent("both", "One moment.", action="action_order_status"),
    intent("greet_by_name", "Hello {name}."),
    utter_hours="We open at nine.",
)
TEXTS = Settings().texts
SHIPPED = ActionResult(({"event": "slot", "name": "status", "value": "shipped"},), ({"text": "It is on its way."},))


class Actions:
    """Gives each action's result in turn, and remembers the trackers."""

    def __init__(self, **results: ActionResult | ActionError) -> None:
        self.results = results
        self.ran: list[str] = []
        self.trackers: list[Mapping[str, Any]] = []

    async def names(self) -> frozenset[str]:
        return frozenset(self.results)

    async def run(self, name: str, tracker: Mapping[str, Any]) -> ActionResult:
        self.ran.append(name)
        self.trackers.append(tracker)
        result = self.results.get(name, ActionUnknown(f"nobody registered {name}"))
        if isinstance(result, ActionError):
            raise result
        return result

    async def check(self) -> None:
        pass

    async def close(self) -> None:
        pass


def occasion(
    text: str = "hello",
    talk: Conversation | None = None,
    found: Detection | None = None,
    shop: Catalog = SHOP,
) -> Occasion:
    found = found or read_payload(text, shop) or replace(detection(), entities=find_entities(text, shop))
    now = replace(turn(text), message=message(text), detection=found)
    return Occasion(now, found, shop, talk or conversation())


def act(name: str) -> Decision:
    return Decision("act", name, 0.9, "because")


async def outcome_of(decision: Decision, on: Occasion, actions: Actions | None = None) -> Outcome:
    return await Dispatcher(actions or Actions(action_order_status=SHIPPED), Settings()).dispatch(decision, on)


def texts(outcome: Outcome) -> list[str | None]:
    return [part.text for part in outcome.parts]
