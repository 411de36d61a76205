"""The WebSocket of Socket Mode: opened, watched, and replaced when it is lost or has gone deaf.

slack_sdk has its own watch, which does not see everything: it tries an address that is used up for ever, and counts on
its own background tasks to be alive. So a connection is judged here from the outside: by the `hello` that Slack begins
with and by the pongs that answer our pings. See https://docs.slack.dev/apis/events-api/using-socket-mode.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import SlackSettings
from bot.connectors.slack.gate import Gate
from bot.connectors.slack.quiet import quiet_logger
from bot.connectors.slack.web_api import SECONDS, UNREACHABLE, is_passing, make_client, reason
from bot.errors import ConnectorError

PING_SECONDS = 5.0
"""Between two pings. A connection is deaf when nothing came back for DEAF_PINGS of them."""

DEAF_PINGS = 4
HELLO_SECONDS = 10.0
GRACE_SECONDS = 60.0
"""How much longer than Slack announced a connection may last before it is thought to be forgotten."""

LONGEST_PAUSE = 30.0

log = logging.getLogger(__name__)


class Link:
    """One connection at a time, as long as the bot runs."""

    def __init__(self, gate: Gate, app_token: str, settings: SlackSettings) -> None:
        self._gate = gate
        self._token = app_token
        self._settings = settings
        self._client = make_client(None, settings.api_url, retries=False)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect, and stay connected until `stop`. Raises ConnectorError when Slack refuses the app token."""
        self._client.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS))
        address = await self._ask_address()
        self._task = asyncio.create_task(self._stay(address))

    async def stop(self) -> None:
        """Close the connection."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._client.session:
            await self._client.session.close()

    async def _ask_address(self) -> str | None:
        """Where to connect; None when Slack is not reached now."""
        try:
            opened = await self._client.apps_connections_open(app_token=self._token)
        except (SlackApiError, *UNREACHABLE) as error:
            if not is_passing(error):
                name = self._settings.app_token_env
                raise ConnectorError(
                    f"Slack refuses the app token in {name}: {reason(error)}. It starts with xapp-, has the scope "
                    'connections:write, and is made under "Basic Information", "App-Level Tokens". Unset '
                    f"{name} to use the Events API over HTTP instead."
                ) from None
            log.warning("Slack: Socket Mode cannot be reached: %s. It is tried again.", reason(error))
            return None
        return str(opened["url"])

    async def _stay(self, address: str | None) -> None:
        pause = 0.0
        while True:
            if address is not None:
                lasted = await self._serve(address)
                pause = 0.0 if lasted else pause
            await asyncio.sleep(pause)
            pause = min(max(2 * pause, 0.5), LONGEST_PAUSE)
            try:
                address = await self._ask_address()
            except ConnectorError as error:
                log.error("%s", error)
                address, pause = None, LONGEST_PAUSE

    async def _serve(self, address: str) -> bool:
        """Use one connection until it is over. Whether it worked at all."""
        connection = _Connection(self._gate, self._token, self._client)
        try:
            async with asyncio.timeout(HELLO_SECONDS):  # not wait_for, which up to Python 3.11 may swallow a cancel()
                await connection.open(address)
            why = await connection.until_over()
            if why:
                log.warning("Slack: the Socket Mode connection %s; it is replaced.", why)
        except (TimeoutError, *UNREACHABLE) as error:
            log.warning("Slack: Socket Mode cannot be reached: %s. It is tried again.", reason(error))
        finally:
            await connection.close()  # type: ignore[no-untyped-call]  # so in slack_sdk
        return connection.greeted


class _Connection(SocketModeClient):
    """One WebSocket. slack_sdk reads it and answers pings; whether it lives is judged here."""

    def __init__(self, gate: Gate, token: str, client: AsyncWebClient) -> None:
        logger = quiet_logger("bot.connectors.slack.socket", logging.CRITICAL)  # what matters, link.py says itself
        super().__init__(token, logger, client, ping_interval=PING_SECONDS)
        self._gate = gate
        self._over = asyncio.Event()
        self._lasts = float("inf")
        self.greeted = False
        self.socket_mode_request_listeners.append(self._take)
        self.message_listeners.append(self._listen)

    async def open(self, address: str) -> None:
        """Connect; does not end while that fails."""
        self.wss_uri = address
        await self.connect()  # type: ignore[no-untyped-call]  # so in slack_sdk

    async def until_over(self) -> str:
        """Why it is over; "" when Slack said so, which it does every few hours."""
        opened = answered = time.monotonic()
        pong = self.last_ping_pong_time
        while not self._over.is_set():
            now = time.monotonic()
            if self.last_ping_pong_time != pong:
                pong, answered = self.last_ping_pong_time, now
            reader = self.message_receiver
            if reader is None or reader.done() or self.current_session is None or self.current_session.closed:
                return "was lost"
            if not self.greeted and now - opened > HELLO_SECONDS:
                return "began without a word"
            if now - answered > DEAF_PINGS * PING_SECONDS or now - opened > self._lasts + GRACE_SECONDS:
                return "has gone deaf"
            with suppress(TimeoutError):
                async with asyncio.timeout(PING_SECONDS / 4):
                    await self._over.wait()
        return ""

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: ARG002 - as slack_sdk has it
        """What slack_sdk does when it hears of the end. A new connection is made by Link."""
        self._over.set()

    async def _listen(self, _: AsyncBaseSocketModeClient, message: dict[str, Any], __: str | None) -> None:
        match message:
            case {"type": "hello", "debug_info": {"approximate_connection_time": int(seconds)}}:
                self._lasts = seconds
                self.greeted = True
            case {"type": "hello"}:
                self.greeted = True

    async def _take(self, _: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        response = await run_async_bolt_app(self._gate, request)
        await send_async_response(self, request, response, time.time())
