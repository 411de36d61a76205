"""Who may come in: the login of the agent view, at the console's own address. The only file here that knows it."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.connectors.web.agents.login import COOKIE, Entry, Login, read_name
from bot.connectors.web.refusals import Refusal

__all__ = ["Entry", "Login", "check_change", "check_origin", "find_entry", "let_in", "let_out", "read_name"]

PLACES = ("/console", "/agent")
"""Where the cookie goes: who logs in here is known at the agent view, too."""

CSRF = "x-ripen-csrf"


def find_entry(login: Login, request: Request) -> Entry | None:
    """Who is logged in."""
    return login.read(request.cookies.get(COOKIE))


def check_change(request: Request, entry: Entry, told: str | None) -> None:
    """That a change comes from a page of the console: by its origin, and by the proof that the page has.

    `told` is the proof of a form; htmx sends it as a header. Raises Refusal.
    """
    check_origin(request)
    if (request.headers.get(CSRF) or told) != entry.csrf:
        raise Refusal(HTTPStatus.FORBIDDEN, "Only the console itself may do this: reload it.")


def check_origin(request: Request) -> None:
    """No page of another site. What names no origin is no browser, and brings no cookie by mistake. Raises Refusal."""
    origin = request.headers.get("origin")
    hosts = {request.headers.get("host", ""), request.headers.get("x-forwarded-host", "").split(",")[0].strip()}
    if origin is not None and urlsplit(origin).netloc.lower() not in {host.lower() for host in hosts if host}:
        raise Refusal(HTTPStatus.FORBIDDEN, "Pages of another site may not do this.")


def let_in(login: Login, request: Request, name: str, to: str) -> Response:
    """The cookie, and on to a page."""
    response = RedirectResponse(to, HTTPStatus.SEE_OTHER)
    for place in PLACES:
        response.set_cookie(
            COOKIE,
            login.issue(name),
            max_age=login.lasts,
            path=f"{request.scope.get('root_path', '')}{place}",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
    return response


def let_out(request: Request, to: str) -> Response:
    """Without the cookie, on to a page."""
    response = RedirectResponse(to, HTTPStatus.SEE_OTHER)
    for place in PLACES:
        path = f"{request.scope.get('root_path', '')}{place}"
        response.delete_cookie(COOKIE, path=path, httponly=True, samesite="strict")
    return response
