"""rasa-sdk's wire form, shared by both runners: the call that goes in, the result that comes back."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from bot.actions.base import ActionResult
from bot.errors import ActionFailed, ActionRubbish

# Present but empty: rasa-sdk hands an action None for `{}`, and an action that reads its domain would fall over.
DOMAIN: Mapping[str, Any] = {
    "intents": [],
    "entities": [],
    "slots": {},
    "responses": {},
    "actions": [],
    "forms": {},
}


MAX_ANSWER_BYTES = 4 * 1024 * 1024
"""A longer answer is refused: no chat message needs it, and it would be kept, and loaded again with every turn."""


def call_of(name: str, tracker: Mapping[str, Any]) -> dict[str, Any]:
    """An action call."""
    return {
        "next_action": name,
        "sender_id": tracker.get("sender_id", "default"),
        "tracker": {"sender_id": "default", **tracker},
        "domain": copy.deepcopy(DOMAIN),
        "version": _sdk_version(),
    }


def write_call(name: str, tracker: Mapping[str, Any]) -> bytes:
    """The JSON body of an action call. Raises ActionFailed when the tracker cannot be written as JSON."""
    try:
        return json.dumps(call_of(name, tracker), default=_as_dict).encode()
    except (TypeError, ValueError) as error:
        raise ActionFailed(f"{name} was not called: the tracker cannot be written as JSON ({error}).") from error


def result_of(name: str, body: object) -> ActionResult:
    """What an action left, checked. Raises ActionRubbish unless it is events and responses that JSON can hold."""
    if not isinstance(body, Mapping):
        raise ActionRubbish(f"{name} answered with {_kind(body)} instead of an object of events and responses.")
    events = events_of(name, body.get("events"))
    responses = body.get("responses") or ()
    if not isinstance(responses, list | tuple) or not all(isinstance(item, Mapping) for item in responses):
        raise ActionRubbish(f"{name} answered with responses that are not a list of objects.")
    length = _measure(name, "an event", events) + _measure(name, "a response", responses)
    if length > MAX_ANSWER_BYTES:
        raise ActionRubbish(f"{name} answered with more than {MAX_ANSWER_BYTES >> 20} MiB.")
    return ActionResult(events=events, responses=tuple(responses))


def events_of(name: str, returned: object) -> tuple[Mapping[str, Any], ...]:
    """The events that an action returned; nothing at all counts as none.

    Stricter than rasa-sdk, which logs and drops what is no event: a SlotSet that quietly goes missing is
    harder to find than an apology.
    """
    if returned is None:
        return ()
    if not isinstance(returned, list | tuple):
        raise ActionRubbish(f"{name} returned {_kind(returned)}; an action returns a list of events, or nothing.")
    for index, event in enumerate(returned):
        if not isinstance(event, Mapping) or not isinstance(event.get("event"), str) or not event["event"]:
            raise ActionRubbish(
                f"{name} returned a list whose item {index} is {_kind(event)} and no event; "
                "make events with rasa_sdk.events, as SlotSet(...)."
            )
    _measure(name, "an event", returned)
    return tuple(returned)


def _measure(name: str, what: str, items: object) -> int:
    """Characters of `items` in JSON. Raises ActionRubbish when JSON cannot hold them."""
    try:
        return len(json.dumps(items, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise ActionRubbish(
            f"{name} put a value into {what} that JSON cannot hold ({_json_reason(error)}); "
            "use text, numbers, true, false, null, lists and objects."
        ) from error


def _json_reason(error: Exception) -> str:
    # json names the type, never the value, so nothing that a user said can slip into a log here.
    return "a number that is not finite" if "Out of range float" in str(error) else str(error)


def _kind(value: object) -> str:
    return f"a {type(value).__name__}"


def _as_dict(value: object) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


@cache
def _sdk_version() -> str:
    return version("rasa-sdk")
