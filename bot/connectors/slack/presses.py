"""Pressed buttons and chosen options -> Message, and what to do to the message that they stood in. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field, ValidationError

from bot.connectors.slack.blocks import ACTION_ID
from bot.connectors.slack.incoming import Incoming, message_from
from bot.connectors.slack.payloads import Named, Payload
from bot.connectors.slack.places import Granularity, Place, team_of


@dataclass(frozen=True, slots=True)
class Press:
    """A press: the message that it makes, and the Slack message to take the buttons from."""

    incoming: Incoming
    message_ts: str
    blocks: tuple[dict[str, Any], ...]
    block_id: str
    title: str
    user: str

    @property
    def ids(self) -> tuple[str, ...]:
        """See Incoming."""
        return self.incoming.ids

    @property
    def sender_id(self) -> str:
        """Who pressed."""
        return self.user


class _Words(Payload):
    text: str = ""


class _Option(Payload):
    value: str
    text: _Words = _Words()


class _Action(Payload):
    block_id: str
    action_id: str = ""
    value: str | None = None
    text: _Words | str = _Words()
    selected_option: _Option | None = None
    selected_date: str | None = None
    selected_time: str | None = None


class _Pressed(Payload):
    ts: str
    thread_ts: str | None = None
    blocks: list[dict[str, Any]] = Field(default_factory=list)


class _Container(Payload):
    message_ts: str
    channel_id: str
    thread_ts: str | None = None
    is_ephemeral: bool = False


class _Actions(Payload):
    user: Named
    actions: list[_Action]
    container: _Container | None = None
    channel: Named | None = None
    message: _Pressed | None = None
    response_url: str | None = None


def read_press(body: Mapping[str, Any], granularity: Granularity) -> Press | None:
    """A `block_actions` payload; None when it carries no value, or comes from no message."""
    try:
        seen = _Actions.model_validate(body)
    except ValidationError:
        return None
    found = _where(seen, team_of(body))
    if found is None or not seen.actions:
        return None
    place, message = found
    action = seen.actions[0]
    value, title = _choice(action)
    if not value:
        return None
    # Not the press's own time: a second press, before the buttons are gone, is a repeat of the first. Of our own
    # buttons one in a message can be pressed, of an author's blocks one in a block.
    name = place.name_of(message.ts)
    name = f"{name}:pressed" if action.action_id.startswith(f"{ACTION_ID}:") else f"{name}:{action.block_id}"
    return Press(
        incoming=Incoming(
            message_from(value, seen.user.id, place, name, granularity), place, (name,), since=message.ts
        ),
        message_ts=message.ts,
        blocks=tuple(message.blocks),
        block_id=action.block_id,
        title=title,
        user=seen.user.id,
    )


def _where(seen: _Actions, team: str) -> tuple[Place, _Pressed] | None:
    """The place of the answer and the message that was pressed. What only one user sees comes without its blocks."""
    container = seen.container
    if container and container.is_ephemeral:
        place = Place(team, container.channel_id, container.thread_ts, seen.response_url)
        return place, seen.message or _Pressed(ts=container.message_ts)
    if seen.channel is None or seen.message is None:
        return None
    direct = seen.channel.id.startswith("D")
    thread = seen.message.thread_ts if direct else seen.message.thread_ts or seen.message.ts
    return Place(team, seen.channel.id, thread), seen.message


def _choice(action: _Action) -> tuple[str | None, str]:
    """What comes back to the bot, and how it was called on the screen."""
    option = action.selected_option
    if option:
        return option.value, option.text.text
    picked = action.selected_date or action.selected_time
    if picked:
        return picked, picked
    return action.value, action.text if isinstance(action.text, str) else action.text.text
