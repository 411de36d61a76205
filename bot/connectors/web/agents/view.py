"""The pages of the agent view, and what they ask: all of it for who is logged in, and for no page of another site."""

from __future__ import annotations

import hmac
import os
from collections.abc import AsyncIterator
from html import escape
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

from bot.config import AgentSettings
from bot.connectors.desk import Desk
from bot.connectors.web.addresses import address_of
from bot.connectors.web.agents.login import COOKIE, SHORTEST_TOKEN, Entry, Login, read_name
from bot.connectors.web.agents.stream import MOST_STREAMS, Stream
from bot.connectors.web.bodies import read_body, read_bytes
from bot.connectors.web.identifiers import LONGEST
from bot.connectors.web.pages import STATIC
from bot.connectors.web.refusals import Refusal
from bot.errors import ConnectorError, SecretMissing

CSRF = "x-ripen-csrf"
MOST_TEXT = 4000
STAYS_OF_PATIENCE = 6
"""How often, within the time after which an agent is gone, their page says that they are there."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # a form's Origin would be "null" without any
    "Cache-Control": "no-store",
}


class Named(BaseModel):
    """A conversation."""

    conversation: str = Field(max_length=300)


class Saying(Named):
    """What the agent says; `id` is their page's own, by which it is said once however often it is sent."""

    id: str = Field(min_length=1, max_length=LONGEST, pattern=r"^[\w-]+$")
    text: str = Field(min_length=1, max_length=MOST_TEXT)


def read_agents_token(settings: AgentSettings) -> str:
    """The token that the environment holds. Raises SecretMissing or ConnectorError."""
    token = os.environ.get(settings.token_env, "")
    remedy = "set it to a long random string, or take the sections agents and console out of config.yml"
    if not token:
        raise SecretMissing(
            f"agents.token_env names the environment variable {settings.token_env}, which is not set: {remedy}."
        )
    if len(token) < SHORTEST_TOKEN:
        raise ConnectorError(
            f"The environment variable {settings.token_env}, named by agents.token_env, has {len(token)} characters; "
            f"{SHORTEST_TOKEN} are needed: {remedy}."
        )
    return token


class AgentView:
    """Translates requests to what the desk does. `name` is what the bot is called."""

    def __init__(self, desk: Desk, login: Login, name: str) -> None:
        self._desk = desk
        self._login = login
        self._login_page = (STATIC / "agent" / "login.html").read_text("utf-8").replace("{{name}}", escape(name))
        self._desk_page = (STATIC / "agent" / "desk.html").read_text("utf-8").replace("{{name}}", escape(name))
        self._streams = 0
        self._closing = False

    def close(self) -> None:
        """End the streams, which would go on for ever."""
        self._closing = True

    def routes(self) -> APIRouter:
        """What to serve under /agent."""
        routes = APIRouter(prefix="/agent", include_in_schema=False)
        routes.add_api_route("", self._show_desk, methods=["GET"])
        routes.add_api_route("/login", self._show_login, methods=["GET"])
        routes.add_api_route("/login", self._log_in, methods=["POST"])
        routes.add_api_route("/logout", self._log_out, methods=["POST"])
        routes.add_api_route("/api/stream", self._stream, methods=["GET"])
        for path, handler in (("take", self._take), ("say", self._say), ("give-back", self._give_back)):
            routes.add_api_route(f"/api/{path}", handler, methods=["POST"])
        routes.add_api_route("/api/stay", self._stay, methods=["POST"])
        return routes

    async def _show_desk(self, request: Request) -> Response:
        entry = self._find(request)
        if entry is None:
            return RedirectResponse("agent/login", HTTPStatus.SEE_OTHER, headers=HEADERS)
        every = max(2.0, entry.agent.patience.total_seconds() / STAYS_OF_PATIENCE)
        page = self._desk_page.replace("{{csrf}}", entry.csrf).replace("{{every}}", f"{every:g}")
        return HTMLResponse(page.replace("{{agent}}", escape(entry.agent.name)), headers=HEADERS)

    async def _show_login(self, request: Request) -> Response:
        if self._find(request) is not None:
            return RedirectResponse("../agent", HTTPStatus.SEE_OTHER, headers=HEADERS)
        return self._ask_to_log_in("", HTTPStatus.OK)

    def _ask_to_log_in(self, error: str, status: HTTPStatus) -> Response:
        shown = f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
        return HTMLResponse(self._login_page.replace("{{error}}", shown), status, headers=HEADERS)

    async def _log_in(self, request: Request) -> Response:
        _check_origin(request)
        if wait := self._login.count(address_of(request.scope)):
            response = self._ask_to_log_in("Too many tries. Wait a minute.", HTTPStatus.TOO_MANY_REQUESTS)
            response.headers["Retry-After"] = str(int(wait) + 1)
            return response
        said = await _read_form(request)
        name, token = read_name(said.get("name", "")), said.get("token", "")
        if not self._login.knows(token):
            return self._ask_to_log_in("This is not the token.", HTTPStatus.UNAUTHORIZED)
        if name is None:
            return self._ask_to_log_in("Your name needs 1 to 40 letters.", HTTPStatus.BAD_REQUEST)
        response = RedirectResponse("../agent", HTTPStatus.SEE_OTHER, headers=HEADERS)
        response.set_cookie(
            COOKIE,
            self._login.issue(name),
            max_age=self._login.lasts,
            path=None,  # the one of this page, wherever a proxy has put it
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        return response

    async def _log_out(self, request: Request) -> Response:
        _check_origin(request)
        response = RedirectResponse("login", HTTPStatus.SEE_OTHER, headers=HEADERS)
        response.set_cookie(COOKIE, "", max_age=0, path=None, httponly=True, samesite="strict")
        return response

    async def _stream(self, request: Request, conversation: str | None = None) -> Response:
        entry = self._enter(request)
        if self._streams >= MOST_STREAMS:
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "Too many pages of agents are open.")
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx would hold lines back
        shown = Stream(self._desk, entry.agent, conversation)
        return StreamingResponse(self._count(request, shown), media_type="text/event-stream", headers=headers)

    async def _count(self, request: Request, stream: Stream) -> AsyncIterator[bytes]:
        self._streams += 1
        try:
            async for event in stream.events(lambda: not self._closing and self._find(request) is not None):
                yield event
        finally:
            self._streams -= 1

    async def _take(self, request: Request) -> dict[str, Any]:
        entry = self._enter_to_change(request)
        body = await read_body(request, Named)
        return {"ok": await self._desk.take(body.conversation, entry.agent)}

    async def _say(self, request: Request) -> dict[str, Any]:
        entry = self._enter_to_change(request)
        body = await read_body(request, Saying)
        if not body.text.strip():
            raise Refusal(HTTPStatus.BAD_REQUEST, "There is nothing to say in it.", where="text")
        return {"ok": await self._desk.say(body.conversation, entry.agent, body.id, body.text.strip())}

    async def _give_back(self, request: Request) -> dict[str, Any]:
        entry = self._enter_to_change(request)
        body = await read_body(request, Named)
        return {"ok": await self._desk.give_back(body.conversation, entry.agent)}

    async def _stay(self, request: Request) -> dict[str, Any]:
        entry = self._enter_to_change(request)
        await self._desk.stay(entry.agent)
        return {"ok": True}

    def _find(self, request: Request) -> Entry | None:
        return self._login.read(request.cookies.get(COOKIE))

    def _enter(self, request: Request) -> Entry:
        entry = self._find(request)
        if entry is None:
            raise Refusal(HTTPStatus.UNAUTHORIZED, "Log in at /agent/login.")
        return entry

    def _enter_to_change(self, request: Request) -> Entry:
        _check_origin(request)
        entry = self._enter(request)
        if not hmac.compare_digest(request.headers.get(CSRF, "").encode("latin-1"), entry.csrf.encode()):
            raise Refusal(HTTPStatus.FORBIDDEN, "Only the agent view itself may do this: reload it.")
        return entry


async def _read_form(request: Request) -> dict[str, str]:
    try:
        fields = parse_qs((await read_bytes(request)).decode("utf-8", "replace"), max_num_fields=10)
    except ValueError:
        raise Refusal(HTTPStatus.BAD_REQUEST, "The form has too many fields.") from None
    return {name: values[0] for name, values in fields.items()}


def _check_origin(request: Request) -> None:
    """No page of another site. What names no origin is no browser, and brings no cookie by mistake."""
    origin = request.headers.get("origin")
    hosts = {request.headers.get("host", ""), request.headers.get("x-forwarded-host", "").split(",")[0].strip()}
    if origin is not None and urlsplit(origin).netloc.lower() not in {host.lower() for host in hosts if host}:
        raise Refusal(HTTPStatus.FORBIDDEN, "Pages of another site may not do this.")
