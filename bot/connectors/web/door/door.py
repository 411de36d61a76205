"""In and out: the login page, the cookie, and what proves that a change comes from a page of ours."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.connectors.web.addresses import address_of
from bot.connectors.web.bodies import read_bytes
from bot.connectors.web.door.login import Entry, Login, read_name
from bot.connectors.web.pages import STATIC
from bot.connectors.web.refusals import Refusal

CSRF = "x-ripen-csrf"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # a form's Origin would be "null" without any
    "Cache-Control": "no-store",
}
"""Of every page behind a door, and of the login page."""

_OWN = re.compile(r"/(?![/\\])[\x21-\x7e]{0,1000}")


@dataclass(frozen=True, slots=True)
class Place:
    """What is behind a door: all below `path`, beginning with `first`. The rest is what its login page says."""

    path: str
    first: str
    title: str
    heading: str
    name: str
    token: str


class Door:
    """One for each place. `bot` is what the bot is called; `variable` holds the token, in the server's environment."""

    def __init__(self, place: Place, login: Login, bot: str, variable: str) -> None:
        self._place = place
        self._login = login
        self._bot = bot
        self._wrong = f"This is not the token that the server has in {variable}."
        self._page = (STATIC / "door" / "login.html").read_text("utf-8")

    def routes(self) -> list[Route]:
        """For everybody."""
        path = self._place.path
        return [
            Route(f"{path}/login", self._show, methods=["GET"], include_in_schema=False),
            Route(f"{path}/login", self._log_in, methods=["POST"], include_in_schema=False),
            Route(f"{path}/logout", self._log_out, methods=["POST"], include_in_schema=False),
        ]

    def find(self, request: Request) -> Entry | None:
        """Who is logged in here."""
        return self._login.read(request.cookies.get(self._login.cookie))

    def check_change(self, request: Request, entry: Entry, told: str = "") -> None:
        """That a change comes from a page behind this door: by its origin, and by the proof that the page has.

        `told` is the proof of a form; scripts send it as a header. Raises Refusal.
        """
        check_origin(request)
        brought = request.headers.get(CSRF, "") or told
        if not hmac.compare_digest(brought.encode("utf-8", "replace"), entry.csrf.encode()):
            raise Refusal(HTTPStatus.FORBIDDEN, "Only our own pages may do this: reload the page.")

    async def _show(self, request: Request) -> Response:
        to = request.query_params.get("next", "")
        return self._ask("", to) if self.find(request) is None else self._go_in(to)

    async def _log_in(self, request: Request) -> Response:
        """The token for a cookie."""
        try:
            check_origin(request)
            said = await _read_form(request)
        except Refusal as error:
            return self._ask(str(error.detail), "", error.status_code)
        to, given = said.get("next", ""), said.get("name", "")
        if wait := self._login.count(address_of(request.scope)):
            response = self._ask("Too many tries. Wait a minute.", to, HTTPStatus.TOO_MANY_REQUESTS, given)
            response.headers["Retry-After"] = str(int(wait) + 1)
            return response
        if not self._login.knows(said.get("token", "")):
            return self._ask(self._wrong, to, HTTPStatus.UNAUTHORIZED, given)
        name = read_name(given)
        if name is None:
            return self._ask("Your name needs 1 to 40 letters.", to, HTTPStatus.BAD_REQUEST)
        response = self._go_in(to)
        self._set_cookie(request, response, self._login.issue(name), self._login.lasts)
        return response

    async def _log_out(self, request: Request) -> Response:
        """Forget the cookie."""
        try:
            check_origin(request)
        except Refusal as error:
            return self._ask(str(error.detail), "", error.status_code)
        response = RedirectResponse("login", HTTPStatus.SEE_OTHER, headers=HEADERS)
        self._set_cookie(request, response, "", 0)
        return response

    def _go_in(self, to: str) -> Response:
        """On to a page behind this door, and to none elsewhere; relative, since a proxy may have put it somewhere."""
        within = to if _OWN.fullmatch(to) else self._place.first
        return RedirectResponse(f"..{self._place.path}{within}", HTTPStatus.SEE_OTHER, headers=HEADERS)

    def _set_cookie(self, request: Request, response: Response, cookie: str, lasts: int) -> None:
        response.set_cookie(
            self._login.cookie,
            cookie,
            max_age=lasts,
            path=None,  # the folder of the login page, wherever a proxy has put it: no other place is sent it
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )

    def _ask(self, error: str, to: str, status: int = HTTPStatus.OK, given: str = "") -> Response:
        place = self._place
        words = {"title": place.title, "heading": place.heading, "name": place.name, "token": place.token}
        filled = {key: escape(text) for key, text in {**words, "bot": self._bot, "next": to, "given": given}.items()}
        filled["error"] = f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
        page = re.sub(r"\{\{(\w+)\}\}", lambda found: filled[found[1]], self._page)
        return HTMLResponse(page.encode("utf-8", "replace"), status, headers=HEADERS)


def check_origin(request: Request) -> None:
    """No page of another site. What names no origin is no browser, and brings no cookie by mistake. Raises Refusal."""
    origin = request.headers.get("origin")
    hosts = {request.headers.get("host", ""), request.headers.get("x-forwarded-host", "").split(",")[0].strip()}
    if origin is not None and urlsplit(origin).netloc.lower() not in {host.lower() for host in hosts if host}:
        raise Refusal(HTTPStatus.FORBIDDEN, "Pages of another site may not do this.")


async def _read_form(request: Request) -> dict[str, str]:
    try:
        fields = parse_qs((await read_bytes(request)).decode("utf-8", "replace"), max_num_fields=10)
    except ValueError:
        raise Refusal(HTTPStatus.BAD_REQUEST, "The form has too many fields.") from None
    return {name: values[0] for name, values in fields.items()}
