"""The console as one ASGI app: every page, the login, and what is the same for all."""

from __future__ import annotations

import re
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot.connectors.web.addresses import address_of
from bot.connectors.web.refusals import Refusal
from bot.console.door import Login, check_origin, find_entry, let_in, let_out, read_name
from bot.console.forms import Form, read_form
from bot.console.frame import HEADERS, HERE, Frame, send_to_login
from bot.console.inbox_pages import InboxPages
from bot.console.intent_pages import IntentPages
from bot.console.model_pages import ModelPages
from bot.console.parts import Parts
from bot.console.talk_pages import TalkPages

Mounts = dict[str, ASGIApp]
"""ASGI apps by their paths."""

STATIC = HERE / "static"
_OWN = re.compile(r"/(?![/\\])[\x21-\x7e]{0,1000}")


def mount_console(parts: Parts, name: str, login: Login) -> Mounts:
    """The console for create_app; `name` is what the bot is called."""
    console = create_console(parts, name, login)
    return {"/console": console, "/console/{rest:path}": console}


def create_console(parts: Parts, name: str, login: Login) -> Starlette:
    """Serves /console and all below it."""
    frame = Frame(name, login, parts.files.folder, read_only=parts.console.read_only)
    gate = Gate(frame)
    return Starlette(
        routes=[
            Route("/console", gate.go_first, methods=["GET"]),
            Route("/console/", gate.go_first, methods=["GET"]),
            Route("/console/login", gate.show, methods=["GET"]),
            Route("/console/login", gate.log_in, methods=["POST"]),
            Route("/console/logout", gate.log_out, methods=["POST"]),
            Mount("/console/static", StaticFiles(directory=Path(STATIC))),
            *IntentPages(parts).routes(frame),
            *InboxPages(parts).routes(frame),
            *TalkPages(parts).routes(frame),
            *ModelPages(parts).routes(frame),
            Route("/console/{rest:path}", gate.say_unknown, methods=["GET", "POST"]),
        ]
    )


class Gate:
    """In and out, and what there is not."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def go_first(self, request: Request) -> Response:
        """The first page."""
        if find_entry(self._frame.login, request) is None:
            return send_to_login(request)
        return RedirectResponse(f"{_root(request)}/intents", HTTPStatus.SEE_OTHER, headers=HEADERS)

    async def show(self, request: Request) -> Response:
        """The form."""
        if find_entry(self._frame.login, request) is not None:
            return RedirectResponse(f"{_root(request)}/intents", HTTPStatus.SEE_OTHER, headers=HEADERS)
        return self._ask(request, "", request.query_params.get("next", ""), HTTPStatus.OK)

    async def log_in(self, request: Request) -> Response:
        """The token for a cookie."""
        try:
            check_origin(request)
            form = await read_form(request)
        except Refusal as error:
            return self._ask(request, str(error.detail), "", HTTPStatus(error.status_code))
        login, to = self._frame.login, form.get("next")
        if wait := login.count(address_of(request.scope)):
            response = self._ask(request, "Too many tries. Wait a minute.", to, HTTPStatus.TOO_MANY_REQUESTS)
            response.headers["Retry-After"] = str(int(wait) + 1)
            return response
        return self._let_in(request, form, to)

    async def log_out(self, request: Request) -> Response:
        """Forget the cookie."""
        try:
            check_origin(request)
        except Refusal as error:
            return self._frame.tell(request, error.status_code, str(error.detail), None)
        response = let_out(request, f"{_root(request)}/login")
        response.headers.update(HEADERS)
        return response

    async def say_unknown(self, request: Request) -> Response:
        """A page that is not there, to who is logged in."""
        entry = find_entry(self._frame.login, request)
        if entry is None:
            return send_to_login(request)
        return self._frame.tell(request, HTTPStatus.NOT_FOUND, "There is no such page.", entry)

    def _let_in(self, request: Request, form: Form, to: str) -> Response:
        login, name = self._frame.login, read_name(form.get("name"))
        if not login.knows(form.get("token")):
            return self._ask(request, "This is not the token.", to, HTTPStatus.UNAUTHORIZED)
        if name is None:
            return self._ask(request, "Your name needs 1 to 40 letters.", to, HTTPStatus.BAD_REQUEST)
        response = let_in(login, request, name, _root(request) + (to if _OWN.fullmatch(to) else "/intents"))
        response.headers.update(HEADERS)
        return response

    def _ask(self, request: Request, error: str, to: str, status: HTTPStatus) -> Response:
        return self._frame.render(request, "login.html", status, error=error, to=to)


def _root(request: Request) -> str:
    return f"{request.scope.get('root_path', '')}/console"
