"""Who may look inside: a token where one is set, otherwise only this machine for what conversations hold."""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request

from bot.config import WebSettings
from bot.connectors.web.refusals import Refusal
from bot.errors import SecretMissing

Guard = Callable[[Request], None]

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


def read_token(settings: WebSettings) -> str | None:
    """The token that the environment holds, None where config.yml names none. Raises SecretMissing."""
    if settings.token_env is None:
        return None
    token = os.environ.get(settings.token_env, "")
    if not token:
        raise SecretMissing(
            f"web.token_env names the environment variable {settings.token_env}, which is not set: "
            f"set it to a long random string, or take token_env out of config.yml."
        )
    return token


def require_token(token: str | None) -> Guard:
    """Lets in who brings `token`, as `?token=` or `Authorization: Bearer`; everybody where there is none."""

    def guard(request: Request) -> None:
        if token is not None and not _brings(request, token):
            raise Refusal(HTTPStatus.UNAUTHORIZED, "A token is needed: ?token=... or Authorization: Bearer ...")

    return guard


def require_token_or_loopback(token: str | None) -> Guard:
    """Like require_token, but without a token only a client on this machine gets in."""
    by_token = require_token(token)

    def guard(request: Request) -> None:
        by_token(request)
        if token is None and not _is_local(request):
            raise Refusal(
                HTTPStatus.FORBIDDEN, "Without web.token_env in config.yml this is for clients on this machine only."
            )

    return guard


def _brings(request: Request, token: str) -> bool:
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    # ASGI's headers are bytes read as Latin-1; a token is what the client's UTF-8 says.
    in_header = bearer.strip().encode("latin-1") if scheme.lower() == "bearer" else b""
    in_query = request.query_params.get("token", "").encode("utf-8", "replace")
    # Compare both, always, so that timing tells nothing.
    same = [hmac.compare_digest(brought, token.encode()) for brought in (in_header, in_query)]
    return any(same)


def _is_local(request: Request) -> bool:
    """A loopback client that came straight here, by a loopback name.

    Behind a proxy on this machine everybody looks local, and a page elsewhere can make its own name resolve here.
    """
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    name = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return _is_loopback(request.client.host) and (name == "localhost" or _is_loopback(name))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
