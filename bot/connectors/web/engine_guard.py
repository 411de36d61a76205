"""What Engine.IO would not refuse well: it waits for ever for a body that is too large, and repeats to callers and in
the log which page they say they are and which connection they ask for."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import parse_qs

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from bot.connectors.web.bodies import TOO_LARGE, is_too_large
from bot.connectors.web.gate import Gate
from bot.connectors.web.refusals import ChatRefusal, refuse

PATH = "/socket.io"


class EngineGuard:
    """Lets through to `app` what Engine.IO handles well, and everything that is not for it."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_engines = scope["type"] in ("http", "websocket") and scope["path"].startswith(PATH)
        refusal = self._refuse(scope) if is_engines else None
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
        else:
            await refusal(scope, receive, send)

    def _refuse(self, scope: Scope) -> JSONResponse | None:
        try:
            self._gate.check_origin(Headers(scope=scope))
        except ChatRefusal as refusal:
            return refuse(refusal.status_code, refusal.message)
        if is_too_large(scope):
            return refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
        names = parse_qs(scope["query_string"].decode("latin-1")).get("sid", [])
        if all(name.isascii() and name.replace("-", "").replace("_", "").isalnum() for name in names):
            return None
        return refuse(HTTPStatus.BAD_REQUEST, "This is no name of a connection.", "sid")
