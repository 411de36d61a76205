"""Runs actions on an action server (`rasa run actions`, `python -m rasa_sdk`), over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import httpx

from bot.actions.base import ActionResult
from bot.actions.rasa_bridge.wire import MAX_ANSWER_BYTES, result_of, write_call
from bot.errors import ActionFailed, ActionRejected, ActionRubbish, ActionTimeout, ActionUnknown, ConfigError

START_IT = "Start it (python -m rasa_sdk --actions actions) or correct actions.endpoint in config.yml."


class ActionServer:
    """Actions behind a webhook's URL, as http://localhost:5055/webhook.

    Nothing that the server answers is quoted in an error: rasa-sdk's own error pages repeat the whole tracker.
    """

    def __init__(self, endpoint: str, timeout: float) -> None:
        try:
            self._endpoint = httpx.URL(endpoint)
        except httpx.InvalidURL as error:
            raise ConfigError(
                f"config.yml: actions.endpoint is no URL: {error}. Write http://localhost:5055/webhook."
            ) from error
        self._timeout = timeout
        self._client = httpx.AsyncClient(timeout=timeout, headers={"content-type": "application/json"})

    async def names(self) -> frozenset[str]:
        """The actions that the server lists. Raises ActionFailed when it does not answer or not with a list."""
        status, content = await self._get("actions")
        items = _json(content)
        if status != 200 or not isinstance(items, list):
            raise ActionFailed(f"{self._place('actions')} answered {status} and no list of actions. {START_IT}")
        return frozenset(
            item["name"] for item in items if isinstance(item, Mapping) and isinstance(item.get("name"), str)
        )

    async def check(self) -> None:
        """Raises ActionFailed unless the server says that it is well."""
        status, _ = await self._get("health")
        if status != 200:
            raise ActionFailed(f"{self._place('health')} answered {status}. {START_IT}")

    async def run(self, name: str, tracker: Mapping[str, Any]) -> ActionResult:
        """Run one action there. Raises ActionErrors only, as ActionRunner.run says."""
        try:
            status, content = await self._ask("POST", "", write_call(name, tracker))
        except ActionTimeout as error:
            raise ActionTimeout(f"{name}: {error}") from error
        except ActionRubbish as error:
            raise ActionRubbish(f"{name}: {error}") from error
        except ActionFailed as error:
            raise ActionFailed(f"{name}: {error}") from error
        body = _json(content)
        if status != 200:
            raise self._refusal(name, status, body)
        if body is None:
            raise ActionRubbish(f"{name}: {self._place()} answered 200, but not in JSON. Is it an action server?")
        return result_of(name, body)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _refusal(self, name: str, status: int, body: object) -> Exception:
        theirs = isinstance(body, Mapping) and "action_name" in body
        if theirs and status == 400:
            return ActionRejected(f"{name} declined to run (ActionExecutionRejection).")
        if theirs and status == 404:
            return ActionUnknown(f"{self._place()} knows no action called {name}; {self._place('actions')} lists them.")
        if status >= 500:
            return ActionFailed(f"{name}: {self._place()} answered {status}; its own log says why.")
        return ActionFailed(
            f"{name}: {self._place()} answered {status}, which is not how an action server answers. {START_IT}"
        )

    async def _get(self, path: str) -> tuple[int, bytes]:
        try:
            return await self._ask("GET", path)
        except (ActionTimeout, ActionRubbish) as error:
            raise ActionFailed(f"{error} {START_IT}") from error

    async def _ask(self, method: str, path: str, content: bytes | None = None) -> tuple[int, bytes]:
        try:
            # httpx's timeouts are per read; a server that drips a byte a second would pass each of them.
            async with asyncio.timeout(self._timeout):
                return await self._exchange(method, self._url(path), content)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise ActionTimeout(
                f"{self._place(path)} did not answer within {self._timeout:g} s (actions.timeout)."
            ) from error
        except httpx.TransportError as error:
            raise ActionFailed(f"{self._place(path)} cannot be reached ({type(error).__name__}). {START_IT}") from error
        except httpx.HTTPError as error:
            raise ActionFailed(
                f"{self._place(path)} answered what httpx cannot read ({type(error).__name__})."
            ) from error

    async def _exchange(self, method: str, url: httpx.URL, content: bytes | None) -> tuple[int, bytes]:
        async with self._client.stream(method, url, content=content) as response:
            received = bytearray()
            async for chunk in response.aiter_bytes():
                received += chunk
                if len(received) > MAX_ANSWER_BYTES:
                    raise ActionRubbish(f"{self._place()} answered with more than {MAX_ANSWER_BYTES >> 20} MiB.")
            return response.status_code, bytes(received)

    def _url(self, path: str) -> httpx.URL:
        """The webhook, or what lies beside it; a query (such as a token) goes along."""
        return self._endpoint.join(path).copy_with(query=self._endpoint.query or None) if path else self._endpoint

    def _place(self, path: str = "") -> str:
        """The URL without what may be secret in it: user, password, query."""
        url = self._url(path)
        return f"{url.scheme}://{url.netloc.decode().rpartition('@')[2]}{url.path}"


def _json(content: bytes) -> Any:
    """What the bytes say in JSON; None when they are no JSON."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
