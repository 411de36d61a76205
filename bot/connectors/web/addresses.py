"""Where a request comes from, for limits. Proxies that `web.proxies` names are believed; uvicorn sees to that."""

from __future__ import annotations

import logging

from starlette.types import Scope

from bot.connectors.web.limits import count_as

logger = logging.getLogger(__name__)

FORWARDED = frozenset({b"forwarded", b"x-forwarded-for", b"x-real-ip"})

_warned = False


def address_of(scope: Scope) -> str | None:
    """Under which address the client of this request counts; None is this machine itself, without a proxy."""
    client = scope.get("client")
    host = client[0] if client else None
    forwarded = [value for name, value in scope["headers"] if name in FORWARDED]
    if host and forwarded:
        _warn_of_stranger(host, b",".join(forwarded))
    return count_as(host, forwarded=bool(forwarded))


def _warn_of_stranger(host: str, forwarded: bytes) -> None:
    """Once. The client is still the proxy itself when nobody believed what it says."""
    global _warned
    if not _warned and host.encode() not in forwarded:
        _warned = True
        logger.warning(
            "requests come through a proxy at %s, which web.proxies in config.yml does not name: "
            "all its users count as one for web.limits. Name it if it is yours.",
            host,
        )
