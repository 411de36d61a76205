"""The web chat over plain requests, where sockets do not get through: the same sessions, the same numbers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, TypeVar

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from bot.connectors.web.addresses import address_of
from bot.connectors.web.bodies import read_body
from bot.connectors.web.chat import Chat
from bot.connectors.web.gate import Gate
from bot.connectors.web.refusals import CHAT, ChatRefusal, Refusal
from bot.connectors.web.rest import describe
from bot.connectors.web.uttered import read_uttered

LONGEST_WAIT = 25.0
"""Seconds; proxies give up after 30 or 60."""


class SessionAsked(BaseModel):
    """The session to go on with, if any."""

    session_id: Any = None


class ChatMessage(BaseModel):
    """What the user said. `metadata.message_id` is the page's own number for it."""

    session_id: str
    message: str
    metadata: dict[str, Any] = Field(default_factory=dict)


class Poll(BaseModel):
    """What to wait for, and how many seconds."""

    session_id: str
    after: int = Field(0, ge=0, lt=2**31)
    wait: float = Field(LONGEST_WAIT, ge=0, le=LONGEST_WAIT)


class Rating(BaseModel):
    """What the user thinks of a message of the bot: "up", "down" or null."""

    session_id: str
    id: str
    value: str | None


Model = TypeVar("Model", bound=BaseModel)


class PollingChannel:
    """Translates requests to what the chat does."""

    def __init__(self, chat: Chat, gate: Gate) -> None:
        self._chat = chat
        self._gate = gate

    def routes(self) -> APIRouter:
        """What to serve under /chat/."""
        routes = APIRouter(tags=["channels"], prefix=CHAT.rstrip("/"), dependencies=[Depends(self._check_origin)])

        @routes.post("/session", openapi_extra=describe(SessionAsked), summary="Begin a session, or go on with one")
        async def session(request: Request) -> dict[str, Any]:
            user = self._gate.enter(request.scope, _bearer(request))
            body = await _read(request, SessionAsked)
            found = self._gate.signer.read(body.session_id, user) or self._gate.signer.issue(user)
            return {"session_id": found.token}

        @routes.post("/messages", openapi_extra=describe(ChatMessage), summary="Say something in a session")
        async def messages(request: Request) -> dict[str, Any]:
            user = self._gate.doorkeeper.recognise(_bearer(request))
            body = await _read(request, ChatMessage)
            uttered = read_uttered({"message": body.message, "metadata": body.metadata})
            await self._chat.hear(self._gate.find(body.session_id, user), uttered, address_of(request.scope))
            return {"ok": True}

        @routes.post("/poll", openapi_extra=describe(Poll), summary="Fetch what the bot says in a session")
        async def poll(request: Request) -> dict[str, Any]:
            user = self._gate.enter(request.scope, _bearer(request))
            body = await _read(request, Poll)
            return {"messages": await self._chat.poll(self._gate.find(body.session_id, user), body.after, body.wait)}

        @routes.post("/feedback", openapi_extra=describe(Rating), summary="Rate a message of the bot")
        async def feedback(request: Request) -> dict[str, Any]:
            user = self._gate.enter(request.scope, _bearer(request))
            body = await _read(request, Rating)
            await self._chat.rate(self._gate.find(body.session_id, user), body.id, body.value)
            return {"ok": True}

        return routes

    def _check_origin(self, request: Request) -> None:
        self._gate.check_origin(request.headers)


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def _read(request: Request, model: type[Model]) -> Model:
    try:
        return await read_body(request, model)
    except Refusal as refusal:
        code = "too_large" if refusal.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else "bad_request"
        raise ChatRefusal(code, str(refusal.detail), where=refusal.where) from None
