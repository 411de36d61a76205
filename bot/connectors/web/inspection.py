"""What operators and tools ask: how the bot is, what it makes of a text, what a conversation holds."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from bot import __version__
from bot.connectors.base import Bot
from bot.connectors.web.bodies import read_body
from bot.connectors.web.guards import require_token, require_token_or_loopback
from bot.connectors.web.identifiers import REMEDY, is_identifier
from bot.connectors.web.refusals import Refusal
from bot.connectors.web.rest import describe
from bot.connectors.web.wire import write_parse, write_status

Metrics = Callable[[], tuple[bytes, str]]
"""Gives the page for Prometheus and its content type."""


class ParseRequest(BaseModel):
    """A text to make sense of."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    text: str


def health_routes(bot: Bot) -> APIRouter:
    """For load balancers; open to all, and says nothing about users."""
    routes = APIRouter(tags=["health"])

    @routes.head("/health", include_in_schema=False)
    @routes.get("/health", summary="Is the process alive?")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @routes.head("/ready", include_in_schema=False)
    @routes.get("/ready", summary="Can it answer? 503 with the reasons if not")
    async def ready() -> Response:
        reasons = list((await bot.status()).not_ready)
        code = HTTPStatus.SERVICE_UNAVAILABLE if reasons else HTTPStatus.OK
        return JSONResponse({"ready": not reasons, "reasons": reasons}, code)

    @routes.get("/version", summary="Which version serves")
    async def version() -> dict[str, str]:
        return {"version": __version__, "minimum_compatible_version": __version__}

    return routes


def inspection_routes(bot: Bot, token: str | None, metrics: Metrics | None) -> APIRouter:
    """What `web.token_env` guards."""
    routes = APIRouter(tags=["inspection"])
    guarded = [Depends(require_token(token))]

    @routes.post("/model/parse", dependencies=guarded, openapi_extra=describe(ParseRequest), summary="Read a text")
    async def parse(request: Request, emulation_mode: str | None = None) -> dict[str, Any]:
        if emulation_mode:
            message = "Only Rasa's own format is spoken: leave emulation_mode out."
            raise Refusal(HTTPStatus.BAD_REQUEST, message, where="emulation_mode")
        body = await read_body(request, ParseRequest)
        return write_parse(await bot.parse(body.text))

    @routes.get("/status", dependencies=guarded, summary="What is being served, and what is wrong with it")
    async def status() -> dict[str, Any]:
        return write_status(await bot.status())

    @routes.get(
        "/conversations/{conversation_id:path}/tracker",
        dependencies=[Depends(require_token_or_loopback(token))],
        summary="A conversation in Rasa's tracker JSON",
    )
    async def tracker(conversation_id: str, include_events: str = Query("AFTER_RESTART")) -> dict[str, Any]:
        if not is_identifier(conversation_id):
            raise Refusal(HTTPStatus.BAD_REQUEST, f"A conversation's id {REMEDY}.", where="conversation_id")
        found = await bot.tracker(conversation_id)
        if found is None:
            raise Refusal(HTTPStatus.NOT_FOUND, "There is no such conversation.", where="conversation_id")
        return {key: value for key, value in found.items() if key != "events" or include_events != "NONE"}

    if metrics is not None:

        @routes.get("/metrics", dependencies=guarded, summary="For Prometheus")
        def page() -> Response:
            body, content_type = metrics()
            return Response(body, headers={"content-type": content_type})

    return routes
