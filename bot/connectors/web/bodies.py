"""JSON from strangers: bounded, strict about what it holds, indifferent to its Content-Type."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.types import Scope

from bot.connectors.web.refusals import Refusal

BODY_LIMIT = 256 * 1024
"""Bytes of one request, and of one Socket.IO packet."""

TOO_LARGE = f"The body is larger than {BODY_LIMIT} bytes."

Model = TypeVar("Model", bound=BaseModel)


async def read_body(request: Request, model: type[Model]) -> Model:
    """The request's body as `model`, whatever its Content-Type. Raises Refusal for anything else."""
    value = _parse(await read_bytes(request))
    if not isinstance(value, dict):
        raise Refusal(HTTPStatus.BAD_REQUEST, "The body must be a JSON object.")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "body"
        what = first["msg"].removeprefix("Value error, ")  # so pydantic begins what a validator of ours says
        raise Refusal(HTTPStatus.BAD_REQUEST, f"{where}: {what}.", where=where) from None


def is_too_large(scope: Scope) -> bool:
    """Whether the request itself says that its body is over the limit."""
    declared = dict(scope["headers"]).get(b"content-length", b"0")
    return declared.isdigit() and int(declared) > BODY_LIMIT


async def read_bytes(request: Request) -> bytes:
    """The body's bytes, counted as they come: a client need not say how long its body is, or say the truth."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
    return bytes(body)


def _parse(body: bytes) -> Any:
    try:
        value = json.loads(body)
        spoilt = find_spoilt(value)
    except RecursionError:
        raise Refusal(HTTPStatus.BAD_REQUEST, "The body is nested too deeply.") from None
    except ValueError as error:
        where = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise Refusal(HTTPStatus.BAD_REQUEST, f"The body is not valid JSON in UTF-8{where}.") from None
    if spoilt:
        raise Refusal(HTTPStatus.BAD_REQUEST, f"The body holds {spoilt}, which cannot be stored.")
    return value


def find_spoilt(value: Any) -> str | None:
    """What in a JSON value cannot be stored or sent on, in words; None if there is nothing."""
    if isinstance(value, str):
        if "\0" in value:
            return "a NUL character"
        return "a lone surrogate" if any("\ud800" <= letter <= "\udfff" for letter in value) else None
    if isinstance(value, float):
        return None if math.isfinite(value) else "a number that is not finite"
    if isinstance(value, Mapping):
        return next(filter(None, map(find_spoilt, (*value, *value.values()))), None)
    if isinstance(value, list | tuple):
        return next(filter(None, map(find_spoilt, value)), None)
    return None
