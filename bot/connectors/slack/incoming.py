"""What users say on Slack -> Message, and where the answer goes. Pure functions; anything not for the bot is None."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field, ValidationError

from bot.connectors.slack import mrkdwn
from bot.connectors.slack.emoji import emoji_in, show_emoji
from bot.connectors.slack.payloads import SAID, SLACKBOT, Payload, event_ids
from bot.connectors.slack.places import CHANNEL, Granularity, Place, bot_user_of, conversation_of, team_of
from bot.messages import Message

GONE = "tombstone"
"""Subtype of what is left of a deleted message that has replies."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message and the place of its answer. `ids` are all names under which Slack may send it again, its own first.

    `overheard`: it is for the bot only if it takes part in that thread. `replaces`: the name of the message of which
    this is the new wording. `since` is a time stamp before which the answer cannot stand.
    """

    message: Message
    place: Place
    ids: tuple[str, ...]
    since: str
    overheard: bool = False
    replaces: str | None = None

    @property
    def sender_id(self) -> str:
        """Who said it."""
        return self.message.sender_id


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A user deleted the message named `message_id`."""

    ids: tuple[str, ...]
    sender_id: str
    message_id: str


class _Edited(Payload):
    ts: str


class _Said(Payload):
    user: str
    ts: str
    text: str | None = None
    thread_ts: str | None = None
    subtype: str | None = None
    bot_id: str | None = None
    client_msg_id: str | None = None
    edited: _Edited | None = None
    files: list[Any] = Field(default_factory=list)
    blocks: Any = None


class _Event(_Said):
    type: Literal["message", "app_mention"]
    channel: str
    channel_type: str | None = None


class _Change(Payload):
    type: Literal["message"]
    subtype: Literal["message_changed"]
    channel: str
    message: dict[str, Any]
    previous_message: dict[str, Any] = Field(default_factory=dict)


class _Deletion(Payload):
    type: Literal["message"]
    subtype: Literal["message_deleted"]
    channel: str
    deleted_ts: str
    previous_message: dict[str, Any] = Field(default_factory=dict)


def read_said(
    body: Mapping[str, Any], bot_user: str, granularity: Granularity, *, threads: bool = False
) -> Incoming | Withdrawn | None:
    """A `message` or `app_mention` event; None when it is neither a user's words to the bot nor their deletion.

    `threads`: a direct message, too, is answered in a thread under it.
    """
    bot_user = bot_user_of(body) or bot_user
    event = body.get("event")
    match event:
        case {"subtype": "message_changed"}:
            return _read_change(body, event, bot_user, granularity, threads)
        case {"subtype": "message_deleted"}:
            return _read_deletion(body, event)
    try:
        seen = _Event.model_validate(event)
    except ValidationError:
        return None
    return _read_words(body, seen, bot_user, granularity, threads)


def message_from(text: str, user: str, place: Place, message_id: str, granularity: Granularity) -> Message:
    """What the bot is told."""
    metadata = {"team": place.team, "channel": place.channel, "thread_ts": place.thread}
    conversation = conversation_of(user, place, granularity)
    return Message(text, conversation, user, CHANNEL, message_id, metadata)


def _read_words(
    body: Mapping[str, Any], seen: _Event, bot_user: str, granularity: Granularity, threads: bool
) -> Incoming | None:
    if seen.bot_id or seen.subtype not in SAID or seen.user in (bot_user, SLACKBOT):
        return None
    if seen.text is None and not seen.files:
        return None
    text = seen.text or ""
    direct = seen.channel_type == "im" or seen.channel.startswith("D")
    called = direct or seen.type == "app_mention" or bot_user in mrkdwn.mentions(text)
    if not called and (seen.thread_ts is None or mrkdwn.calls_others(text)):
        return None  # talk in a channel, or in a thread with someone else, or with everyone
    place = Place(team_of(body), seen.channel, seen.thread_ts or (None if direct and not threads else seen.ts))
    original = place.name_of(seen.ts)
    # A mention comes twice, as message and as app_mention, with two event ids; the time stamp is the same.
    name = f"{original}:{seen.edited.ts}" if seen.edited else original
    # An edited message keeps its client_msg_id.
    ids = [name] if seen.edited or not seen.client_msg_id else [name, f"{place.name_of('client')}:{seen.client_msg_id}"]
    said = mrkdwn.decode(show_emoji(text, emoji_in(seen.blocks)), bot_user)
    return Incoming(
        message=message_from(said, seen.user, place, name, granularity),
        place=place,
        ids=(*ids, *event_ids(body)),
        since=seen.ts,
        overheard=not called,
        replaces=original if seen.edited else None,
    )


def _read_change(
    body: Mapping[str, Any], event: Any, bot_user: str, granularity: Granularity, threads: bool
) -> Incoming | Withdrawn | None:
    """An edit, if its words are new: Slack tells in the same way of links that it unfurled."""
    try:
        change = _Change.model_validate(event)
        if change.message.get("subtype") == GONE:
            was = change.message | {"user": change.previous_message.get("user")}
            return _withdrawn(body, change.channel, str(was.get("ts")), was)
        kind = {"type": "message", "channel": change.channel, "channel_type": event.get("channel_type")}
        seen = _Event.model_validate(change.message | kind)
    except ValidationError:
        return None
    if seen.edited is None or seen.text == change.previous_message.get("text"):
        return None
    return _read_words(body, seen, bot_user, granularity, threads)


def _read_deletion(body: Mapping[str, Any], event: Any) -> Withdrawn | None:
    try:
        deletion = _Deletion.model_validate(event)
    except ValidationError:
        return None
    return _withdrawn(body, deletion.channel, deletion.deleted_ts, deletion.previous_message)


def _withdrawn(body: Mapping[str, Any], channel: str, ts: str, was: Mapping[str, Any]) -> Withdrawn | None:
    user = was.get("user")
    if was.get("bot_id") or not isinstance(user, str):
        return None
    message_id = Place(team_of(body), channel).name_of(ts)
    return Withdrawn((f"{message_id}:withdrawn", *event_ids(body)), user, message_id)
