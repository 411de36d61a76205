"""The console as one ASGI app: every page, the login, and what is the same for all."""

from __future__ import annotations

from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from bot.connectors.web.door import HEADERS, Door, Login, Place
from bot.console.entry_pages import EntryPages
from bot.console.example_pages import ExamplePages
from bot.console.frame import HERE, Frame, send_to_login
from bot.console.inbox_pages import InboxPages
from bot.console.intent_pages import IntentPages
from bot.console.model_pages import ModelPages
from bot.console.parts import Parts
from bot.console.talk_pages import TalkPages

Mounts = dict[str, ASGIApp]
"""ASGI apps by their paths."""

STATIC = HERE / "static"
PLACE = Place(
    "/console", "/intents", "console", "The bot's desk", "Your name, as others see it", "Access token of the console"
)


def mount_console(parts: Parts, name: str, login: Login) -> Mounts:
    """The console for create_app; `name` is what the bot is called."""
    console = create_console(parts, name, login)
    return {"/console": console, "/console/{rest:path}": console}


def create_console(parts: Parts, name: str, login: Login) -> Starlette:
    """Serves /console and all below it."""
    door = Door(PLACE, login, name, parts.console.token_env)
    frame = Frame(name, door, parts.files.folder, read_only=parts.console.read_only)
    gate = Gate(frame)
    return Starlette(
        routes=[
            Route("/console", gate.go_first, methods=["GET"]),
            Route("/console/", gate.go_first, methods=["GET"]),
            *door.routes(),
            Mount("/console/static", FreshFiles(directory=STATIC)),
            *IntentPages(parts).routes(frame),
            *EntryPages(parts).routes(frame),
            *ExamplePages(parts).routes(frame),
            *InboxPages(parts).routes(frame),
            *TalkPages(parts).routes(frame),
            *ModelPages(parts).routes(frame),
            Route("/console/{rest:path}", gate.say_unknown, methods=["GET", "POST"]),
        ]
    )


class FreshFiles(StaticFiles):
    """Style and script, which browsers ask for again, so that an upgrade shows at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or that it is still the same."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


class Gate:
    """Where one begins, and what there is not."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def go_first(self, request: Request) -> Response:
        """The first page."""
        if self._frame.door.find(request) is None:
            return send_to_login(request)
        return RedirectResponse(f"{_root(request)}/intents", HTTPStatus.SEE_OTHER, headers=HEADERS)

    async def say_unknown(self, request: Request) -> Response:
        """A page that is not there, to who is logged in."""
        entry = self._frame.door.find(request)
        if entry is None:
            return send_to_login(request)
        return self._frame.tell(request, HTTPStatus.NOT_FOUND, "There is no such page.", entry)


def _root(request: Request) -> str:
    return f"{request.scope.get('root_path', '')}/console"
