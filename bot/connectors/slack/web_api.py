"""Slack's Web API: clients, and what their failures mean."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.connectors.slack.quiet import quiet_logger

RETRIES = 3
SECONDS = 30
UNREACHABLE = (aiohttp.ClientError, TimeoutError, OSError)
LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
PASSING = LIMITED | {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}


FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
PATIENCE = 900.0
"""Seconds of failures after which a call is given up. Waiting that Slack asks for does not count."""

T = TypeVar("T")


class _ServerErrors(AsyncRetryHandler):
    """slack_sdk's own handler knows 500 and 503 only; gateways answer 502 and 504."""

    async def _can_retry_async(self, *, response: HttpResponse | None = None, **_: Any) -> bool:
        return response is not None and response.status_code >= 500


def make_client(token: str | None, api_url: str, *, retries: bool = True) -> AsyncWebClient:
    """A client that, with `retries`, waits when told to (429) and tries again when Slack fails or is not reached."""
    again: list[AsyncRetryHandler] = [
        AsyncRateLimitErrorRetryHandler(max_retry_count=RETRIES),
        _ServerErrors(max_retry_count=RETRIES),
        AsyncConnectionErrorRetryHandler(max_retry_count=RETRIES),
    ]
    logger = quiet_logger("bot.connectors.slack.sdk", logging.WARNING)
    handlers = again if retries else []
    return AsyncWebClient(token, base_url=api_url, timeout=SECONDS, logger=logger, retry_handlers=handlers)


def is_passing(error: Exception) -> bool:
    """Whether Slack is at fault, overloaded or out of reach, rather than the call."""
    if not isinstance(error, SlackApiError):
        return True
    status = _status(error)
    return status == 429 or status >= 500 or reason(error) in PASSING


def retry_after(error: Exception) -> float | None:
    """Seconds that Slack wants us to wait, when it refused a call because there were too many; 0 when it names none.

    See https://docs.slack.dev/apis/web-api/rate-limits. Nothing came of such a call. None for every other failure.
    """
    if _status(error) != 429 and reason(error) not in LIMITED:
        return None
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(said) if str(said).isdigit() else 0.0


def reason(error: Exception) -> str:
    """Why a call failed: Slack's error code, the HTTP status or the error's type; never what was sent."""
    response = getattr(error, "response", None)
    data = getattr(response, "data", None)
    if isinstance(data, dict) and data.get("error"):
        return str(data["error"])
    status = _status(error)
    return f"HTTP {status}" if status else type(error).__name__


def _status(error: Exception) -> int:
    """The HTTP status of an answer; 0 when there was none."""
    response = getattr(error, "response", None)
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)


class Patience:
    """How long to wait before a call is made again: as Slack says, else longer and longer, `seconds` in all."""

    def __init__(self, seconds: float = PATIENCE) -> None:
        self._left = seconds
        self._pause = FIRST_PAUSE

    async def after(self, error: Exception) -> None:
        """Wait after `error`; raise it when the call is at fault, or patience is over."""
        if not is_passing(error) or self._left <= 0:
            raise error
        pause = retry_after(error)
        if not pause:
            pause = self._pause
            self._left -= pause
            self._pause = min(2 * pause, LONGEST_PAUSE)
        await asyncio.sleep(pause)


async def persist(call: Callable[[], Awaitable[T]]) -> T:
    """What a call that may be repeated gives in the end. Raises SlackApiError or UNREACHABLE."""
    patience = Patience()
    while True:
        try:
            return await call()
        except (SlackApiError, *UNREACHABLE) as error:
            await patience.after(error)
