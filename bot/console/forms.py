"""Forms from browsers: bounded, and never trusted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs

from starlette.requests import Request

from bot.connectors.web.refusals import Refusal

FORM_LIMIT = 4 * 1024 * 1024
"""Bytes: the largest file of intents, 1 MiB, with every letter escaped, and some room."""

MOST_FIELDS = 3000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Form:
    """What was filled in."""

    fields: Mapping[str, Sequence[str]]

    def get(self, name: str, default: str = "") -> str:
        """The first value of a field."""
        return self.fields.get(name, [default])[0]

    def all(self, name: str) -> Sequence[str]:
        """Every value of a field."""
        return self.fields.get(name, [])

    def numbers(self, name: str) -> tuple[int, ...]:
        """Every value that is a number, in order; others are left out."""
        return tuple(int(value) for value in self.all(name) if re.fullmatch(r"[0-9]{1,18}", value))


async def read_form(request: Request) -> Form:
    """The body of a request, counted as it comes. Raises Refusal for one that is too large or no form."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_LIMIT:
            message = f"That is larger than {FORM_LIMIT // 1024 // 1024} MiB. Nothing was changed."
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Refusal(HTTPStatus.BAD_REQUEST, "That is no form of the console.") from None
    return Form({name: [_UNSTORABLE.sub("\ufffd", value) for value in values] for name, values in fields.items()})
