"""POST /slack/events: Slack's Events API and button presses over HTTP, signature first."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import Clock, SignatureVerifier
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "/slack/events"
MAX_BYTES = 1_000_000


def event_route(app: AsyncApp, signing_secret: str, clock: Clock, on_stale: Callable[[], None]) -> Route:
    """The route. Nothing is parsed, or logged, before the signature is found good, and no older than five minutes.

    `on_stale` is told of one that is good and not of this time: sent again by a stranger, or our clock is wrong.
    """
    verifier = SignatureVerifier(signing_secret, clock)

    async def receive(request: Request) -> Response:
        body = await _read(request)
        if body is None:
            return Response(f"more than {MAX_BYTES} bytes", status_code=413)
        if not _is_signed(verifier, body, request):
            if _is_stale(verifier, body, request):
                on_stale()
            return Response("bad or old signature", status_code=401)
        try:
            parsed = to_async_bolt_request(request, body)
        except (ValueError, TypeError, AttributeError, KeyError):
            return Response("not a Slack payload", status_code=400)
        return to_starlette_response(await app.async_dispatch(parsed))

    return Route(PATH, receive, methods=["POST"])


async def _read(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            return None
    return bytes(body)


def _is_signed(verifier: SignatureVerifier, body: bytes, request: Request) -> bool:
    try:
        return verifier.is_valid_request(body, dict(request.headers))
    except (ValueError, TypeError):  # a time stamp that is no number, a body that is no text
        return False


def _is_stale(verifier: SignatureVerifier, body: bytes, request: Request) -> bool:
    stamp = request.headers.get("x-slack-request-timestamp", "")
    try:
        proper = verifier.generate_signature(timestamp=stamp, body=body) or ""
        return hmac.compare_digest(proper, request.headers.get("x-slack-signature", ""))
    except (ValueError, TypeError):
        return False
