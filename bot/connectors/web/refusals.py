"""Requests that are not served: every one gets JSON in Rasa's error shape, never a traceback."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import __version__

logger = logging.getLogger(__name__)


class Refusal(HTTPException):
    """Say no to a request: `message` tells the caller what is wrong and what would be right."""

    def __init__(self, status: HTTPStatus, message: str, *, where: str | None = None) -> None:
        super().__init__(status, message)
        self.where = where


CHAT = "/chat/"
STATUS_OF = {
    "bad_request": HTTPStatus.BAD_REQUEST,
    "session_unknown": HTTPStatus.UNAUTHORIZED,
    "token_missing": HTTPStatus.UNAUTHORIZED,
    "token_expired": HTTPStatus.UNAUTHORIZED,
    "token_invalid": HTTPStatus.UNAUTHORIZED,
    "origin": HTTPStatus.FORBIDDEN,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too_many": HTTPStatus.TOO_MANY_REQUESTS,
    "failed": HTTPStatus.INTERNAL_SERVER_ERROR,
    "stopping": HTTPStatus.SERVICE_UNAVAILABLE,
    "busy": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Why the web chat refuses something, for programs, and the HTTP status that goes with it."""


BUSY_SECONDS = 2.0
"""Until a message that is being answered elsewhere should be sent again."""

NOTHING = "There is nothing at this address. GET /openapi.json lists what there is."
NOT_OPENED = {
    place: f"config.yml has no section `{section}`, so nothing is here. Add `{section}: {{}}`, and set {variable}."
    for place, section, variable in (
        ("agent", "agents", "RIPEN_AGENTS_TOKEN"),
        ("console", "console", "RIPEN_CONSOLE_TOKEN"),
    )
}
"""What to do about a place for staff that is not served, by its path."""


class ChatRefusal(Refusal):
    """Say no to something in the web chat, over HTTP or a socket.

    `again`: the same may do later as it is, not before `wait` seconds have passed.
    """

    def __init__(
        self, code: str, message: str, *, again: bool = False, wait: float = 0.0, where: str | None = None
    ) -> None:
        super().__init__(STATUS_OF[code], message, where=where)
        self.code = code
        self.message = message
        self.again = again
        self.wait = wait
        self.headers = {"Retry-After": str(math.ceil(wait))} if wait else None

    def as_answer(self) -> dict[str, Any]:
        """How Socket.IO's acknowledgement says it."""
        answer = {"error": self.message, "again": self.again}
        return {**answer, "wait": round(self.wait, 1)} if self.wait else answer


def too_many(wait: float) -> ChatRefusal:
    """Over a limit."""
    return ChatRefusal("too_many", "That is too much in a short time.", again=True, wait=max(wait, 0.1))


def still_busy() -> ChatRefusal:
    """Another server is at this very message, so what it will say is not known here (Reply.pending)."""
    message = "This message is being answered by another server. Send it again, under the same id, to get its answer."
    return ChatRefusal("busy", message, again=True, wait=BUSY_SECONDS)


def refuse(status: int, message: str, where: str | None = None, more: Mapping[str, Any] | None = None) -> JSONResponse:
    """An error response as Rasa's server writes it; `where` names the part of the request that is wrong."""
    body: dict[str, Any] = {
        "version": __version__,
        "status": "failure",
        "message": message,
        "reason": HTTPStatus(status).phrase.title().replace(" ", "").replace("-", ""),
        "details": {"parameter": where} if where else {},
        "help": None,
        "code": status,
        **(more or {}),
    }
    return JSONResponse(body, status)


def install(app: FastAPI) -> None:
    """Answer refusals, unknown paths and unexpected failures of `app` in one shape."""
    app.add_exception_handler(HTTPException, _say)
    app.add_exception_handler(RequestValidationError, _say_invalid)
    app.add_middleware(Failsafe)


async def _say(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
    message = str(error.detail)
    if error.status_code == HTTPStatus.NOT_FOUND and message == HTTPStatus.NOT_FOUND.phrase:
        message = NOT_OPENED.get(request.url.path.strip("/").split("/")[0], NOTHING)
    elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        message = f"{request.method} is not served here. GET /openapi.json lists what is."
    more = {"error_code": error.code, "again": error.again} if isinstance(error, ChatRefusal) else None
    response = refuse(error.status_code, message, getattr(error, "where", None), more)
    response.headers.update(error.headers or {})
    return response


async def _say_invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class alone
    first = error.errors()[0]
    where = str(first["loc"][-1])
    return refuse(HTTPStatus.BAD_REQUEST, f"{where}: {first['msg']}.", where)


class Failsafe:
    """Turns what nobody expected into a 500 without a traceback.

    The log gets the kind of error and the route, but not the error's words: they may quote what a user wrote.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            route = getattr(scope.get("route"), "path", "unknown route")
            logger.error("%s %s failed: %s", scope["method"], route, type(error).__name__)
            logger.debug("traceback", exc_info=True)
            more = {"error_code": "failed", "again": False} if scope["path"].startswith(CHAT) else None
            await refuse(500, "Something went wrong on our side.", more=more)(scope, receive, send)
