"""A started connector between a scripted bot and a stand-in for Slack."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette

from bot.connectors.scripted import ScriptedBot
from bot.connectors.slack import SlackConnector, Stores
from tests.standins.slack import SlackStandIn
from tests.standins.slack_payloads import Signed, signed


@dataclass
class Served:
    """A started connector, its bot and a client that posts to it as Slack does."""

    connector: SlackConnector
    bot: ScriptedBot
    client: httpx.AsyncClient

    async def receive(self, body: Any, **how: Any) -> httpx.Response:
        return await self.post(signed(body, **how))

    async def post(self, request: Signed) -> httpx.Response:
        return await self.client.post("/slack/events", content=request.content, headers=dict(request.headers))


@asynccontextmanager
async def serve(
    slack: SlackStandIn, bot: ScriptedBot | None = None, stores: Stores | None = None, **settings: Any
) -> AsyncIterator[Served]:
    """Start a connector against `slack`, and stop it at the end."""
    bot = bot or ScriptedBot()
    connector = SlackConnector(slack.settings(**settings), bot, stores or Stores(), slack.environ)
    await connector.start()
    transport = httpx.ASGITransport(Starlette(routes=connector.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        try:
            yield Served(connector, bot, client)
        finally:
            await connector.stop()


async def settled(slack: SlackStandIn, count: int = 1) -> None:
    """Wait until `count` messages were posted, and see that no more come."""
    await slack.until(lambda: len(slack.posted) >= count)
    await asyncio.sleep(0.05)  # time for what should not come
    assert len(slack.posted) == count


async def idle(slack: SlackStandIn, served: Served) -> None:
    await asyncio.sleep(0)
    await slack.until(lambda: not served.connector.in_flight)


def calls(slack: SlackStandIn, method: str) -> list[Any]:
    return [call.arguments for call in slack.calls if call.method == method]


@asynccontextmanager
async def over_a_port(connector: SlackConnector) -> AsyncIterator[str]:
    """Serve the connector's routes on a port; its address."""
    config = uvicorn.Config(Starlette(routes=connector.routes()), port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve([listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        listening.close()
