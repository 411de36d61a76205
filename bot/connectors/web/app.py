"""The web app: routes, guards and Socket.IO put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http import HTTPStatus

import socketio
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import __version__
from bot.config import WebSettings
from bot.connectors.base import Bot
from bot.connectors.web import pages, refusals
from bot.connectors.web.bodies import TOO_LARGE, is_too_large
from bot.connectors.web.guards import read_token
from bot.connectors.web.inspection import Metrics, health_routes, inspection_routes
from bot.connectors.web.origins import check_origins, normalise
from bot.connectors.web.refusals import refuse
from bot.connectors.web.rest import EXPLAINED, rest_routes
from bot.connectors.web.sockets import SocketChannel

Lifespan = Callable[[], AbstractAsyncContextManager[None]]
"""What is entered before the first request and left after the last one."""


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield


class WebApp:
    """An ASGI app. `serve` enters `lifespan` by itself and calls `drain`; other servers use the ASGI protocol."""

    def __init__(self, asgi: ASGIApp, sockets: SocketChannel, lifespan: Lifespan) -> None:
        self._asgi = asgi
        self._sockets = sockets
        self.lifespan = lifespan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/socket.io") and is_too_large(scope):
            # Engine.IO would wait for ever instead.
            await refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)(scope, receive, send)
            return
        await self._asgi(scope, receive, send)

    async def drain(self) -> None:
        """Finish what is in flight on the sockets, and close them."""
        await self._sockets.drain()


def create_app(
    bot: Bot,
    settings: WebSettings,
    name: str,
    *,
    lifespan: Lifespan = _nothing,
    mounts: Mapping[str, ASGIApp] | None = None,
    metrics: Metrics | None = None,
) -> WebApp:
    """The web side of `bot`, which its demo page calls `name`.

    `mounts` are other channels' ASGI apps by their exact path, as `/slack/events`. `metrics` gives the page of
    /metrics. Raises SecretMissing when the token that `settings` names is not in the environment.
    """
    token = read_token(settings)

    @asynccontextmanager
    async def live(_: FastAPI) -> AsyncIterator[None]:
        async with lifespan():
            yield

    app = FastAPI(title=name, version=__version__, lifespan=live, docs_url=None, redoc_url=None)
    app.include_router(rest_routes(bot))
    app.include_router(health_routes(bot))
    app.include_router(inspection_routes(bot, token, metrics))
    for path, channel in (mounts or {}).items():
        app.router.routes.append(Route(path, channel))
    pages.install(app, name, settings.suggestions)
    refusals.install(app)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=normalise(settings.origins),
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
        expose_headers=EXPLAINED,
    )
    sockets = SocketChannel(bot, check_origins(settings.origins))
    return WebApp(socketio.ASGIApp(sockets.server, app), sockets, lifespan)
