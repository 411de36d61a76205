"""The methods of Slack's Web API that the stand-in serves, and the scopes that they need.

Source: https://docs.slack.dev/reference/methods, a page for each.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.standins.slack_payloads import USER

if TYPE_CHECKING:
    from tests.standins.slack import SlackStandIn

SCOPES = frozenset({
    "app_mentions:read", "assistant:write", "channels:history", "chat:write", "commands", "groups:history",
    "im:history", "mpim:history", "reactions:read", "users:read",
})  # fmt: skip

CLIENT = "Basic " + b64encode(b"1.2:client-secret").decode()
"""With what an app proves who it is where it has no token yet."""


@dataclass(frozen=True)
class Call:
    """One Web API call: the method, its arguments and the bearer token."""

    method: str
    arguments: Mapping[str, Any]
    token: str


@dataclass(frozen=True)
class Identity:
    """Whose token it is."""

    team: str
    bot_user: str


def scope_of(method: str, arguments: Mapping[str, Any]) -> str | None:
    """The scope without which a call is refused."""
    if method in ("conversations.history", "conversations.replies"):
        kinds = {"D": "im:history", "G": "groups:history"}
        return kinds.get(str(arguments.get("channel"))[:1], "channels:history")
    if method == "assistant.threads.setStatus":
        return "chat:write"  # and, for the time being, assistant:write
    room = method.rpartition(".")[0]
    return {
        "chat": "chat:write",
        "reactions": "reactions:read",
        "assistant.threads": "assistant:write",
        "users": "users:read",
    }.get(room)


def _auth_test(slack: SlackStandIn, call: Call) -> dict[str, Any]:
    who = slack.tokens[call.token]
    return {"user_id": who.bot_user, "bot_id": "B0000BOT", "team_id": who.team, "user": "ripen", "team": "Stand-in"}


def _post(slack: SlackStandIn, call: Call) -> dict[str, Any]:
    return {
        "channel": call.arguments["channel"],
        "ts": slack.posted_ts(call),
        "message": {"text": call.arguments["text"]},
    }


def _read(slack: SlackStandIn, call: Call) -> dict[str, Any]:
    """What was posted in a channel (newest first) or thread after `oldest`, by pages; metadata on request only."""
    where, own = call.arguments, slack.tokens[call.token].bot_user
    parent = [_parent(slack, call, posted) for posted in slack.posted if slack.posted_ts(posted) == where.get("ts")]
    found = [*parent, *slack.threads.get(where.get("ts", ""), [])]
    for posted in slack.posted:
        ts = slack.posted_ts(posted)
        here = posted.arguments["channel"] == where["channel"] and posted.arguments.get("thread_ts") == where.get("ts")
        if here and posted.token == call.token and float(ts) > float(where.get("oldest", 0)):
            more = {"metadata": posted.arguments.get("metadata")} if where.get("include_all_metadata") else {}
            found.append({"user": own, "ts": ts, "text": posted.arguments["text"], **more})
    if call.method == "conversations.history":
        found.reverse()
    start, size = int(where.get("cursor") or 0), int(where.get("limit") or 100)
    rest = len(found) > start + size
    more = {"response_metadata": {"next_cursor": str(start + size)}} if rest else {}
    return {"messages": found[start : start + size], "has_more": rest, **more}


def _parent(slack: SlackStandIn, call: Call, posted: Call) -> dict[str, Any]:
    """A message that a thread hangs on: it comes first, whatever `oldest` says."""
    own = slack.tokens[posted.token].bot_user
    shown = {key: posted.arguments[key] for key in ("text", "blocks") if posted.arguments.get(key)}
    return {"user": own, "ts": call.arguments["ts"], "thread_ts": call.arguments["ts"], **shown}


def _open(slack: SlackStandIn, _: Call) -> dict[str, Any]:
    return {"url": f"ws://127.0.0.1:{slack.port}/link?ticket={slack.ticket()}"}


def _reactions(slack: SlackStandIn, call: Call) -> dict[str, Any]:
    given = slack.reactions.get(call.arguments["timestamp"], {})
    listed = [{"name": name, "users": users, "count": len(users)} for name, users in given.items()]
    return {"type": "message", "message": {"ts": call.arguments["timestamp"], "reactions": listed}}


def _install(slack: SlackStandIn, call: Call) -> dict[str, Any]:
    """A code names the team that it installs the app in."""
    team = f"T{call.arguments['code']}"
    token = f"xoxb-{team}-token"
    slack.tokens[token] = Identity(team, f"UBOT{team}")
    return {
        "access_token": token,
        "token_type": "bot",
        "scope": ",".join(sorted(slack.scopes)),
        "bot_user_id": f"UBOT{team}",
        "app_id": "A0000APP",
        "team": {"id": team, "name": team},
        "enterprise": None,
        "authed_user": {"id": USER},
        "is_enterprise_install": False,
    }


def _user(_: SlackStandIn, call: Call) -> dict[str, Any]:
    name = str(call.arguments["user"])
    return {
        "user": {"id": name, "name": name.lower(), "profile": {"display_name": f"{name.title()} D.", "real_name": ""}}
    }


def _nothing(_: SlackStandIn, __: Call) -> dict[str, Any]:
    return {}


METHODS: Mapping[str, Callable[[SlackStandIn, Call], dict[str, Any]]] = {
    "api.test": _nothing,
    "apps.connections.open": _open,
    "assistant.threads.setStatus": _nothing,
    "assistant.threads.setSuggestedPrompts": _nothing,
    "assistant.threads.setTitle": _nothing,
    "auth.test": _auth_test,
    "chat.postMessage": _post,
    "chat.update": lambda _, call: {"channel": call.arguments["channel"], "ts": call.arguments["ts"]},
    "conversations.history": _read,
    "conversations.replies": _read,
    "oauth.v2.access": _install,
    "reactions.get": _reactions,
    "users.info": _user,
    "views.publish": _nothing,
}
