"""Sessions that only this server can issue: `<id>.<signature>`, good for the user for whom it was issued.

The signature covers id and user, and no time: a session lasts as long as what is kept of it, whatever clocks say.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.config import WebSettings
from bot.connectors.base import WEB_SESSION
from bot.connectors.web.users import User
from bot.errors import ConnectorError, SecretMissing

PURPOSE = "web sessions"
SHORTEST_SECRET = 32


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation of the web chat, and whose it is. `token` is what its pages hold, and nobody else."""

    conversation_id: str
    sender_id: str
    token: str = field(repr=False)
    user: User | None = None


class Signer:
    """Issues sessions, and knows them again."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def issue(self, user: User | None) -> Session:
        """A session that nobody had before."""
        return self._session(uuid.uuid4().hex, user)

    def read(self, token: Any, user: User | None) -> Session | None:
        """The session of a token, None for what this server did not sign for this user."""
        if not isinstance(token, str) or not token.isascii():
            return None
        session = self._session(token.partition(".")[0], user)
        return session if hmac.compare_digest(session.token, token) else None

    def _session(self, name: str, user: User | None) -> Session:
        whose = "nobody" if user is None else f"user {user.id}"
        signed = f"{PURPOSE}\n{name}\n{whose}".encode()
        signature = urlsafe_b64encode(hmac.digest(self._secret, signed, hashlib.sha256)).decode().rstrip("=")
        conversation_id = f"{WEB_SESSION}{name}"
        sender_id = conversation_id if user is None else f"{WEB_SESSION}user:{user.id}"
        return Session(conversation_id, sender_id, f"{name}.{signature}", user)


async def read_session_secret(settings: WebSettings, kept: Callable[[str], Awaitable[bytes]]) -> bytes:
    """What signs sessions: from the environment where config.yml names a variable, else `kept(name)`.

    Raises SecretMissing or ConnectorError: the variable is not set, or is too short to be a secret.
    """
    name = settings.secret_env
    if name is None:
        return await kept(PURPOSE)
    secret = os.environ.get(name, "").encode("utf-8", "surrogateescape")
    remedy = "set it to a long random string, or take secret_env out of config.yml"
    if not secret:
        raise SecretMissing(f"web.secret_env names the environment variable {name}, which is not set: {remedy}.")
    if len(secret) < SHORTEST_SECRET:
        raise ConnectorError(
            f"The environment variable {name}, named by web.secret_env, is {len(secret)} bytes long; "
            f"{SHORTEST_SECRET} are needed: {remedy}."
        )
    return secret
