"""The page of the agent view, and what it asks: all of it for who is logged in, and for no page of another site."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from html import escape
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

from bot.config import AgentSettings
from bot.connectors.desk import Agent, Desk
from bot.connectors.web.agents.stream import MOST_STREAMS, Stream, Visitors
from bot.connectors.web.bodies import read_body
from bot.connectors.web.door import HEADERS, Door, Entry, Login, Place
from bot.connectors.web.identifiers import LONGEST
from bot.connectors.web.pages import STATIC, serve_built
from bot.connectors.web.refusals import Refusal
from bot.connectors.web.widget_file import build_module

MOST_TEXT = 4000
STAYS_OF_PATIENCE = 6
"""How often, within the time after which an agent is gone, their page says that they are there."""

PLACE = Place("/agent", "", "agents", "Answer in person", "Your name, as visitors see it", "Access token for agents")


class Named(BaseModel):
    """A conversation."""

    conversation: str = Field(max_length=300)


class Saying(Named):
    """What the agent says; `id` is their page's own, by which it is said once however often it is sent."""

    id: str = Field(min_length=1, max_length=LONGEST, pattern=r"^[\w-]+$")
    text: str = Field(min_length=1, max_length=MOST_TEXT)


class AgentView:
    """Translates requests to what the desk does. `name` is what the bot is called."""

    def __init__(self, desk: Desk, login: Login, name: str, settings: AgentSettings) -> None:
        self._desk = desk
        self._door = Door(PLACE, login, name, settings.token_env)
        self._patience = timedelta(seconds=settings.away_after)
        self._desk_page = (STATIC / "agent" / "desk.html").read_text("utf-8").replace("{{name}}", escape(name))
        self._markdown = build_module(STATIC / "widget" / "markdown.js", "readMarkdown")
        self._streams = 0
        self._closing = False

    def close(self) -> None:
        """End the streams, which would go on for ever."""
        self._closing = True

    def routes(self, visitors: Visitors) -> APIRouter:
        """What to serve under /agent."""
        routes = APIRouter(prefix=PLACE.path, include_in_schema=False, routes=[*self._door.routes()])
        routes.add_api_route("", self._show_desk, methods=["GET"])
        routes.add_api_route("/markdown.js", self._serve_markdown, methods=["GET"])

        @routes.get("/api/stream")
        async def stream(request: Request, conversation: str | None = None) -> Response:
            return self._stream(request, visitors, conversation)

        @routes.post("/api/typing")
        async def typing(request: Request) -> dict[str, Any]:
            return await self._type(request, visitors)

        for path, handler in (("take", self._take), ("say", self._say), ("give-back", self._give_back)):
            routes.add_api_route(f"/api/{path}", handler, methods=["POST"])
        routes.add_api_route("/api/stay", self._stay, methods=["POST"])
        return routes

    async def _show_desk(self, request: Request) -> Response:
        entry = self._door.find(request)
        if entry is None:
            return RedirectResponse("agent/login", HTTPStatus.SEE_OTHER, headers=HEADERS)
        every = max(2.0, self._patience.total_seconds() / STAYS_OF_PATIENCE)
        page = self._desk_page.replace("{{csrf}}", entry.csrf).replace("{{every}}", f"{every:g}")
        return HTMLResponse(page.replace("{{agent}}", escape(entry.name)), headers=HEADERS)

    async def _serve_markdown(self, request: Request) -> Response:
        """How the widget reads Markdown, so that agents see what visitors see."""
        self._enter(request)
        return serve_built(self._markdown, request)

    def _stream(self, request: Request, visitors: Visitors, conversation: str | None) -> Response:
        agent = self._agent(self._enter(request))
        if self._streams >= MOST_STREAMS:
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "Too many pages of agents are open.")
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx would hold lines back
        shown = Stream(self._desk, visitors, agent, conversation)
        return StreamingResponse(self._count(request, shown), media_type="text/event-stream", headers=headers)

    async def _count(self, request: Request, stream: Stream) -> AsyncIterator[bytes]:
        self._streams += 1
        try:
            async for event in stream.events(lambda: not self._closing and self._door.find(request) is not None):
                yield event
        finally:
            self._streams -= 1

    async def _take(self, request: Request) -> dict[str, Any]:
        agent = self._enter_to_change(request)
        body = await read_body(request, Named)
        return {"ok": await self._desk.take(body.conversation, agent)}

    async def _say(self, request: Request) -> dict[str, Any]:
        agent = self._enter_to_change(request)
        body = await read_body(request, Saying)
        if not body.text.strip():
            raise Refusal(HTTPStatus.BAD_REQUEST, "There is nothing to say in it.", where="text")
        return {"ok": await self._desk.say(body.conversation, agent, body.id, body.text.strip())}

    async def _give_back(self, request: Request) -> dict[str, Any]:
        agent = self._enter_to_change(request)
        body = await read_body(request, Named)
        return {"ok": await self._desk.give_back(body.conversation, agent)}

    async def _stay(self, request: Request) -> dict[str, Any]:
        agent = self._enter_to_change(request)
        await self._desk.stay(agent)
        return {"ok": True}

    async def _type(self, request: Request, visitors: Visitors) -> dict[str, Any]:
        agent = self._enter_to_change(request)
        body = await read_body(request, Named)
        handoff = await self._desk.find(body.conversation)
        mine = handoff is not None and handoff.agent == agent.key
        if mine:
            await visitors.show_typing(body.conversation, agent.name)
        return {"ok": mine}

    def _enter(self, request: Request) -> Entry:
        entry = self._door.find(request)
        if entry is None:
            raise Refusal(HTTPStatus.UNAUTHORIZED, "Log in at /agent/login.")
        return entry

    def _enter_to_change(self, request: Request) -> Agent:
        entry = self._enter(request)
        self._door.check_change(request, entry)
        return self._agent(entry)

    def _agent(self, entry: Entry) -> Agent:
        return Agent(f"web:{entry.name.casefold()}", entry.name, self._patience)
