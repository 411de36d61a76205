"""Which pages may talk to the bot: its own, those of `web.origins`, or any."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

OriginCheck = Callable[[str | None, Mapping[str, Any]], bool]
"""Whether a page of that origin may open a socket; the mapping is the request as a WSGI environment."""


def normalise(origins: Sequence[str]) -> tuple[str, ...]:
    """Origins as browsers write them: in lower case, without a slash at the end."""
    return tuple(origin.strip().rstrip("/").lower() for origin in origins)


def check_origins(origins: Sequence[str]) -> OriginCheck:
    """A check by `web.origins`. A client that is no browser sends no origin, and is let in."""
    allowed = frozenset(normalise(origins))

    def is_allowed(origin: str | None, environ: Mapping[str, Any]) -> bool:
        if origin is None or "*" in allowed or origin.lower() in allowed:
            return True
        host = environ.get("HTTP_X_FORWARDED_HOST", environ.get("HTTP_HOST", "")).split(",")[0].strip()
        # Not the scheme: a proxy that ends TLS often does not say so, and the host is what tells pages apart.
        return bool(host) and origin.lower().partition("://")[2] == host.lower()

    return is_allowed
