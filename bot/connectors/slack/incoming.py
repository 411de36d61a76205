"""What Slack sends -> Message, and where the answer goes. Pure functions; anything not for the bot is None."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.connectors.slack import mrkdwn
from bot.messages import Message

Granularity = Literal["user", "channel", "thread"]

CHANNEL = "slack"
SAID = frozenset({None, "file_share", "thread_broadcast"})
"""Subtypes that a user's own words come with; all others tell of edits, deletions, joins and the like."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: a channel, and a thread in it if not None."""

    channel: str
    thread: str | None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message and the place of its answer. `overheard`: it is for the bot only if it takes part in that thread."""

    message: Message
    place: Place
    overheard: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button: the message that it makes, and the Slack message to take the buttons from."""

    incoming: Incoming
    message_ts: str
    blocks: tuple[dict[str, Any], ...]
    block_id: str
    title: str
    user: str


class _Payload(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class _Event(_Payload):
    type: Literal["message", "app_mention"]
    channel: str
    user: str
    text: str
    ts: str
    thread_ts: str | None = None
    subtype: str | None = None
    channel_type: str | None = None
    bot_id: str | None = None


class _Id(_Payload):
    id: str


class _Words(_Payload):
    text: str = ""


class _Option(_Payload):
    value: str
    text: _Words = _Words()


class _Action(_Payload):
    block_id: str
    value: str | None = None
    text: _Words | str = _Words()
    selected_option: _Option | None = None


class _Pressed(_Payload):
    ts: str
    thread_ts: str | None = None
    blocks: list[dict[str, Any]] = []


class _Actions(_Payload):
    user: _Id
    channel: _Id
    message: _Pressed
    actions: list[_Action]


def read_event(event: Any, bot_user: str, granularity: Granularity) -> Incoming | None:
    """A `message` or `app_mention` event; None when it is not a user's words to the bot."""
    try:
        seen = _Event.model_validate(event)
    except ValidationError:
        return None
    if seen.bot_id or seen.subtype not in SAID or seen.user in (bot_user, "USLACKBOT"):
        return None
    direct = seen.channel_type == "im" or seen.channel.startswith("D")
    mentioned = mrkdwn.mentions(seen.text)
    called = direct or seen.type == "app_mention" or bot_user in mentioned
    if not called and (seen.thread_ts is None or mentioned):
        return None  # talk in a channel, or in a thread with someone else
    thread = seen.thread_ts if direct else seen.thread_ts or seen.ts
    place = Place(seen.channel, thread)
    # A mention comes twice, as message and as app_mention, with two event ids; the time stamp is the same.
    message = _message(mrkdwn.decode(seen.text, bot_user), seen.user, place, f"{seen.channel}:{seen.ts}", granularity)
    return Incoming(message, place, overheard=not called)


def read_press(payload: Any, granularity: Granularity) -> Press | None:
    """A `block_actions` payload; None when it carries no value, or comes from no message."""
    try:
        seen = _Actions.model_validate(payload)
    except ValidationError:
        return None
    action = next(iter(seen.actions), None)
    if action is None:
        return None
    option = action.selected_option
    value = option.value if option else action.value
    if not value:
        return None
    direct = seen.channel.id.startswith("D")
    thread = seen.message.thread_ts if direct else seen.message.thread_ts or seen.message.ts
    place = Place(seen.channel.id, thread)
    # Not the press's own time: a second press, before the buttons are gone, is a repeat of the first.
    message_id = f"{seen.channel.id}:{seen.message.ts}:{action.block_id}"
    words = option.text if option else action.text
    return Press(
        incoming=Incoming(_message(value, seen.user.id, place, message_id, granularity), place),
        message_ts=seen.message.ts,
        blocks=tuple(seen.message.blocks),
        block_id=action.block_id,
        title=words if isinstance(words, str) else words.text,
        user=seen.user.id,
    )


def _message(text: str, user: str, place: Place, message_id: str, granularity: Granularity) -> Message:
    metadata = {"channel": place.channel, "thread_ts": place.thread}
    return Message(text, _conversation(user, place, granularity), user, CHANNEL, message_id, metadata)


def _conversation(user: str, place: Place, granularity: Granularity) -> str:
    if granularity == "user":
        return f"slack:{user}"
    if granularity == "channel" or place.thread is None:  # a direct message outside threads is one long talk
        return f"slack:{place.channel}"
    return f"slack:{place.channel}:{place.thread}"
