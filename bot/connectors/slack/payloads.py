"""Shapes in what Slack sends that more than one of our readers meets, and what they have in common. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.connectors.slack.places import Place, team_of

SAID = frozenset({None, "file_share", "thread_broadcast", "me_message"})
"""Subtypes that a user's own words come with; all others tell of joins, topics and the like."""

SLACKBOT = "USLACKBOT"


class Payload(BaseModel):
    """A part of what Slack sends: strict about what is read, and blind to the rest."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Named(Payload):
    """A user or a channel, where Slack tells more of it than its id."""

    id: str


class SlashCommand(Payload):
    """See https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling."""

    user_id: str
    channel_id: str
    response_url: str
    trigger_id: str
    text: str = ""

    def locate(self, body: Mapping[str, Any]) -> tuple[Place, str]:
        """Where its answer goes, which only the asker sees, and the name of the command; `body` is the whole of it."""
        place = Place(team_of(body), self.channel_id, reply_url=self.response_url)
        return place, place.name_of(f"command:{self.trigger_id}")


def event_ids(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The id that all of Slack's repeats of an event share."""
    match body:
        case {"event_id": str(event_id)}:
            return (f"event:{event_id}",)
    return ()
