"""The demo page, and the widget's files."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.responses import Response as StarletteResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(str(files("bot.connectors.web") / "static"))

WIDGET_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
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
    """Serve `/` (the demo page of the bot called `name`), `/widget.js` and what it loads from `/static/`."""
    buttons = "".join(
        f'<button type="button" data-say="{escape(text)}">{escape(text)}</button>' for text in suggestions
    )
    page = (STATIC / "index.html").read_text("utf-8")
    page = page.replace("{{suggestions}}", buttons).replace("{{name}}", escape(name))

    @app.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    async def demo() -> Response:
        headers = {
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-cache",
        }
        return HTMLResponse(page, headers=headers)

    @app.api_route("/widget.js", methods=["GET", "HEAD"], include_in_schema=False)
    async def widget() -> Response:
        return FileResponse(STATIC / "ripen-widget.js", media_type="text/javascript", headers=WIDGET_HEADERS)

    app.mount("/static", WidgetFiles(directory=STATIC), name="static")
