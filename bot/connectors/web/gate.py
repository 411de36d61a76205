"""Who may come in to the web chat, as whom, and how often: one gate for sockets and for plain requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Scope

from bot.connectors.web.addresses import address_of
from bot.connectors.web.limits import Limits
from bot.connectors.web.origins import OriginCheck
from bot.connectors.web.refusals import ChatRefusal, too_many
from bot.connectors.web.signatures import Session, Signer
from bot.connectors.web.users import Doorkeeper, User

HOSTS = ("host", "x-forwarded-host")


@dataclass(frozen=True, slots=True)
class Gate:
    """Every method refuses with ChatRefusal, or lets in."""

    signer: Signer
    doorkeeper: Doorkeeper
    limits: Limits
    allowed: OriginCheck

    def check_origin(self, headers: Headers) -> None:
        """Let in pages of this server and of `web.origins`, and what is no browser."""
        environ = {f"HTTP_{name.upper().replace('-', '_')}": headers[name] for name in HOSTS if name in headers}
        if not self.allowed(headers.get("origin"), environ):
            raise ChatRefusal("origin", "Pages of this site are not in web.origins.")

    def count(self, address: str | None) -> None:
        """One request from there."""
        if wait := self.limits.request(address):
            raise too_many(wait)

    def enter(self, scope: Scope, token: Any) -> User | None:
        """A request, and by the host site's token the user whose it is."""
        self.count(address_of(scope))
        return self.doorkeeper.recognise(token)

    def find(self, token: Any, user: User | None) -> Session:
        """The session that a page names."""
        session = self.signer.read(token, user)
        if session is None:
            raise ChatRefusal("session_unknown", "This session is not known, or not yours: ask /chat/session for one.")
        return session
