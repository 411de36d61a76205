"""Who is logged in as what: a token that all of one role share, exchanged for a cookie that only this server can make.

The cookie says as what, who and until when. It is signed with a key of the role's own, which is made of its token too:
so it opens no other role's door, and whoever changes a token logs everybody in that role out.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.connectors.web.limits import Limit
from bot.errors import ConnectorError, SecretMissing

log = logging.getLogger(__name__)

Role = Literal["agents", "console"]
"""As what somebody logs in, named after the section of config.yml."""

LONGEST_NAME = 40
TRIES_OF_ADDRESS = 6
TRIES_OF_ALL = 60
"""Logins in a minute; whoever guesses would need some hundred million years."""

SHORTEST_TOKEN = 16
_COOKIE = re.compile(
    r"(?P<said>(?P<role>[a-z]{1,20})\.(?P<name>[\w-]{1,300})\.(?P<until>\d{1,12})\.(?P<once>[0-9a-f]{32}))"
    r"\.(?P<mark>[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """Who is logged in, and what proves that a request is of their own page and not of another site's."""

    name: str
    csrf: str = field(repr=False)


class Login:
    """Knows the token of one role. `secret` is the server's own; a login lasts for `hours`."""

    def __init__(
        self, role: Role, token: str, secret: bytes, hours: float, clock: Callable[[], float] = time.time
    ) -> None:
        self._role = role
        self._token = token.encode()
        self._key = hmac.digest(secret, f"{role}\n".encode() + self._token, hashlib.sha256)
        self._clock = clock
        self._of_address, self._of_all = Limit(TRIES_OF_ADDRESS), Limit(TRIES_OF_ALL)
        self.lasts = int(hours * 3600)
        self.cookie = f"ripen_{role}"

    def count(self, address: str | None) -> float:
        """One try to log in: 0.0, or in how many seconds to try again."""
        return self._of_address.take(address or "this machine") or self._of_all.take("all")

    def knows(self, token: str) -> bool:
        """Whether it is the token, in a time that tells nothing."""
        return hmac.compare_digest(token.encode("utf-8", "replace"), self._token)

    def issue(self, name: str) -> str:
        """A cookie for who is called so."""
        written = urlsafe_b64encode(name.encode()).decode().rstrip("=")
        said = f"{self._role}.{written}.{int(self._clock()) + self.lasts}.{secrets.token_hex(16)}"
        return f"{said}.{self._sign('cookie', said)}"

    def read(self, cookie: str | None) -> Entry | None:
        """Who brings a cookie; None for one of another role, one that this server did not make, or one that is over."""
        found = _COOKIE.fullmatch(cookie or "")
        if found is None or not hmac.compare_digest(self._sign("cookie", found["said"]), found["mark"]):
            return None
        if found["role"] != self._role or int(found["until"]) <= self._clock():
            return None
        name = urlsafe_b64decode(found["name"] + "=" * (-len(found["name"]) % 4)).decode()
        return Entry(name, self._sign("csrf", found["said"]))

    def _sign(self, purpose: str, said: str) -> str:
        return hmac.new(self._key, f"{purpose}\n{said}".encode(), hashlib.sha256).hexdigest()


def read_name(written: str) -> str | None:
    """What somebody is called, tidied up; None for what is no name."""
    name = " ".join(written.split())
    return name if 0 < len(name) <= LONGEST_NAME and name.isprintable() else None


def read_tokens(variables: Mapping[Role, str]) -> Mapping[Role, str]:
    """The tokens that the environment holds, by the variables that config.yml names for each role.

    Raises SecretMissing or ConnectorError. One token for two roles is what somebody chose, and is said in the log.
    """
    tokens = {role: _read_token(role, variable) for role, variable in variables.items()}
    if len(set(tokens.values())) < len(tokens):
        log.warning(
            "%s hold the same token: whoever answers chats may edit the bot, too. Set one of them to another.",
            " and ".join(variables.values()),
        )
    return tokens


def _read_token(role: Role, variable: str) -> str:
    token = os.environ.get(variable, "")
    remedy = (
        f"set it to a long random string, which opens nothing else, or take the section {role} out of config.yml "
        "(agents and console have a token each)"
    )
    if not token:
        raise SecretMissing(f"{role}.token_env names the environment variable {variable}, which is not set: {remedy}.")
    if len(token) < SHORTEST_TOKEN:
        raise ConnectorError(
            f"The environment variable {variable}, named by {role}.token_env, has {len(token)} characters; "
            f"{SHORTEST_TOKEN} are needed: {remedy}."
        )
    return token
