"""What happens on the desk: agents' replies, giving back, and what is to be brought there. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import Field, ValidationError

from bot.connectors.desk import Handoff, Line
from bot.connectors.inbox import Entry
from bot.connectors.slack import mrkdwn
from bot.connectors.slack.emoji import emoji_in
from bot.connectors.slack.payloads import SAID, SLACKBOT, Named, Payload, SlashCommand, event_ids
from bot.connectors.slack.places import CHANNEL, Place, bot_user_of, team_of

GIVE_BACK = "ripen_desk:give_back"
COMMAND = "back"
OURS = "ripen_desk"
"""The key of the body of entries that this process wrote for itself."""

AT = "ripen_at"
"""The key of a body under which stands when it came, in seconds since the epoch: Slack does not say of commands."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Somebody wrote in a thread of the desk's channel."""

    ids: tuple[str, ...]
    sender_id: str
    place: Place
    ts: str
    text: str
    emoji: Mapping[str, str] = field(default_factory=dict)
    has_files: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody edited or deleted what they had written as the message `ts`, in a thread there."""

    ids: tuple[str, ...]
    sender_id: str
    place: Place
    ts: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Somebody deleted a post of the bot's there, with which a thread may have begun, before anybody replied."""

    ids: tuple[str, ...]
    sender_id: str
    place: Place


@dataclass(frozen=True, slots=True)
class Back:
    """Somebody gives back the conversation that a button stands for, or with `/ripen back` all that they have.

    `at` is when the command came, in seconds since the epoch, where that is known.
    """

    ids: tuple[str, ...]
    sender_id: str
    place: Place
    conversation_id: str | None = None
    at: float | None = None


@dataclass(frozen=True, slots=True)
class BringConversation:
    """A conversation that waits since `asked_at` is to be posted. When it waits anew, that is another one."""

    ids: tuple[str, ...]
    sender_id: str
    conversation_id: str
    asked_at: str


@dataclass(frozen=True, slots=True)
class BringLine:
    """A line of it is to be posted in `thread`: the one that it had then, not one that it got since."""

    ids: tuple[str, ...]
    sender_id: str
    conversation_id: str
    thread: str
    key: str


@dataclass(frozen=True, slots=True)
class BringEnd:
    """The handoff whose thread this is was ended, by whoever: the thread is to say so."""

    ids: tuple[str, ...]
    sender_id: str
    conversation_id: str
    thread: str


DeskEvent = Reply | Change | Lost | Back | BringConversation | BringLine | BringEnd


class _Reply(Payload):
    type: Literal["message"]
    channel: str
    user: str
    ts: str
    thread_ts: str
    text: str = ""
    subtype: str | None = None
    bot_id: str | None = None
    blocks: Any = None
    files: Any = None


class _Written(Payload):
    user: str
    ts: str
    thread_ts: str | None = None
    text: str = ""
    bot_id: str | None = None
    subtype: str | None = None


class _Changed(Payload):
    type: Literal["message"]
    subtype: Literal["message_changed", "message_deleted"]
    channel: str
    previous_message: _Written
    message: dict[str, Any] = Field(default_factory=dict)


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
        case {"ripen_desk": {"id": str(name), "conversation": str(conversation), "asked_at": str(asked_at)}}:
            return BringConversation((name,), conversation, conversation, asked_at)
        case {"ripen_desk": {"id": str(name), "conversation": str(conversation), "thread": str(ts), "key": str(key)}}:
            return BringLine((name,), conversation, conversation, ts, key)
        case {"ripen_desk": {"id": str(name), "conversation": str(conversation), "ended": str(ts)}}:
            return BringEnd((name,), conversation, conversation, ts)
    try:
        if "command" in body:
            return _read_command(body)
        if body.get("type") == "block_actions":
            return _read_press(body)
        match body.get("event"):
            case {"subtype": "message_changed" | "message_deleted"} as event:
                return _read_change(body, event, bot_user_of(body) or bot_user, channel)
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
    ids = (place.name_of(seen.ts), *event_ids(body))
    return Reply(ids, seen.user, place, seen.ts, seen.text, emoji_in(seen.blocks), bool(seen.files))


def _read_change(body: Mapping[str, Any], event: Any, bot_user: str, channel: str) -> Change | Lost | None:
    """Other words than before, or none any more: a link that Slack unfurls changes a message, too."""
    seen = _Changed.model_validate(event)
    was = seen.previous_message
    if seen.channel != channel:
        return None
    if was.user == bot_user and seen.subtype == "message_deleted":
        place = Place(team_of(body), channel, was.ts)
        return Lost((f"{place.name_of(was.ts)}:lost",), was.user, place)
    is_ours = was.bot_id or was.user in (bot_user, SLACKBOT)
    if was.subtype not in SAID or is_ours or was.thread_ts in (None, was.ts):
        return None
    if seen.subtype == "message_changed" and seen.message.get("text") == was.text:
        return None
    place = Place(team_of(body), channel, was.thread_ts)
    return Change((f"{place.name_of(was.ts)}:changed",), was.user, place, was.ts)  # one word about it is enough


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
    at = body.get(AT)
    return Back((name,), seen.user_id, place, at=at if isinstance(at, float) else None)


def bring_conversation(handoff: Handoff) -> Entry:
    """That a conversation waits, as an entry for the inbox: brought by one process, or the next one if that dies."""
    asked_at, was = stamp_of(handoff), handoff.thread or {}
    before = was.get("lost") or was.get("channel")  # it was deleted, or is in the channel that was the desk then
    name = f"{asked_at}:{before}" if before else asked_at
    return _bring(handoff.conversation_id, name, {"asked_at": asked_at})


def bring_line(conversation_id: str, thread: str, line: Line) -> Entry:
    """One line for its thread."""
    return _bring(conversation_id, f"{thread}:{line.key}", {"thread": thread, "key": line.key})


def bring_end(handoff: Handoff, thread: str) -> Entry:
    """That it is over, for its thread."""
    return _bring(handoff.conversation_id, f"{thread}:ended", {"ended": thread})


def answer_of(lines: Sequence[Line], asked_at: datetime) -> list[Line]:
    """What the bot said in the turn that asked for a person. It goes on after that: an action may take its time."""
    said = [line.key for line in lines if line.voice == "user" and line.at <= asked_at]
    name = said[-1].partition("/")[2] if said else None
    return [line for line in lines if line.voice == "bot" and line.key.partition("/")[2] == name]


def fresh_lines(lines: Sequence[Line], handoff: Handoff) -> list[Line]:
    """What its thread lacks by its own time: all since it was asked for, and what the bot said late to that."""
    shown = (handoff.thread or {}).get("shown")
    late = {line.key for line in answer_of(lines, handoff.asked_at) if shown is not None and line.key not in shown}
    return [line for line in lines if line.at > handoff.asked_at or line.key in late]


def stamp_of(handoff: Handoff) -> str:
    """Since when it waits, as its entry has it."""
    return f"{handoff.asked_at.timestamp():.6f}"


def _bring(conversation_id: str, what: str, body: Mapping[str, str]) -> Entry:
    name = f"desk:{conversation_id}:{what}"
    return Entry(CHANNEL, (name,), conversation_id, {OURS: {"id": name, "conversation": conversation_id, **body}})
