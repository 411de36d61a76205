"""The bot on Slack. Write down first, acknowledge then, work after: Slack waits three seconds and sends again."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from slack_bolt import BoltResponse
from starlette.routing import Route

from bot.config import SlackSettings
from bot.connectors.base import Bot
from bot.connectors.desk import Desk
from bot.connectors.feedback import FeedbackStore, InMemoryFeedback
from bot.connectors.inbox import Entry, Inbox, InMemoryInbox
from bot.connectors.installations import InMemoryInstallations, InstallationStore
from bot.connectors.slack.arrivals import Arrivals
from bot.connectors.slack.clock import SlackClock
from bot.connectors.slack.desk import SlackDesk
from bot.connectors.slack.desk_events import AT, BringConversation, BringEnd, BringLine, DeskEvent, read_desk
from bot.connectors.slack.gate import Gate
from bot.connectors.slack.http_events import event_route
from bot.connectors.slack.incoming import Incoming, Withdrawn, read_said
from bot.connectors.slack.link import Link
from bot.connectors.slack.oauth import oauth_routes
from bot.connectors.slack.places import CHANNEL, team_of
from bot.connectors.slack.presses import Press, read_press
from bot.connectors.slack.sealing import SealedInstallations
from bot.connectors.slack.secrets import read_secrets
from bot.connectors.slack.signals import Removed, Signal, read_command, read_signal
from bot.connectors.slack.surfaces import Surfaces
from bot.connectors.slack.thinking import Thinking
from bot.connectors.slack.turns import Turns
from bot.connectors.slack.workspaces import Workspaces
from bot.errors import ConnectorError

FINISH_SECONDS = 10.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stores:
    """What has to outlive the process. The defaults do not: they are for trying things out.

    With a `desk`, and `handoff_channel` in the settings, that channel is where agents answer.
    """

    inbox: Inbox = field(default_factory=InMemoryInbox)
    feedback: FeedbackStore = field(default_factory=InMemoryFeedback)
    installations: InstallationStore = field(default_factory=InMemoryInstallations)
    desk: Desk | None = None


class SlackConnector:
    """Slack on one side, the bot on the other.

    Over HTTP, mount `routes()` in the web application; with an app token, Socket Mode needs no route. Call `start()`
    and `stop()` from the application's lifespan.
    """

    def __init__(
        self, settings: SlackSettings, bot: Bot, stores: Stores, environ: Mapping[str, str] = os.environ
    ) -> None:
        """Raises SecretMissing when a variable that `settings` names is not set, ConnectorError for a bad key."""
        self._settings = settings
        self._secrets = read_secrets(settings, environ)
        self._stores = stores
        self._clock = SlackClock()
        self._installations = SealedInstallations(
            stores.installations, self._secrets.keys, settings.encryption_key_env or ""
        )
        self._workspaces = Workspaces(settings, self._secrets, self._installations, self._clock)
        self._arrivals = Arrivals(stores.inbox, self._work)
        self._turns = Turns(bot, stores.feedback, self._arrivals, Thinking(settings.thinking))
        self._surfaces = Surfaces(settings, bot, stores.feedback)
        self._desk = self._make_desk(stores.desk)
        self._watching: asyncio.Task[None] | None = None
        self._gate = Gate(self._receive)
        self._link = Link(self._gate, self._secrets.app_token, settings) if self._secrets.app_token else None

    @property
    def in_flight(self) -> int:
        """How many turns are acknowledged and not yet answered."""
        return len(self._arrivals)

    def routes(self) -> list[Route]:
        """What to mount in the web application: POST /slack/events, except in Socket Mode; with OAuth, installing."""
        found = []
        if self._secrets.signing_secret is not None:
            doubt = self._workspaces.doubt_time
            found.append(event_route(self._gate, self._secrets.signing_secret, self._clock, doubt))
        if self._secrets.client is not None:
            inbox = self._stores.inbox
            found += oauth_routes(self._settings, self._secrets.client, self._installations, inbox)
        return found

    async def start(self) -> None:
        """Check the tokens and, in Socket Mode, connect.

        Raises ConnectorError when Slack refuses a token, or the tokens of workspaces cannot be read.

        An unreachable Slack does not stop the bot from serving its other channels: it is a warning, and Socket Mode
        goes on trying.
        """
        try:
            if self._secrets.client is not None:
                await self._installations.seal_all()
            await self._workspaces.start()
            if self._desk is not None and self._secrets.bot_token is None:
                name = self._settings.bot_token_env
                raise ConnectorError(
                    f"slack.handoff_channel is posted to with a bot token: set {name}, or take it out."
                )
            if self._link:
                await self._link.start()
        except BaseException:
            await self.stop()
            raise
        self._arrivals.start()
        if self._desk is not None:
            self._watching = asyncio.create_task(self._desk.watch())

    async def stop(self) -> None:
        """Take nothing new, finish what is being answered (at most ten seconds), close the connections.

        What is not finished by then stays in the inbox, for the process that comes next.
        """
        self._gate.closing = True
        if self._watching is not None:
            self._watching.cancel()
        await asyncio.sleep(0)  # what was acknowledged a moment ago becomes a turn first
        await self._arrivals.finish(FINISH_SECONDS)
        if self._link:
            await self._link.stop()
        await self._workspaces.close()

    async def _receive(self, body: Mapping[str, Any]) -> BoltResponse:
        """What Slack sent, found genuine. The response acknowledges it."""
        arrival = self._read(body)
        if arrival is not None:
            kept = {key: value for key, value in body.items() if key != "token"}  # deprecated, but a secret
            if "command" in body:
                kept[AT] = time.time()
            await self._arrivals.accept(Entry(CHANNEL, arrival.ids, arrival.sender_id, kept))
        return BoltResponse(status=200, body="")

    async def _work(self, entry: Entry, again: bool) -> None:
        arrival, team = self._read(entry.body), team_of(entry.body)
        if isinstance(arrival, BringConversation | BringLine | BringEnd):  # from us and not from Slack, so of no team
            team = self._workspaces.home_team
        if isinstance(arrival, Removed):
            await self._workspaces.remove(arrival.team, arrival.at)
            return
        workspace = await self._workspaces.find(team)
        if arrival is None or workspace is None:
            log.warning("Slack: an event for the workspace %s, where the bot is not installed, is left.", team)
        elif isinstance(arrival, DeskEvent):
            assert self._desk is not None  # noqa: S101 - nothing is read as such without one
            await self._desk.take(workspace, arrival, again=again)
        elif isinstance(arrival, Incoming | Withdrawn | Press):
            await self._turns.take(workspace, arrival, again=again)
        else:
            await self._surfaces.take(workspace, arrival, again=again)

    def _make_desk(self, desk: Desk | None) -> SlackDesk | None:
        channel, patience = self._settings.handoff_channel, timedelta(seconds=self._settings.handoff_away_after)
        return SlackDesk(desk, channel, patience, self._arrivals) if desk is not None and channel is not None else None

    def _read(self, body: Mapping[str, Any]) -> Incoming | Withdrawn | Press | Signal | DeskEvent | None:
        granularity = self._settings.conversation
        if self._desk is not None:
            seen = read_desk(body, self._workspaces.bot_user(team_of(body)), self._desk.channel)
            if seen is not None:
                return seen
        if "command" in body:
            return read_command(body, granularity)
        if body.get("type") == "block_actions":
            return read_press(body, granularity)
        if body.get("type") == "event_callback":
            bot_user = self._workspaces.bot_user(team_of(body))
            said = read_said(body, bot_user, granularity, threads=self._settings.direct == "threads")
            if self._desk is not None and isinstance(said, Incoming) and self._desk.owns(said):
                return None
            return said or read_signal(body, bot_user)
        return None
