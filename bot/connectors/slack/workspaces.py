"""The workspaces that the bot is in: who it is there, and the clients with which it speaks."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import SlackSettings
from bot.connectors.installations import Installations
from bot.connectors.slack.clock import SlackClock
from bot.connectors.slack.places import CHANNEL
from bot.connectors.slack.secrets import Secrets
from bot.connectors.slack.web_api import SECONDS, UNREACHABLE, is_passing, make_client, reason
from bot.errors import ConnectorError

KNOWN_SECONDS = 60.0
"""How long an installation is believed without a look at the store: another process may have renewed it."""

DOUBT_SECONDS = 60.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Workspace:
    """One of them. `client` tries again by itself; `poster` leaves that to delivery.py, which never says twice."""

    team: str
    bot_user: str
    client: AsyncWebClient
    poster: AsyncWebClient


class Workspaces:
    """With one bot token, one workspace, whatever the team of an event: channels may be shared between workspaces.

    With OAuth, a workspace is where the bot was installed; a bot token, if there is one, is for its own.
    """

    def __init__(
        self, settings: SlackSettings, secrets: Secrets, installations: Installations, clock: SlackClock
    ) -> None:
        self._settings = settings
        self._secrets = secrets
        self._installations = installations
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._home: Workspace | None = None
        self._asking: asyncio.Task[None] | None = None
        self._doubt_again = 0.0
        self._known: dict[str, tuple[float, Workspace]] = {}

    async def start(self) -> None:
        """Open connections, and learn who we are. Raises ConnectorError when Slack refuses the bot token."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS))
        if self._secrets.bot_token is not None:
            self._home = self._make("", "", self._secrets.bot_token)
            await self._identify(self._home, self._secrets.bot_token)
        else:
            await self._ask_time()

    async def close(self) -> None:
        """Let go of the connections."""
        if self._asking:
            self._asking.cancel()
        if self._session:
            await self._session.close()

    async def find(self, team: str) -> Workspace | None:
        """The workspace of an event; None when the bot is not installed there (any more). May raise StoreError."""
        if self._secrets.client is None or (self._home and self._home.team == team):
            return self._home
        kept_until, known = self._known.get(team, (0.0, None))
        if known is None or time.monotonic() > kept_until:
            known = await self._look_up(team)
        return known

    @property
    def home_team(self) -> str:
        """The workspace of the bot token; "" without one, or as long as Slack was not reached."""
        return self._home.team if self._home else ""

    def bot_user(self, team: str) -> str:
        """The bot's own user in a workspace, as far as it is known without asking anyone; "" otherwise."""
        _, known = self._known.get(team, (0.0, self._home))
        return known.bot_user if known else ""

    def doubt_time(self) -> None:
        """Ask Slack what time it is, in the background, at most once a minute."""
        if time.monotonic() >= self._doubt_again:
            self._doubt_again = time.monotonic() + DOUBT_SECONDS
            self._asking = asyncio.create_task(self._ask_time())

    async def remove(self, team: str, at: float) -> None:
        """The bot was removed from a workspace at `at`, in seconds since the epoch; it may be back already."""
        kept = await self._installations.find(CHANNEL, team)
        if kept is not None and int(kept.get("installed_at") or 0) <= at:
            await self._installations.remove(CHANNEL, team)
        self._known.pop(team, None)

    async def _look_up(self, team: str) -> Workspace | None:
        kept = await self._installations.find(CHANNEL, team)
        if kept is None:
            self._known.pop(team, None)
            return None
        found = self._make(team, str(kept.get("bot_user_id") or ""), str(kept["bot_token"]))
        self._known[team] = (time.monotonic() + KNOWN_SECONDS, found)
        return found

    async def _ask_time(self) -> None:
        client = make_client(None, self._settings.api_url, retries=False)
        client.session = self._session
        try:
            self._clock.learn((await client.api_test()).headers)
        except (SlackApiError, *UNREACHABLE) as error:
            log.warning("Slack: cannot be asked for the time: %s.", reason(error))

    def _make(self, team: str, bot_user: str, token: str) -> Workspace:
        client, poster = (make_client(token, self._settings.api_url, retries=again) for again in (True, False))
        client.session = poster.session = self._session
        return Workspace(team, bot_user, client, poster)

    async def _identify(self, home: Workspace, token: str) -> None:
        try:
            identity = await home.client.auth_test()
        except SlackApiError as error:
            if is_passing(error):
                log.warning("Slack: the bot token cannot be checked: %s.", reason(error))
                return
            name = self._settings.bot_token_env
            raise ConnectorError(
                f"Slack refuses the bot token in {name}: {reason(error)}. Copy it again from "
                '"OAuth & Permissions" of your app at https://api.slack.com/apps, and restart.'
            ) from None
        except UNREACHABLE as error:
            log.warning("Slack: %s cannot be reached: %s.", self._settings.api_url, reason(error))
            return
        self._clock.learn(identity.headers)
        self._home = self._make(str(identity.get("team_id") or ""), str(identity.get("user_id") or ""), token)
