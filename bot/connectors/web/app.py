"""The web app: routes, guards and Socket.IO put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from secrets import token_bytes

import socketio
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import __version__
from bot.config import WebSettings
from bot.connectors.base import Bot, Push
from bot.connectors.feedback import FeedbackStore, InMemoryFeedback
from bot.connectors.outbox import InMemoryOutbox, Outbox
from bot.connectors.web import pages, refusals
from bot.connectors.web.agents import AgentView
from bot.connectors.web.chat import Chat
from bot.connectors.web.engine_guard import EngineGuard
from bot.connectors.web.gate import Gate
from bot.connectors.web.guards import read_token, require_token
from bot.connectors.web.headers import SafeHeaders
from bot.connectors.web.inspection import Metrics, health_routes, inspection_routes
from bot.connectors.web.limits import Limits
from bot.connectors.web.origins import check_origins, normalise
from bot.connectors.web.polling import PollingChannel
from bot.connectors.web.rest import EXPLAINED, limit_messages, rest_routes
from bot.connectors.web.signatures import Signer
from bot.connectors.web.sockets import SocketChannel
from bot.connectors.web.users import Doorkeeper

Lifespan = Callable[[], AbstractAsyncContextManager[None]]
"""What is entered before the first request and left after the last one."""


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield


@dataclass(frozen=True, slots=True)
class Resources:
    """What the web chat stands on: where it keeps what it says and what users think of it, and what signs sessions.

    The defaults last as long as the process, for trying things out. `metrics` gives the page of /metrics, `agents` the
    view in which people answer in place of the bot.
    """

    outbox: Outbox = field(default_factory=InMemoryOutbox)
    feedback: FeedbackStore = field(default_factory=InMemoryFeedback)
    secret: bytes = field(default_factory=lambda: token_bytes(32), repr=False)
    metrics: Metrics | None = None
    agents: AgentView | None = None


@dataclass(frozen=True, slots=True)
class WebApp:
    """An ASGI app. `serve` enters `lifespan` by itself, believes `proxies` and calls `drain`; other servers use the
    ASGI protocol."""

    asgi: ASGIApp
    chat: Chat
    sockets: SocketChannel
    lifespan: Lifespan
    proxies: tuple[str, ...]
    agents: AgentView | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.asgi(scope, receive, send)

    async def deliver(self, push: Push) -> bool:
        """An Outlet for the conversations of the web chat."""
        return await self.chat.deliver(push)

    async def drain(self) -> None:
        """Finish what is in flight in the chat, and close its sockets."""
        if self.agents is not None:
            self.agents.close()
        await self.chat.drain()
        await self.sockets.close()


def create_app(
    bot: Bot,
    settings: WebSettings,
    name: str,
    resources: Resources | None = None,
    *,
    lifespan: Lifespan = _nothing,
    mounts: Mapping[str, ASGIApp] | None = None,
) -> WebApp:
    """The web side of `bot`, which its demo page calls `name`.

    `mounts` are other channels' ASGI apps by their exact path, as `/slack/events`. Raises SecretMissing, ConfigError
    or ConnectorError when a token or key that `settings` names is not there, or is none.
    """
    resources = resources or Resources()
    limits, origins = Limits(settings.limits), check_origins(settings.origins)
    gate = Gate(Signer(resources.secret), Doorkeeper(settings.jwt), limits, origins)
    chat = Chat(bot, resources.outbox, resources.feedback, limits)
    sockets = SocketChannel(chat, gate)

    @asynccontextmanager
    async def live(_: FastAPI) -> AsyncIterator[None]:
        async with lifespan():
            yield

    app = FastAPI(title=name, version=__version__, lifespan=live, docs_url=None, redoc_url=None)
    token = read_token(settings)
    if settings.rest != "off":
        guard = require_token(token) if settings.rest == "token" else limit_messages(limits)
        app.include_router(rest_routes(bot, guard))
    app.include_router(PollingChannel(chat, gate).routes())
    app.include_router(health_routes(bot))
    app.include_router(inspection_routes(bot, token, resources.metrics))
    if resources.agents is not None:
        app.include_router(resources.agents.routes(chat))
    for path, channel in (mounts or {}).items():
        app.router.routes.append(Route(path, channel))
    pages.install(app, name, settings.suggestions)
    refusals.install(app)
    _allow_other_sites(app, settings)
    asgi = SafeHeaders(EngineGuard(socketio.ASGIApp(sockets.server, app), gate))
    return WebApp(asgi, chat, sockets, lifespan, settings.proxies, resources.agents)


def _allow_other_sites(app: FastAPI, settings: WebSettings) -> None:
    app.add_middleware(
        CORSMiddleware,
        allow_origins=normalise(settings.origins),
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
        expose_headers=(*EXPLAINED, "Retry-After"),
    )
