"""The demo page, the playground, and the widget."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from html import escape
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from starlette.responses import Response as StarletteResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.connectors.web.widget_file import WidgetFile, build_widget

STATIC = Path(str(files("bot.connectors.web") / "static"))

WIDGET_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
}
"""Pages of other origins embed the widget; browsers ask whether it changed, so that an upgrade shows at once."""

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' https: data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)


class WidgetFiles(StaticFiles):
    """Static files that other sites' pages may load."""

    async def get_response(self, path: str, scope: Scope) -> StarletteResponse:
        """The file, with the headers that embedding needs."""
        response = await super().get_response(path, scope)
        response.headers.update(WIDGET_HEADERS)
        return response


def install(app: FastAPI, name: str, suggestions: Sequence[str]) -> None:
    """Serve `/` (the demo page of the bot called `name`), `/playground`, `/widget.js` and `/static/`."""
    widget = build_widget(STATIC / "widget" / "main.js")

    for path, file in (("/", "index.html"), ("/playground", "playground.html")):
        page = _fill((STATIC / file).read_text("utf-8"), name, suggestions)
        app.add_api_route(path, _serve_page(page), methods=["GET", "HEAD"], include_in_schema=False)

    @app.api_route("/widget.js", methods=["GET", "HEAD"], include_in_schema=False)
    async def widget_js(request: Request) -> Response:
        return serve_built(widget, request)

    app.mount("/static", WidgetFiles(directory=STATIC), name="static")


def _fill(page: str, name: str, suggestions: Sequence[str]) -> str:
    buttons = "".join(
        f'<button type="button" data-ripen-say="{escape(text)}">{escape(text)}</button>' for text in suggestions
    )
    return page.replace("{{suggestions}}", buttons).replace("{{name}}", escape(name))


def _serve_page(page: str) -> Callable[[], Awaitable[Response]]:
    headers = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }

    async def serve() -> Response:
        return HTMLResponse(page, headers=headers)

    return serve


def serve_built(widget: WidgetFile, request: Request) -> Response:
    """The file, or that the browser has it."""
    headers = {**WIDGET_HEADERS, "ETag": widget.etag}
    if widget.etag in request.headers.get("If-None-Match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return Response(widget.gzipped, media_type="text/javascript", headers={**headers, "Content-Encoding": "gzip"})
    return Response(widget.plain, media_type="text/javascript", headers=headers)
