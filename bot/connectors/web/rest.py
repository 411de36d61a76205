"""The REST channel, as Rasa's: a message in, an array of what the bot says out."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.connectors.base import Bot
from bot.connectors.web.addresses import address_of
from bot.connectors.web.bodies import read_body
from bot.connectors.web.guards import Guard
from bot.connectors.web.identifiers import REMEDY, Identifier, is_identifier, scope_message_id
from bot.connectors.web.limits import Limits
from bot.connectors.web.refusals import Refusal, still_busy, too_many
from bot.connectors.web.wire import explain, write_items
from bot.messages import Message, Reply

CHANNELS = frozenset({"rest", "socketio"})
"""What `input_channel` may claim. Any other value stays "rest": nobody may pose as, say, Slack."""

EXPLAINED = ("Ripen-Decision", "Ripen-Intent", "Ripen-Confidence")
"""Response headers that say what the bot decided, without a key that an existing client could stumble over."""


class RestMessage(BaseModel):
    """What a client posts. Everything is optional, as in Rasa; keys that are not listed are ignored."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    sender: Identifier = "default"
    message: str = ""
    input_channel: str = "rest"
    metadata: dict[str, Any] = Field(default_factory=dict)
    message_id: Identifier | None = None

    @field_validator("sender", "message", "input_channel", "metadata", mode="before")
    @classmethod
    def _null_is_missing(cls, value: Any, info: Any) -> Any:
        if value is None or (info.field_name == "sender" and value == ""):
            return cls.model_fields[info.field_name].get_default(call_default_factory=True)
        return value

    def to_message(self) -> Message:
        """The message, under the client's own id for it if it gave one."""
        message_id = self.message_id or self.metadata.get("message_id")
        if message_id is not None and not is_identifier(message_id):
            raise Refusal(HTTPStatus.BAD_REQUEST, f"metadata.message_id {REMEDY}.", where="metadata.message_id")
        return Message(
            text=self.message,
            conversation_id=self.sender,
            sender_id=self.sender,
            channel=self.input_channel if self.input_channel in CHANNELS else "rest",
            message_id=scope_message_id(self.sender, message_id),
            metadata=self.metadata,
        )


def limit_messages(limits: Limits) -> Guard:
    """Lets nobody say more from one address than the limit."""

    def guard(request: Request) -> None:
        if wait := limits.message(address_of(request.scope)):
            raise too_many(wait)

    return guard


def rest_routes(bot: Bot, guard: Guard) -> APIRouter:
    """`/webhooks/rest/`: its health, and the webhook itself, for those whom `guard` lets in."""
    routes = APIRouter(tags=["channels"])

    @routes.get("/webhooks/rest/", summary="Is the REST channel there?")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @routes.post(
        "/webhooks/rest/webhook",
        dependencies=[Depends(guard)],
        summary="Say something to the bot",
        openapi_extra=describe(RestMessage),
    )
    async def webhook(request: Request, stream: bool = False, explain: bool = False) -> Response:
        body = await read_body(request, RestMessage)
        reply = await bot.answer(body.to_message())
        if reply.pending:
            raise still_busy()
        return _respond(body.sender, reply, stream=stream, explained=explain)

    return routes


def describe(model: type[BaseModel]) -> dict[str, Any]:
    """The request body for /openapi.json, since bodies are read whatever their Content-Type."""
    return {"requestBody": {"content": {"application/json": {"schema": model.model_json_schema()}}}}


def _respond(sender: str, reply: Reply, *, stream: bool, explained: bool) -> Response:
    items = write_items(sender, reply.parts)
    if explained:
        items = [{**item, "metadata": explain(reply)} for item in items]
    if stream:
        lines = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)
        return Response(lines, media_type="text/event-stream", headers=_explain_in_headers(reply))
    return JSONResponse(items, headers=_explain_in_headers(reply))


def _explain_in_headers(reply: Reply) -> dict[str, str]:
    if reply.decision is None:
        return {}
    decision = reply.decision
    values = (decision.kind, quote(decision.intent or ""), f"{decision.confidence:.4f}")
    return dict(zip(EXPLAINED, values, strict=True))
