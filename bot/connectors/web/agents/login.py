"""Who is logged in at the agent view: a token that all agents share, exchanged for a cookie that only this server can
make. The cookie says who, until when, and is signed; whoever changes the token logs everybody out.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.config import AgentSettings
from bot.connectors.desk import Agent
from bot.connectors.web.limits import Limit

COOKIE = "ripen_agent"
LONGEST_NAME = 40
TRIES_OF_ADDRESS = 6
TRIES_OF_ALL = 60
"""Logins in a minute; whoever guesses would need some hundred million years."""

SHORTEST_TOKEN = 16
_COOKIE = re.compile(
    r"(?P<said>(?P<name>[\w-]{1,300})\.(?P<until>\d{1,12})\.(?P<once>[0-9a-f]{32}))\.(?P<mark>[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An agent who is logged in, and what proves that a request is of their own page and not of another site's."""

    agent: Agent
    csrf: str = field(repr=False)


class Login:
    """Knows the token. `secret` is the server's own."""

    def __init__(
        self, token: str, secret: bytes, settings: AgentSettings, clock: Callable[[], float] = time.time
    ) -> None:
        self._token = token.encode()
        self._key = hmac.digest(secret, b"agents\n" + self._token, hashlib.sha256)
        self._settings = settings
        self._clock = clock
        self._of_address, self._of_all = Limit(TRIES_OF_ADDRESS), Limit(TRIES_OF_ALL)

    @property
    def lasts(self) -> int:
        """Seconds."""
        return int(self._settings.session_hours * 3600)

    def count(self, address: str | None) -> float:
        """One try to log in: 0.0, or in how many seconds to try again."""
        return self._of_address.take(address or "this machine") or self._of_all.take("all")

    def knows(self, token: str) -> bool:
        """Whether it is the token, in a time that tells nothing."""
        return hmac.compare_digest(token.encode("utf-8", "replace"), self._token)

    def issue(self, name: str) -> str:
        """A cookie for the agent of that name."""
        written = urlsafe_b64encode(name.encode()).decode().rstrip("=")
        said = f"{written}.{int(self._clock()) + self.lasts}.{secrets.token_hex(16)}"
        return f"{said}.{self._sign('cookie', said)}"

    def read(self, cookie: str | None) -> Entry | None:
        """Who brings a cookie; None for one that this server did not make, or that is over."""
        found = _COOKIE.fullmatch(cookie or "")
        if found is None or not hmac.compare_digest(self._sign("cookie", found["said"]), found["mark"]):
            return None
        if int(found["until"]) <= self._clock():
            return None
        name = urlsafe_b64decode(found["name"] + "=" * (-len(found["name"]) % 4)).decode()
        agent = Agent(f"web:{name.casefold()}", name, timedelta(seconds=self._settings.away_after))
        return Entry(agent, self._sign("csrf", found["said"]))

    def _sign(self, purpose: str, said: str) -> str:
        return hmac.new(self._key, f"{purpose}\n{said}".encode(), hashlib.sha256).hexdigest()


def read_name(written: str) -> str | None:
    """What an agent is called, tidied up; None for what is no name."""
    name = " ".join(written.split())
    return name if 0 < len(name) <= LONGEST_NAME and name.isprintable() else None
