"""What happens on the desk: agents' replies, giving back, and what is to be brought there. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field, ValidationError

from bot.connectors.desk import Handoff, Line
from bot.connectors.inbox import Entry
from bot.connectors.slack import mrkdwn
from bot.connectors.slack.payloads import SAID, SLACKBOT, Named, Payload, SlashCommand, event_ids
from bot.connectors.slack.places import CHANNEL, Place, bot_user_of, team_of

GIVE_BACK = "ripen_desk:give_back"
COMMAND = "back"
OURS = "ripen_desk"
"""The key of the body of entries that this process wrote for itself."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Somebody wrote in a thread of the desk's channel."""

    ids: tuple[str, ...]
    sender_id: str
    place: Place
    ts: str
    text: str


@dataclass(frozen=True, slots=True)
class Back:
    """Somebody gives back the conversation that a button stands for, or with `/ripen back` all that they have."""

    ids: tuple[str, ...]
    sender_id: str
    place: Place
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Bring:
    """A conversation is to be posted (no `key`), or one of its lines, in its thread."""

    ids: tuple[str, ...]
    sender_id: str
    conversation_id: str
    key: str | None = None


DeskEvent = Reply | Back | Bring


class _Reply(Payload):
    type: Literal["message"]
    channel: str
    user: str
    ts: str
    thread_ts: str
    text: str = ""
    subtype: str | None = None
    bot_id: str | None = None


class _Action(Payload):
    action_id: str
    action_ts: str
    value: str = ""


class _Pressed(Payload):
    ts: str


class _Press(Payload):
    user: Named
    channel: Named
    message: _Pressed
    actions: list[_Action] = Field(min_length=1)


def read_desk(body: Mapping[str, Any], bot_user: str, channel: str) -> DeskEvent | None:
    """What it means on the desk in `channel`; None when it is not about the desk."""
    match body:
        case {"ripen_desk": {"conversation": str(conversation), "id": str(name)} as own}:
            key = own.get("key")
            return Bring((name,), conversation, conversation, key if isinstance(key, str) else None)
    try:
        if "command" in body:
            return _read_command(body)
        if body.get("type") == "block_actions":
            return _read_press(body)
        return _read_reply(body, bot_user_of(body) or bot_user, channel)
    except ValidationError:
        return None


def _read_reply(body: Mapping[str, Any], bot_user: str, channel: str) -> Reply | None:
    seen = _Reply.model_validate(body.get("event"))
    is_ours = seen.bot_id or seen.user in (bot_user, SLACKBOT)
    if seen.channel != channel or seen.subtype not in SAID or is_ours or seen.ts == seen.thread_ts:
        return None
    if bot_user in mrkdwn.mentions(seen.text):
        return None  # a question to the bot itself
    place = Place(team_of(body), channel, seen.thread_ts)
    return Reply((place.name_of(seen.ts), *event_ids(body)), seen.user, place, seen.ts, seen.text)


def _read_press(body: Mapping[str, Any]) -> Back | None:
    seen = _Press.model_validate(body)
    action = seen.actions[0]
    if action.action_id != GIVE_BACK:
        return None
    place = Place(team_of(body), seen.channel.id, seen.message.ts)
    name = place.name_of(f"{seen.message.ts}:{action.action_ts}")
    return Back((name,), seen.user.id, place, action.value)


def _read_command(body: Mapping[str, Any]) -> Back | None:
    seen = SlashCommand.model_validate(body)
    if seen.text.strip().lower() != COMMAND:
        return None
    place, name = seen.locate(body)
    return Back((name,), seen.user_id, place)


def bring_conversation(handoff: Handoff) -> Entry:
    """That a conversation waits, as an entry for the inbox: brought by one process, or the next one if that dies."""
    return _bring(handoff, f"desk:{handoff.conversation_id}:{handoff.asked_at.timestamp():.6f}", {})


def bring_line(handoff: Handoff, line: Line) -> Entry:
    """One line for its thread."""
    thread = (handoff.thread or {}).get("ts")
    return _bring(handoff, f"desk:{handoff.conversation_id}:{thread}:{line.key}", {"key": line.key})


def _bring(handoff: Handoff, name: str, more: Mapping[str, str]) -> Entry:
    body = {OURS: {"conversation": handoff.conversation_id, "id": name, **more}}
    return Entry(CHANNEL, (name,), handoff.conversation_id, body)
