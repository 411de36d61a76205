"""Where things happen on Slack, and the names that they get. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Granularity = Literal["user", "channel", "thread"]

CHANNEL = "slack"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: a channel of a workspace, and a thread in it if not None.

    With a `reply_url` it goes there instead, seen by the asker alone (slash commands; good for five posts in half an
    hour, see https://docs.slack.dev/interactivity/handling-user-interaction#message_responses).
    """

    team: str
    channel: str
    thread: str | None = None
    reply_url: str | None = None

    @property
    def is_direct(self) -> bool:
        """Whether this is the talk between one user and the bot."""
        return self.channel.startswith("D")

    def name_of(self, ts: str) -> str:
        """The name of the message `ts` that stands here: unlike the time stamp, no other message has it."""
        return f"{self.team}:{self.channel}:{ts}"


def team_of(body: Mapping[str, Any]) -> str:
    """The workspace that a body is for: of one shared between workspaces, the one where the bot is installed."""
    match body:
        case {"authorizations": [{"team_id": str(team)}, *_]}:
            return team
        case {"team_id": str(team)} | {"team": {"id": str(team)}}:
            return team
        case {"authorizations": [{"enterprise_id": str(team)}, *_]} | {"enterprise": {"id": str(team)}}:
            return team
    return ""


def bot_user_of(body: Mapping[str, Any]) -> str:
    """The bot's own user as the event names it; "" when it does not."""
    match body:
        case {"authorizations": [{"user_id": str(user)}, *_]}:
            return user
    return ""


def conversation_of(user: str, place: Place, granularity: Granularity) -> str:
    """Whose slots and context a message shares. The workspace is in it, so that two of them never meet."""
    here = f"{CHANNEL}:{place.team}"
    if granularity == "user":
        return f"{here}:{user}"
    if place.reply_url is not None and not place.is_direct:  # the others in the channel do not see this talk
        return f"{here}:{place.channel}:{user}"
    if granularity == "channel" or place.thread is None:  # a direct message outside threads is one long talk
        return f"{here}:{place.channel}"
    return f"{here}:{place.channel}:{place.thread}"
