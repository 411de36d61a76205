"""Around every page: who may see it, who may change something, and an error as a page instead of a traceback."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.connectors.web.door import HEADERS, Door, Entry
from bot.connectors.web.refusals import Refusal
from bot.console.forms import Form, read_form
from bot.console.words import FILTERS
from bot.errors import CatalogError, ReviewConflict, RipenError, StoreError

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
READ_ONLY = (
    "This console only shows (console.read_only in config.yml): change the files in a branch, and open a pull request."
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a person who is logged in."""

    request: Request
    entry: Entry
    frame: Frame
    form: Form

    @property
    def who(self) -> str:
        """The person's name."""
        return self.entry.name

    def ask(self, name: str, default: str = "") -> str:
        """A value of the address's query."""
        return str(self.request.query_params.get(name, default))

    def link(self, **changed: Any) -> str:
        """The address of this page, from itself: its query but for what is `changed`."""
        query = {**self.request.query_params, **changed}
        for once in ("done", "at", "back"):  # tell once what was done, and where
            query.pop(once, None)
        return f"?{urlencode(query)}"

    @property
    def part(self) -> bool:
        """Whether htmx asks for a part of the page."""
        return "hx-request" in self.request.headers

    async def show(self, template: str, status: int = HTTPStatus.OK, **context: Any) -> Response:
        """A page, or a part of one. Large ones take a tenth of a second, in a thread: meanwhile the bot goes on."""
        return await asyncio.to_thread(
            partial(self.frame.render, self.request, template, status, entry=self.entry, link=self.link, **context)
        )

    def go(self, path: str) -> Response:
        """On to another page of the console; for htmx by its own header."""
        where = f"{self.request.scope.get('root_path', '')}/console{path}"
        if self.part:
            return Response(status_code=HTTPStatus.NO_CONTENT, headers={**HEADERS, "HX-Redirect": where})
        return RedirectResponse(where, HTTPStatus.SEE_OTHER, headers=HEADERS)


Handler = Callable[[Visit], Awaitable[Response]]


class Frame:
    """Wraps handlers. `name` is what the bot is called; files are named from `folder` on."""

    def __init__(self, name: str, door: Door, folder: Path, *, read_only: bool) -> None:
        self.door = door
        self.read_only = read_only
        loader = FileSystemLoader(HERE / "templates")
        self._pages = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._pages.globals |= {"bot": name, "read_only": read_only}
        self._pages.filters |= {**FILTERS, "inside": lambda text: str(text).replace(f"{folder}/", "")}

    def page(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """For who is logged in. What it does changes nothing."""

        async def answer(request: Request) -> Response:
            entry = self.door.find(request)
            if entry is None:
                return send_to_login(request)
            return await self._try(request, entry, handler)

        return answer

    def form(self, handler: Handler, *, changes: bool = True) -> Callable[[Request], Awaitable[Response]]:
        """For who is logged in, from a page of the console. With `changes`, not where it only shows."""

        async def answer(request: Request) -> Response:
            entry = self.door.find(request)
            if entry is None:
                return send_to_login(request)
            return await self._try(request, entry, handler, posted=True, changes=changes)

        return answer

    async def _try(
        self, request: Request, entry: Entry, handler: Handler, *, posted: bool = False, changes: bool = False
    ) -> Response:
        try:
            form = await read_form(request) if posted else Form({})
            if posted:
                self.door.check_change(request, entry, form.get("csrf"))
            if changes and self.read_only:
                raise Refusal(HTTPStatus.FORBIDDEN, READ_ONLY)
            return await handler(Visit(request, entry, self, form))
        except HTTPException as error:
            return self.tell(request, error.status_code, str(error.detail), entry)
        except RipenError as error:
            return self.tell(request, _status_of(error), str(error), entry)
        except Exception as error:
            # Its words may quote what a user wrote: the log gets only its kind.
            log.error("%s %s failed: %s", request.method, request.url.path, type(error).__name__)
            log.debug("traceback", exc_info=True)
            return self.tell(request, HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side.", entry)

    def tell(self, request: Request, status: int, message: str, entry: Entry | None) -> Response:
        """An error in words, as a page or as the part that htmx asked for."""
        template = "part_error.html" if request.headers.get("hx-request") else "error.html"
        return self.render(request, template, status, entry=entry, message=message)

    def render(self, request: Request, template: str, status: int = HTTPStatus.OK, **context: Any) -> Response:
        """HTML, all of it escaped unless a template says otherwise; none does."""
        root = f"{request.scope.get('root_path', '')}/console"
        place = request.url.path.removeprefix(root).strip("/").split("/")[0]
        page = self._pages.get_template(template).render(root=root, place=place, **context)
        return HTMLResponse(page.encode("utf-8", "replace"), status, headers=HEADERS)


def send_to_login(request: Request) -> Response:
    """Where a person without a login ends up, whatever they ask for; from there they come back to the page."""
    where = f"{request.scope.get('root_path', '')}/console/login"
    by_htmx = "hx-request" in request.headers
    asked = urlsplit(request.headers.get("hx-current-url", "")) if by_htmx else request.url
    path = asked.path.split("/console", 1)[-1].strip("/")
    if request.method == "POST" and not by_htmx:
        path = path.split("/")[0]  # what is posted to /inbox/assign stood on /inbox
    if path:
        query = f"?{asked.query}" if asked.query else ""
        where += f"?next={quote(f'/{path}{query}')}"
    if by_htmx:
        return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={**HEADERS, "HX-Redirect": where})
    return RedirectResponse(where, HTTPStatus.SEE_OTHER, headers=HEADERS)


def _status_of(error: RipenError) -> HTTPStatus:
    kinds: Mapping[type[RipenError], HTTPStatus] = {
        ReviewConflict: HTTPStatus.CONFLICT,
        CatalogError: HTTPStatus.UNPROCESSABLE_ENTITY,
        StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    }
    return next((status for kind, status in kinds.items() if isinstance(error, kind)), HTTPStatus.BAD_REQUEST)
