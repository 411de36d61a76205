"""The bot on Slack. Acknowledge first, work after: Slack waits three seconds and then sends the event again."""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from weakref import WeakValueDictionary

import aiohttp
from slack_bolt import BoltResponse
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from starlette.routing import Route

from bot.config import SlackSettings
from bot.connectors.slack.blocks import answered
from bot.connectors.slack.http_events import event_route
from bot.connectors.slack.in_flight import InFlight
from bot.connectors.slack.incoming import Incoming, Place, Press, read_event, read_press
from bot.connectors.slack.quiet import quiet_logger
from bot.connectors.slack.secrets import read_secrets
from bot.connectors.slack.threads import Threads
from bot.connectors.slack.web_api import SECONDS, UNREACHABLE, is_passing, make_client, reason, say
from bot.errors import ConnectorError
from bot.messages import Answer

FINISH_SECONDS = 10.0
PING_SECONDS = 10.0
EVERYTHING = re.compile("")

log = logging.getLogger(__name__)


class _App(AsyncApp):
    """Bolt, which acknowledges what it cannot read (Slack's next tries would end the same way), and takes nothing
    more once it is closing (Slack sends that again, to whoever is up by then)."""

    closing = False

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        if self.closing:
            return BoltResponse(status=503, body="shutting down")
        try:
            return await super().async_dispatch(req)
        except Exception as error:
            return await _on_error(error)


class SlackConnector:
    """Slack on one side, `answer` on the other.

    Over HTTP, mount `routes()` in the web application; with an app token, Socket Mode needs no route. Call `start()`
    and `stop()` from the application's lifespan.
    """

    def __init__(self, settings: SlackSettings, answer: Answer, environ: Mapping[str, str] = os.environ) -> None:
        """Raises SecretMissing when a variable that `settings` names is not set."""
        self._settings = settings
        self._answer = answer
        self._secrets = read_secrets(settings, environ)
        self._client = make_client(self._secrets.bot_token, settings.api_url)
        self._threads = Threads(self._client)
        self._turns = InFlight()
        self._speaking = WeakValueDictionary[Place, asyncio.Lock]()
        self._socket: AsyncSocketModeHandler | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._bot_user = ""
        self._app = self._make_app()

    @property
    def uses_socket_mode(self) -> bool:
        """Whether the app token is set, so that Slack is reached by a WebSocket."""
        return self._secrets.app_token is not None

    @property
    def in_flight(self) -> int:
        """How many turns are acknowledged and not yet answered."""
        return len(self._turns)

    def routes(self) -> list[Route]:
        """What to mount in the web application: POST /slack/events; nothing in Socket Mode."""
        if self._secrets.signing_secret is None:
            return []
        return [event_route(self._app, self._secrets.signing_secret)]

    async def start(self) -> None:
        """Check the tokens and, in Socket Mode, connect. Raises ConnectorError when Slack refuses a token.

        An unreachable Slack does not stop the bot from serving its other channels: it is a warning, and Socket Mode
        goes on trying.
        """
        self._client.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS))
        try:
            await self._check_bot_token()
            if self._secrets.app_token:
                await self._open_socket(self._secrets.app_token)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Take nothing new, finish what is being answered (at most ten seconds), close the connections."""
        self._app.closing = True
        if self._connecting:
            self._connecting.cancel()
        await asyncio.sleep(0)  # what was acknowledged a moment ago becomes a turn first
        await self._turns.finish(FINISH_SECONDS)
        if self._socket:
            await self._socket.close_async()  # type: ignore[no-untyped-call]  # so in slack_bolt
        if self._client.session:
            await self._client.session.close()

    async def _check_bot_token(self) -> None:
        try:
            identity = await self._client.auth_test()
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
        self._bot_user = str(identity.get("user_id") or "")

    async def _open_socket(self, app_token: str) -> None:
        logger = quiet_logger("bot.connectors.slack.sdk", logging.WARNING)
        self._socket = AsyncSocketModeHandler(self._app, app_token, logger, self._client, ping_interval=PING_SECONDS)
        try:
            opened = await self._client.apps_connections_open(app_token=app_token)
            self._socket.client.wss_uri = opened["url"]
        except SlackApiError as error:
            name = self._settings.app_token_env
            if is_passing(error):
                log.warning("Slack: Socket Mode cannot be reached: %s. It is tried again.", reason(error))
            else:
                raise ConnectorError(
                    f"Slack refuses the app token in {name}: {reason(error)}. It starts with xapp-, has the scope "
                    'connections:write, and is made under "Basic Information", "App-Level Tokens". Unset '
                    f"{name} to use the Events API over HTTP instead."
                ) from None
        except UNREACHABLE as error:
            log.warning("Slack: Socket Mode cannot be reached: %s. It is tried again.", reason(error))
        self._connecting = asyncio.create_task(_stay_connected(self._socket))

    def _make_app(self) -> _App:
        """Bolt routes and acknowledges. What it would check before that (its own identity, by a call to Slack on
        the first event; the signature, logging the body) is done elsewhere, so that the 200 goes out at once."""

        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=self._secrets.bot_token)

        app = _App(
            name="ripen",
            logger=quiet_logger("bot.connectors.slack.bolt", logging.ERROR),
            client=make_client(None, self._settings.api_url),
            signing_secret=self._secrets.signing_secret or "",
            authorize=authorize,
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            ssl_check_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        app.event(EVERYTHING)(self._on_event)
        app.action(EVERYTHING)(self._on_action)
        app.error(_on_error)
        return app

    async def _on_event(self, body: Mapping[str, Any]) -> None:
        bot_user = self._bot_user or _installed_user(body)
        incoming = read_event(body.get("event"), bot_user, self._settings.conversation)
        if incoming:
            self._turns.start(self._turn(incoming, bot_user))

    async def _on_action(self, ack: Callable[[], Awaitable[Any]], body: Mapping[str, Any]) -> None:
        await ack()
        press = read_press(body, self._settings.conversation)
        if press:
            self._turns.start(self._mark(press))
            self._turns.start(self._turn(press.incoming, self._bot_user))

    async def _turn(self, incoming: Incoming, bot_user: str) -> None:
        place = incoming.place
        if not incoming.overheard:
            self._threads.join(place)  # now, not when the answer stands there: the user may write on at once
        elif not await self._threads.joined(place, bot_user):
            return
        reply = await self._answer(incoming.message)
        if reply.repeated:
            return
        # One answer after the other: Slack may make the first wait, and the next would come in between its parts.
        async with self._speaking.setdefault(place, asyncio.Lock()):
            await say(self._client, place, reply.parts)

    async def _mark(self, press: Press) -> None:
        """Show what was chosen in place of the buttons."""
        channel = press.incoming.place.channel
        blocks = answered(press.blocks, press.block_id, press.title, press.user)
        try:
            await self._client.chat_update(channel=channel, ts=press.message_ts, text=press.title or "✓", blocks=blocks)
        except (SlackApiError, *UNREACHABLE) as error:
            log.warning("Slack: a pressed button in channel %s stays: %s.", channel, reason(error))


async def _stay_connected(socket: AsyncSocketModeHandler) -> None:
    """Connect, and never hang on to an address: each is good for one connection, and slack_sdk, once it failed to
    open one, tries the same again for ever."""

    async def drop_used_address() -> None:
        while True:
            await asyncio.sleep(PING_SECONDS)
            if not await socket.client.is_connected():
                socket.client.wss_uri = None

    connect = socket.connect_async()  # type: ignore[no-untyped-call]  # so in slack_bolt
    await asyncio.gather(connect, drop_used_address())


def _installed_user(body: Mapping[str, Any]) -> str:
    """The bot's own user as the event names it, for when Slack could not be asked at the start."""
    match body:
        case {"authorizations": [{"user_id": str(user)}, *_]}:
            return user
    return ""


async def _on_error(error: Exception) -> BoltResponse:
    log.error("Slack: an event could not be read: %s.", type(error).__name__)
    return BoltResponse(status=200, body="")
