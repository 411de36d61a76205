"""Slack's Web API: the client with its retries, and saying parts in a place."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.connectors.slack.blocks import Post, posts
from bot.connectors.slack.incoming import Place
from bot.connectors.slack.quiet import quiet_logger
from bot.messages import Part

RETRIES = 3
SECONDS = 30
UNREACHABLE = (aiohttp.ClientError, TimeoutError, OSError)
REFUSED_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "invalid_attachments", "msg_blocks_too_long"})
PASSING = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited"})

log = logging.getLogger(__name__)


class _ServerErrors(AsyncRetryHandler):
    """slack_sdk's own handler knows 500 and 503 only; gateways answer 502 and 504."""

    async def _can_retry_async(self, *, response: HttpResponse | None = None, **_: Any) -> bool:
        return response is not None and response.status_code >= 500


def make_client(token: str | None, api_url: str) -> AsyncWebClient:
    """A client that waits when told to (429) and tries again when Slack fails or cannot be reached.

    A call that timed out is not repeated: Slack may have posted the message, and it would stand there twice.
    """
    handlers: list[AsyncRetryHandler] = [
        AsyncRateLimitErrorRetryHandler(max_retry_count=RETRIES),
        _ServerErrors(max_retry_count=RETRIES),
        AsyncConnectionErrorRetryHandler(max_retry_count=RETRIES),
    ]
    logger = quiet_logger("bot.connectors.slack.sdk", logging.WARNING)
    return AsyncWebClient(token, base_url=api_url, timeout=SECONDS, logger=logger, retry_handlers=handlers)


def is_passing(error: SlackApiError) -> bool:
    """Whether Slack is at fault, or overloaded, rather than the call."""
    return reason(error).startswith("HTTP ") or reason(error) in PASSING


async def say(client: AsyncWebClient, place: Place, parts: Iterable[Part]) -> None:
    """Post `parts` in order; one log line, and nothing more, when Slack does not take one of them."""
    try:
        for part in parts:
            for post in posts(part):
                await _post(client, place, post)
    except (SlackApiError, *UNREACHABLE) as error:
        log.error("Slack: an answer in channel %s could not be sent: %s.", place.channel, reason(error))


def reason(error: Exception) -> str:
    """Why a call failed: Slack's error code, the HTTP status or the error's type; never what was sent."""
    response = getattr(error, "response", None)
    data = getattr(response, "data", None)
    if isinstance(data, dict) and data.get("error"):
        return str(data["error"])
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    return f"HTTP {status}" if status else type(error).__name__


async def _post(client: AsyncWebClient, place: Place, post: Post) -> None:
    try:
        await client.chat_postMessage(
            channel=place.channel,
            thread_ts=place.thread,
            text=post.text,
            blocks=list(post.blocks) or None,
            attachments=list(post.attachments) or None,
        )
    except SlackApiError as error:
        if reason(error) not in REFUSED_BLOCKS:
            raise
        log.warning("Slack: blocks were refused (%s); the answer is sent as plain text.", reason(error))
        await client.chat_postMessage(channel=place.channel, thread_ts=place.thread, text=post.text)
