"""What is missing between the bot and Slack, as far as Slack tells; and what it does not tell."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier

from bot.config import SlackSettings
from bot.connectors.slack.clock import SlackClock
from bot.connectors.slack.http_events import PATH
from bot.connectors.slack.oauth import INSTALL
from bot.connectors.slack.scopes import EVENTS, SCOPES
from bot.connectors.slack.secrets import Secrets, read_secrets
from bot.connectors.slack.web_api import UNREACHABLE, is_passing, make_client, reason
from bot.errors import ConnectorError

SECONDS = aiohttp.ClientTimeout(total=10)
CHALLENGE = "ripen-slack-check"
WHERE = "of your app at https://api.slack.com/apps"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. "unknown" is what Slack tells no bot."""

    kind: Literal["ok", "wrong", "unknown"]
    text: str


async def check(settings: SlackSettings, environ: Mapping[str, str], url: str | None) -> AsyncIterator[Finding]:
    """Everything that can be checked, in the order in which it is set up. `url` is where the bot is, seen by Slack."""
    try:
        secrets = read_secrets(settings, environ)
    except ConnectorError as error:
        yield Finding("wrong", str(error))
        return
    clock = SlackClock()
    if secrets.bot_token is not None:
        async for finding in _check_bot_token(settings, secrets.bot_token, clock):
            yield finding
    if secrets.bot_token is not None and settings.handoff_channel is not None:
        yield await _check_desk(settings, secrets.bot_token, settings.handoff_channel)
    if secrets.app_token is not None:
        yield await _check_app_token(settings, secrets.app_token)
    if secrets.signing_secret is not None:
        yield await _check_address(url, secrets.signing_secret, clock)
    if secrets.client is not None:
        yield Finding(
            "unknown", f"OAuth: that the client id and secret are good shows when you install at {url or ''}{INSTALL}."
        )
        kept = "encrypted" if secrets.keys else "kept in the clear; slack.encryption_key_env would encrypt them"
        yield Finding("ok", f"OAuth: the workspaces' tokens are {kept}")
    for finding in _unseen(secrets):
        yield finding


async def _check_bot_token(settings: SlackSettings, token: str, clock: SlackClock) -> AsyncIterator[Finding]:
    name = settings.bot_token_env
    if not token.startswith(("xoxb-", "xoxe.xoxb-")):
        yield Finding("wrong", f"{name} is no bot token, which starts with xoxb-. Copy it from OAuth & Permissions.")
        return
    try:
        identity = await make_client(token, settings.api_url).auth_test()
    except (SlackApiError, *UNREACHABLE) as error:
        yield Finding("wrong", _why(error, name, "OAuth & Permissions", settings.api_url))
        return
    clock.learn(identity.headers)
    yield Finding("ok", f"bot token: {identity.get('user')} in the workspace {identity.get('team')}")
    held = _scopes(identity.headers)
    if held is None:
        yield Finding("unknown", "scopes: Slack did not say which ones the token has.")
        return
    for scope, purpose in SCOPES.items():
        if scope not in held:
            where = f"Add it under OAuth & Permissions {WHERE}, and install the app again."
            yield Finding("wrong", f"the scope {scope} is missing. It is for {purpose}. {where}")
    if held >= SCOPES.keys():
        yield Finding("ok", f"all {len(SCOPES)} scopes")


async def _check_desk(settings: SlackSettings, token: str, channel: str) -> Finding:
    """Reading takes what writing takes, that the bot is in the channel, and nobody sees it."""
    try:
        await make_client(token, settings.api_url).conversations_history(channel=channel, limit=1)
    except (SlackApiError, *UNREACHABLE) as error:
        if is_passing(error):
            return Finding("unknown", f"slack.handoff_channel {channel}: cannot be asked for now: {reason(error)}.")
        mend = "Is it the channel's id, as in its link, and is the bot in it? /invite it there."
        return Finding("wrong", f"slack.handoff_channel {channel}: Slack says {reason(error)}. {mend}")
    return Finding("ok", f"slack.handoff_channel: the bot is in {channel}")


async def _check_app_token(settings: SlackSettings, token: str) -> Finding:
    name = settings.app_token_env
    if not token.startswith("xapp-"):
        return Finding("wrong", f"{name} is no app token, which starts with xapp-. Make one under Basic Information.")
    try:
        await make_client(None, settings.api_url).apps_connections_open(app_token=token)
    except (SlackApiError, *UNREACHABLE) as error:
        if reason(error) in ("missing_scope", "not_allowed_token_type"):
            made = f'Make another under Basic Information, App-Level Tokens {WHERE}, with "connections:write".'
            return Finding("wrong", f"{name} lacks the scope connections:write. {made}")
        return Finding("wrong", _why(error, name, "Basic Information, App-Level Tokens", settings.api_url))
    return Finding("ok", "app token: Slack gives an address for Socket Mode")


async def _check_address(url: str | None, secret: str, clock: SlackClock) -> Finding:
    """Ask the running bot what Slack asks it when its address is entered."""
    if url is None:
        return Finding("unknown", "address: not tried. Name your bot's with --url, and it is asked as Slack would.")
    body = json.dumps({"type": "url_verification", "token": "-", "challenge": CHALLENGE})
    stamp = str(int(clock.now()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body) or ""
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature, "Content-Type": "application/json"}
    address = f"{url.rstrip('/')}{PATH}"
    try:
        async with (
            aiohttp.ClientSession(timeout=SECONDS) as session,
            session.post(address, data=body, headers=headers, allow_redirects=False) as response,
        ):
            status, said = response.status, await response.text()
    except (ValueError, *UNREACHABLE) as error:
        return Finding("wrong", f"address: {address} cannot be reached: {type(error).__name__}. Is the bot running?")
    return _judge(address, status, said)


def _judge(address: str, status: int, said: str) -> Finding:
    if status == 200 and CHALLENGE in said:
        return Finding("ok", f"address: {address} answers, with the same signing secret")
    known = {
        401: "it has another signing secret, or its clock is wrong. Compare SLACK_SIGNING_SECRET there and here.",
        404: "no bot on Slack is there. Does its config.yml have a `slack` section, and no app token?",
        503: "the bot is just stopping.",
    }
    return Finding("wrong", f"address: {address} answered {status}: {known.get(status, 'something else is there.')}")


def _unseen(secrets: Secrets) -> list[Finding]:
    how = "Socket Mode on" if secrets.app_token else "the request URL"
    events = ", ".join(EVENTS)
    note = f"Compare with `ripen slack manifest`, under App Manifest {WHERE}."
    return [
        Finding("unknown", f"events: Slack tells no bot which ones it is sent. Wanted: {events}. {note}"),
        Finding("unknown", f"switches: nor these: {how}, Interactivity, App Home, the slash command. {note}"),
    ]


def _why(error: Exception, name: str, page: str, api_url: str) -> str:
    if is_passing(error):
        return f"{api_url} cannot be asked now: {reason(error)}. Try again later."
    return f"Slack refuses {name}: {reason(error)}. Copy it again from {page} {WHERE}."


def _scopes(headers: Mapping[str, Any]) -> frozenset[str] | None:
    said = next((str(value) for name, value in headers.items() if name.lower() == "x-oauth-scopes"), None)
    return None if said is None else frozenset(scope.strip() for scope in said.split(","))
