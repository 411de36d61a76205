"""What users do on Slack besides talking: reactions, App Home, assistant threads, the slash command. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from bot.connectors.feedback import Opinion
from bot.connectors.slack import mrkdwn
from bot.connectors.slack.incoming import Incoming, message_from
from bot.connectors.slack.payloads import Payload, SlashCommand, event_ids
from bot.connectors.slack.places import Granularity, Place, bot_user_of, team_of

OPINIONS: Mapping[str, Opinion] = {"+1": "up", "thumbsup": "up", "-1": "down", "thumbsdown": "down"}
"""By the names of reactions; a skin tone may follow them."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """A thumb at the message `ts` of a place, given or taken away."""

    ids: tuple[str, ...]
    sender_id: str
    place: Place
    ts: str
    opinion: Opinion
    removed: bool


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """A user looks at App Home."""

    ids: tuple[str, ...]
    sender_id: str


@dataclass(frozen=True, slots=True)
class TalkOpened:
    """A user looks at their direct messages with the bot."""

    ids: tuple[str, ...]
    sender_id: str
    channel: str


@dataclass(frozen=True, slots=True)
class ThreadStarted:
    """A user opened a new assistant thread."""

    ids: tuple[str, ...]
    sender_id: str
    place: Place


@dataclass(frozen=True, slots=True)
class Command:
    """`/ripen help` or `/ripen status`."""

    ids: tuple[str, ...]
    sender_id: str
    place: Place
    what: Literal["help", "status"]


@dataclass(frozen=True, slots=True)
class Removed:
    """A workspace removed the bot, or took its token back, at `at` (seconds since the epoch)."""

    ids: tuple[str, ...]
    sender_id: str
    team: str
    at: float


Signal = Reaction | HomeOpened | TalkOpened | ThreadStarted | Command | Removed


class _Item(Payload):
    type: Literal["message"]
    channel: str
    ts: str


class _Reaction(Payload):
    type: Literal["reaction_added", "reaction_removed"]
    user: str
    reaction: str
    item: _Item
    item_user: str | None = None


class _Home(Payload):
    user: str
    channel: str = ""
    tab: str = "home"


class _Thread(Payload):
    user_id: str
    channel_id: str
    thread_ts: str


def read_signal(body: Mapping[str, Any], bot_user: str) -> Signal | None:
    """An event that is no message; None when it means nothing to the bot."""
    try:
        match body.get("event"):
            case {"type": "reaction_added" | "reaction_removed"} as event:
                return _read_reaction(body, _Reaction.model_validate(event), bot_user_of(body) or bot_user)
            case {"type": "app_home_opened"} as event:
                return _read_opening(body, _Home.model_validate(event))
            case {"type": "assistant_thread_started", "assistant_thread": thread}:
                started = _Thread.model_validate(thread)
                place = Place(team_of(body), started.channel_id, started.thread_ts)
                return ThreadStarted((place.name_of(f"{started.thread_ts}:started"),), started.user_id, place)
            case {"type": "app_uninstalled"} | {"type": "tokens_revoked", "tokens": {"bot": [_, *_]}}:
                return _read_removal(body)
    except ValidationError:
        return None
    return None


def read_command(body: Mapping[str, Any], granularity: Granularity) -> Command | Incoming | None:
    """A slash command: help, status, or a question, with or without `ask` before it. Its answer only the asker sees."""
    try:
        seen = SlashCommand.model_validate(body)
    except ValidationError:
        return None
    place, name = seen.locate(body)
    text = mrkdwn.decode(seen.text, "")
    first, _, rest = text.partition(" ")
    match first.lower():
        case "" | "help":
            return Command((name,), seen.user_id, place, "help")
        case "status" if not rest:
            return Command((name,), seen.user_id, place, "status")
        case "ask" if rest.strip():
            text = rest.strip()
    message = message_from(text, seen.user_id, place, name, granularity)
    return Incoming(message, place, (name,), since="0")


def _read_opening(body: Mapping[str, Any], seen: _Home) -> HomeOpened | TalkOpened | None:
    match seen.tab:
        case "home" if event_ids(body):
            return HomeOpened(event_ids(body), seen.user)
        case "messages" if event_ids(body) and seen.channel:
            return TalkOpened(event_ids(body), seen.user, seen.channel)
    return None


def _read_reaction(body: Mapping[str, Any], seen: _Reaction, bot_user: str) -> Reaction | None:
    opinion = OPINIONS.get(seen.reaction.partition("::")[0])
    ids = event_ids(body)
    if opinion is None or not ids or seen.user == bot_user or (seen.item_user and seen.item_user != bot_user):
        return None
    place = Place(team_of(body), seen.item.channel)
    return Reaction(ids, seen.user, place, seen.item.ts, opinion, seen.type == "reaction_removed")


def _read_removal(body: Mapping[str, Any]) -> Removed | None:
    ids, at = event_ids(body), body.get("event_time")
    if not ids or not isinstance(at, int):
        return None
    return Removed(ids, "", team_of(body), float(at))
