"""Installing the bot in several workspaces: Bolt's OAuth flow over the stores that all processes share.

See https://docs.slack.dev/authentication/installing-with-oauth.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.config import SlackSettings
from bot.connectors.inbox import Entry, Inbox
from bot.connectors.installations import Installations
from bot.connectors.slack.places import CHANNEL
from bot.connectors.slack.quiet import quiet_logger
from bot.connectors.slack.scopes import SCOPES
from bot.connectors.slack.secrets import Client
from bot.connectors.slack.web_api import UNREACHABLE, make_client, reason
from bot.errors import StoreError

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
STATE_CHANNEL = "slack-oauth"
STATE_SECONDS = 600
KEPT = ("team_id", "team_name", "enterprise_id", "bot_id", "bot_user_id", "bot_token", "bot_scopes", "installed_at")
"""Of an installation. No user's token: the bot speaks as itself alone."""

log = logging.getLogger(__name__)


def oauth_routes(settings: SlackSettings, client: Client, installations: Installations, inbox: Inbox) -> list[Route]:
    """GET /slack/install, which leads to Slack, and where Slack leads back to."""
    logger = quiet_logger("bot.connectors.slack.oauth", logging.WARNING)
    oauth = AsyncOAuthSettings(
        client_id=client.id,
        client_secret=client.secret,
        scopes=sorted(SCOPES),
        user_scopes=[],
        install_path=INSTALL,
        redirect_uri_path=REDIRECT,
        installation_store=_Keeper(installations),
        state_store=_States(inbox),
        state_expiration_seconds=STATE_SECONDS,
        logger=logger,
    )
    flow = AsyncOAuthFlow(client=make_client(None, settings.api_url), logger=logger, settings=oauth)
    return [_route(INSTALL, flow.handle_installation), _route(REDIRECT, flow.handle_callback)]


def _route(path: str, handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> Route:
    async def serve(request: Request) -> Response:
        try:
            return to_starlette_response(await handle(to_async_bolt_request(request, b"")))
        except (SlackApiError, StoreError, *UNREACHABLE) as error:
            why = str(error) if isinstance(error, StoreError) else reason(error)
            log.error("Slack: an installation was not finished: %s.", why)
            return Response("The installation could not be finished. Please try again.", HTTPStatus.BAD_GATEWAY)

    return Route(path, serve, methods=["GET"])


class _Keeper(AsyncInstallationStore):
    """Slack's installations in ours. Finding them is for workspaces.py."""

    def __init__(self, installations: Installations) -> None:
        self._installations = installations

    async def async_save(self, installation: Installation) -> None:
        team = installation.enterprise_id if installation.is_enterprise_install else installation.team_id
        body: dict[str, Any] = {name: getattr(installation, name) for name in KEPT}
        await self._installations.save(CHANNEL, team or "", body)


class _States(AsyncOAuthStateStore):
    """States that were issued by any process, each good once and for ten minutes."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def async_issue(self, *_: Any, **__: Any) -> str:
        state = f"{int(time.time())}-{secrets.token_urlsafe(32)}"
        await self._know(f"issued:{state}")
        return state

    async def async_consume(self, state: str) -> bool:
        issued, _, __ = state.partition("-")
        if not issued.isdigit() or time.time() - int(issued) > STATE_SECONDS:
            return False
        # A name that cannot be written anew was written before.
        return not await self._know(f"issued:{state}") and await self._know(f"used:{state}")

    async def _know(self, name: str) -> bool:
        first = await self._inbox.keep(Entry(STATE_CHANNEL, (name,), "", {}))
        if first:
            await self._inbox.strike(STATE_CHANNEL, name)
        return first
