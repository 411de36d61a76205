"""Bolt, between the wire and the connector: it reads requests and envelopes, and answers Slack's own questions."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult

from bot.connectors.slack.quiet import quiet_logger
from bot.connectors.slack.web_api import make_client

Receive = Callable[[Mapping[str, Any]], Awaitable[BoltResponse]]

log = logging.getLogger(__name__)


class Gate(AsyncApp):
    """Acknowledges what nobody can read (Slack's next tries would end the same way), and takes nothing more once it
    is closing (Slack sends that again, to whoever is up by then).

    What Bolt would check by itself (its own identity, by a call to Slack on the first event; the signature, logging
    the body) is done elsewhere, so that the acknowledgement goes out at once. Its listeners are not used either: they
    acknowledge before anything is written down.
    """

    closing = False

    def __init__(self, receive: Receive) -> None:
        super().__init__(
            name="ripen",
            logger=quiet_logger("bot.connectors.slack.bolt", logging.ERROR),
            client=make_client(None, "https://unused.invalid/"),
            authorize=_authorize,
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            ssl_check_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )

        async def pass_on(body: Any) -> BoltResponse:
            if not isinstance(body, dict) or not (body.get("type") or body.get("command")):
                return BoltResponse(status=404, body="not a Slack payload")
            return await receive(body)

        self.middleware(pass_on)
        self.error(_shrug)

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """See AsyncApp."""
        if self.closing:
            return BoltResponse(status=503, body="shutting down")
        try:
            return await super().async_dispatch(req)
        except Exception as error:
            return await _shrug(error)


async def _authorize() -> AuthorizeResult:
    """Nobody uses it: workspaces.py knows the tokens."""
    return AuthorizeResult(enterprise_id=None, team_id=None, bot_token="-")  # noqa: S106 - no token


async def _shrug(error: Exception) -> BoltResponse:
    log.error("Slack: an event could not be read: %s.", type(error).__name__)
    return BoltResponse(status=200, body="")
