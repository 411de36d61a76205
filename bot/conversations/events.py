"""rasa-sdk events and what they do to a conversation. Pure functions; the tracker that actions see is made here too."""

from __future__ import annotations

import logging
import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.actions.names import LISTEN
from bot.connectors.desk import Remark
from bot.conversations.codec import is_json, to_json
from bot.conversations.conversation import Conversation, Turn
from bot.messages import Detection, Outcome

log = logging.getLogger(__name__)

Event = Mapping[str, Any]

TOLD = frozenset(
    {"action", "active_loop", "form", "user", "bot", "loop_interrupted", "action_execution_rejected"}
    | {"form_validation", "export", "agent"}
)
"""Events that tell what happened: the tracker shows them, the state stays as it is."""

UNSUPPORTED = frozenset({"reminder", "cancel_reminder"})
"""Events that ask for what Ripen does not do."""

NEEDED = {"slot": ("name", "value"), "action": ("name",), "followup": ("name",)}


def apply_events(conversation: Conversation, events: Iterable[Event]) -> Conversation:
    """`conversation` after `events`, in rasa-sdk's wire form.

    `undo` takes back what came since the last `action` event, `rewind` all that came; neither reaches behind the
    first of `events`. Malformed, unknown and unsupported events are left out, each with a log line.
    """
    before, since_action, now = conversation, conversation, conversation
    for event in events:
        kind = _kind(event)
        if kind == "action":
            since_action = now
        elif kind == "undo":
            now = since_action
        elif kind == "rewind":
            now = since_action = before
        elif kind not in TOLD:
            now = _apply(now, kind, event)
    return now


def _kind(event: object) -> str | None:
    kind = event.get("event") if isinstance(event, Mapping) else None
    return kind if isinstance(kind, str) else None


def _apply(conversation: Conversation, kind: str | None, event: Event) -> Conversation:
    change = CHANGES.get(kind or "")
    after = change(conversation, event) if change else None
    if after is None:
        log.warning("an event was left out: %s", _complaint(kind))
        return conversation
    return after


def _complaint(kind: str | None) -> str:
    if kind is None:
        return "it has no name"
    if kind in UNSUPPORTED:
        return f"{kind} is not supported"
    if kind in CHANGES:
        return f"{kind} lacks a name, or its value is not JSON"
    return f"{kind[:40]!a} is unknown"


def _set_slot(conversation: Conversation, event: Event) -> Conversation | None:
    name = event.get("name")
    if not isinstance(name, str) or not is_json(event.get("value")):
        return None
    return replace(conversation, slots={**conversation.slots, name: to_json(event.get("value"))})


def _follow_up(conversation: Conversation, event: Event) -> Conversation | None:
    name = event.get("name")
    return replace(conversation, followup=name) if isinstance(name, str) else None


def _reset_slots(conversation: Conversation, _: Event) -> Conversation:
    return replace(conversation, slots={})


def _start_session(conversation: Conversation, _: Event) -> Conversation:
    return replace(conversation, slots={}, requested=None, followup=None, paused=False)


def _restart(conversation: Conversation, event: Event) -> Conversation:
    return replace(_start_session(conversation, event), turns=())


def _pause(conversation: Conversation, _: Event) -> Conversation:
    return replace(conversation, paused=True)


def _resume(conversation: Conversation, _: Event) -> Conversation:
    return replace(conversation, paused=False)


CHANGES: Mapping[str, Callable[[Conversation, Event], Conversation | None]] = {
    "slot": _set_slot,
    "reset_slots": _reset_slots,
    "restart": _restart,
    "session_started": _start_session,
    "session_ended": _start_session,
    "followup": _follow_up,
    "pause": _pause,
    "resume": _resume,
}


def since_restart(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """The turns after the last one that restarted the conversation: what a store's `load` brings back."""
    for index in range(len(turns) - 1, -1, -1):
        outcome = turns[index].outcome
        if outcome and any(_kind(event) == "restart" for event in outcome.events):
            return turns[index + 1 :]
    return turns


def tracker_of(conversation: Conversation) -> dict[str, Any]:
    """The conversation in Rasa's tracker JSON, over its recent turns.

    As in Rasa, `sender_id` names the conversation; who wrote last is `user_id`. Times are seconds since 1970.
    """
    told = [(turn.at, _told(turn)) for turn in conversation.turns]
    told += [(remark.at, [_event_of(remark)]) for remark in conversation.remarks if remark.kind == "said"]
    events = [event for _, some in sorted(told, key=lambda each: each[0]) for event in some]
    latest = conversation.turns[-1] if conversation.turns else None
    action = _latest(events, "action") or {}
    return {
        "sender_id": conversation.id,
        "user_id": latest.message.sender_id if latest else conversation.sender_id,
        "slots": to_json(conversation.slots),
        "latest_message": _parse_data(latest.message.text, latest.detection) if latest else {},
        "latest_event_time": events[-1].get("timestamp") if events else None,
        "followup_action": conversation.followup,
        "paused": conversation.paused or conversation.person is not None,
        "events": events,
        "latest_input_channel": latest.message.channel if latest else None,
        "active_loop": _active_loop(events),
        "latest_action": {"action_name": action["name"]} if action else {},
        "latest_action_name": action.get("name"),
        "stack": [],
    }


def _told(turn: Turn) -> list[dict[str, Any]]:
    """The events of a turn, for the caller alone: actions scribble in them. A copy by marshal takes a sixth of the time
    that it takes to make them, and twenty turns come back with every message."""
    kept = turn.memo.get("events")
    if kept is None:
        kept = turn.memo["events"] = marshal.dumps(list(_events_of(turn)))
    events: list[dict[str, Any]] = marshal.loads(kept)  # noqa: S302 - this process wrote it, and nothing stores it
    return events


def _events_of(turn: Turn) -> Iterator[dict[str, Any]]:
    """Listening, what the user said, what that changed, what the bot said."""
    at, message = turn.at.timestamp(), turn.message
    yield {"event": "action", "timestamp": at, "name": LISTEN, "policy": None, "confidence": None}
    ratings = [to_json(rating) for rating in turn.ratings]
    said = to_json(message)
    yield {
        "event": "user",
        "timestamp": at,
        "text": said["text"],
        "parse_data": _parse_data(said["text"], turn.detection),
        "input_channel": said["channel"],
        "message_id": said["message_id"],
        "metadata": {**said["metadata"], **({"feedback": ratings} if ratings else {})},
    }
    outcome = turn.outcome or Outcome(())
    for event in outcome.events:
        if _is_whole(event):
            written = to_json(event)
            yield {**written, "timestamp": _time(written.get("timestamp"), at)}
    for part in outcome.parts:
        said = to_json(part)
        data = {key: said[key] for key in ("buttons", "image", "attachment", "custom") if said[key]}
        yield {"event": "bot", "timestamp": at, "text": said["text"], "data": data, "metadata": {}}


def _event_of(remark: Remark) -> dict[str, Any]:
    """What a person said in place of the bot: Rasa's AgentUttered."""
    at = remark.at.timestamp()
    return {"event": "agent", "timestamp": at, "text": remark.text, "data": {}, "metadata": {"name": remark.name}}


def _is_whole(event: Event) -> bool:
    """Whether rasa-sdk's Tracker, which trusts what it reads, can read it."""
    kind = _kind(event)
    return kind is not None and all(key in event for key in NEEDED.get(kind, ()))


def _time(timestamp: Any, otherwise: float) -> float:
    return timestamp if isinstance(timestamp, int | float) else otherwise


def _parse_data(text: str, detection: Detection | None) -> dict[str, Any]:
    candidates = detection.candidates if detection else ()
    ranking = [{"name": str(each.intent), "confidence": to_json(each.confidence)} for each in candidates]
    entities = [
        {"entity": str(each.slot), "value": to_json(each.value), "start": each.start, "end": each.end}
        for each in (detection.entities if detection else ())
    ]
    best = ranking[0] if ranking else {"name": None, "confidence": 0.0}
    return {"text": text, "intent": best, "entities": entities, "intent_ranking": ranking}


def _latest(events: list[dict[str, Any]], kind: str) -> dict[str, Any] | None:
    return next((each for each in reversed(events) if each["event"] == kind and each.get("name")), None)


def _active_loop(events: list[dict[str, Any]]) -> dict[str, Any]:
    """A loop is on until an `active_loop` event without a name, a restart or a new session ends it."""
    ends = {"active_loop", "form", "restart", "session_started", "session_ended"}
    last = next((each for each in reversed(events) if each["event"] in ends), None)
    return {"name": last["name"]} if last and last.get("name") else {}
