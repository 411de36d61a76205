"""What Slack sends: the bodies of events and presses, and the signature that comes with them over HTTP.

Sources: https://docs.slack.dev/reference/events, .../reference/interaction-payloads/block_actions-payload and
.../authentication/verifying-requests-from-slack.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

BOT_USER = "UBOT00001"
USER = "U0000ANNE"
BOT_TOKEN = "xoxb-stand-in-token"
APP_TOKEN = "xapp-stand-in-token"
SIGNING_SECRET = "stand-in-signing-secret"

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Signed:
    """A body and the headers to post it with."""

    content: bytes
    headers: Mapping[str, str]


def message(text: str, *, channel: str = "D0000DM", user: str = USER, **more: Any) -> dict[str, Any]:
    """The body of a message event, with ids of its own. In a channel, pass channel="C..."."""
    number = next(_numbers)
    said = {
        "type": "message",
        "channel": channel,
        "channel_type": "im" if channel.startswith("D") else "channel",
        "user": user,
        "text": text,
        "ts": f"1700000000.{number:06d}",
        "client_msg_id": f"client-{number}",
        "team": "T0000TEAM",
    }
    return event(said | more)


def mention(text: str, *, channel: str = "C0000HELP", **more: Any) -> dict[str, Any]:
    """The body of an app_mention event."""
    body = message(f"<@{BOT_USER}> {text}", channel=channel, **more)
    body["event"]["type"] = "app_mention"
    del body["event"]["channel_type"]
    return body


def event(said: Mapping[str, Any]) -> dict[str, Any]:
    """Any event in its envelope."""
    return {
        "type": "event_callback",
        "token": "deprecated",
        "team_id": "T0000TEAM",
        "api_app_id": "A0000APP",
        "event_id": f"Ev{next(_numbers):08d}",
        "event_time": int(time.time()),
        "authorizations": [{"team_id": "T0000TEAM", "user_id": BOT_USER, "is_bot": True}],
        "event": dict(said),
    }


def press(posted: Mapping[str, Any], ts: str, title: str, *, user: str = USER) -> dict[str, Any]:
    """The body of a press of the button `title` in a message: the arguments it was posted with, and its time."""
    blocks: Sequence[dict[str, Any]] = [{"block_id": f"b{i}", **block} for i, block in enumerate(posted["blocks"])]
    block, element = next(
        (block, element)
        for block in blocks
        if block["type"] != "context"
        for element in [*block.get("elements", []), block.get("accessory")]
        if element and (element.get("text", {}).get("text") == title or _option(element, title))
    )
    option = _option(element, title)
    seen = {"type": "message", "user": BOT_USER, "ts": ts, "text": "…", "blocks": blocks}
    if posted.get("thread_ts"):
        seen["thread_ts"] = posted["thread_ts"]
    return {
        "type": "block_actions",
        "team": {"id": "T0000TEAM", "domain": "stand-in"},
        "user": {"id": user, "username": "anne", "team_id": "T0000TEAM"},
        "channel": {"id": posted["channel"], "name": "help"},
        "container": {"type": "message", "message_ts": ts, "channel_id": posted["channel"]},
        "trigger_id": "1.2.3",
        "response_url": "http://127.0.0.1:1/response",
        "message": seen,
        "actions": [{**element, **option, "block_id": block["block_id"], "action_ts": f"{time.time():.6f}"}],
    }


def _option(element: Mapping[str, Any], title: str) -> dict[str, Any]:
    """What picking `title` from a select adds; nothing where there is none."""
    for option in element.get("options", []):
        if option["text"]["text"] == title:
            return {"selected_option": option}
    return {}


def hello(connections: int, lifetime: int) -> dict[str, Any]:
    """What a Socket Mode connection begins with."""
    return {
        "type": "hello",
        "num_connections": connections,
        "debug_info": {"host": "stand-in", "approximate_connection_time": lifetime},
        "connection_info": {"app_id": "A0000APP"},
    }


def edited(body: Mapping[str, Any], text: str, *, at: str = "1700009999.000001") -> dict[str, Any]:
    """The body of the event that tells of an edit of a message."""
    was = body["event"]
    kept = {key: was[key] for key in ("type", "user", "ts", "thread_ts", "client_msg_id", "text") if key in was}
    now = kept | {"type": "message", "text": text, "edited": {"user": was["user"], "ts": at}}
    return _hidden(was, {"subtype": "message_changed", "message": now, "previous_message": kept})


def deleted(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body of the event that tells of the deletion of a message."""
    was = body["event"]
    kept = {key: was[key] for key in ("type", "user", "ts", "text") if key in was}
    return _hidden(was, {"subtype": "message_deleted", "deleted_ts": was["ts"], "previous_message": kept})


def _hidden(was: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    where = {"channel": was["channel"], "channel_type": was.get("channel_type", "channel")}
    return event({"type": "message", "hidden": True, "ts": f"1700010000.{next(_numbers):06d}", **where, **more})


def command(text: str, reply_url: str, *, channel: str = "C0000HELP", user: str = USER) -> dict[str, Any]:
    """The body of a slash command; over HTTP it is a form."""
    number = next(_numbers)
    return {
        "command": "/ripen",
        "text": text,
        "team_id": "T0000TEAM",
        "user_id": user,
        "channel_id": channel,
        "channel_name": "help",
        "api_app_id": "A0000APP",
        "response_url": reply_url,
        "trigger_id": f"{number}.2.3",
    }


def reaction(kind: str, name: str, channel: str, ts: str, *, user: str = USER) -> dict[str, Any]:
    """The body of reaction_added or reaction_removed, at a message of the bot's."""
    item = {"type": "message", "channel": channel, "ts": ts}
    return event({"type": kind, "user": user, "reaction": name, "item": item, "item_user": BOT_USER, "event_ts": "1.1"})


def signed(body: Mapping[str, Any] | bytes, *, secret: str = SIGNING_SECRET, age: int = 0, retry: int = 0) -> Signed:
    """A request as Slack posts it: JSON for events, a form for presses, with v0 signature and time stamp."""
    if isinstance(body, bytes):
        raw, kind = body, "application/json"
    elif "command" in body:
        raw, kind = urlencode(body).encode(), "application/x-www-form-urlencoded"
    elif body.get("type") == "block_actions":
        raw, kind = urlencode({"payload": json.dumps(body)}).encode(), "application/x-www-form-urlencoded"
    else:
        raw, kind = json.dumps(body).encode(), "application/json"
    stamp = str(int(time.time()) - age)
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256).hexdigest()
    headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
    if retry:
        headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
    return Signed(raw, headers)
