"""Mounts, lifespan, pages and origins."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import socketio
from starlette.responses import PlainTextResponse

from bot.config import WebSettings
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import WebApp, create_app
from tests.bot.connectors.web.conftest import calling, serving


async def test_another_channel_is_mounted_at_its_path(bot: ScriptedBot) -> None:
    app = create_app(bot, WebSettings(), "Test", mounts={"/slack/events": PlainTextResponse("ok")})
    async with calling(app) as http:
        assert (await http.post("/slack/events")).text == "ok"
        assert (await http.post("/slack/other")).status_code == 404


async def test_the_lifespan_is_entered_before_and_left_after(bot: ScriptedBot) -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        steps.append("up")
        try:
            yield
        finally:
            steps.append("down")

    async with serving(create_app(bot, WebSettings(), "Test", lifespan=lifespan)) as address:
        async with httpx.AsyncClient() as http:
            assert (await http.get(f"{address}/health")).status_code == 200
        assert steps == ["up"]
    assert steps == ["up", "down"]


async def test_the_demo_page_names_the_bot_and_allows_no_inline_code(bot: ScriptedBot) -> None:
    async with calling(create_app(bot, WebSettings(), "<Willow & Wren>")) as http:
        page = await http.get("/")
        assert "&lt;Willow &amp; Wren&gt;" in page.text
        assert "script-src 'self';" in page.headers["content-security-policy"]
        assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|style=", page.text)
        for address in re.findall(r'(?:src|href)="([^"{]+)"', page.text):
            assert (await http.get(f"/{address}")).status_code == 200, address


async def test_the_widgets_files_may_be_embedded_anywhere(http: httpx.AsyncClient) -> None:
    for path in ("/widget.js", "/static/widget/element.js", "/static/vendor/socket.io.esm.min.js"):
        response = await http.get(path, headers={"origin": "https://shop.example"})
        assert response.status_code == 200
        assert response.headers["access-control-allow-origin"] == "*"
        assert "javascript" in response.headers["content-type"]


@pytest.mark.parametrize(
    ("origins", "origin", "allowed"),
    [
        ((), None, True),
        ((), "own", True),
        ((), "https://shop.example", False),
        (("https://Shop.example/",), "https://shop.example", True),
        (("https://shop.example",), "own", True),
        (("https://shop.example",), "https://evil.example", False),
        (("*",), "https://evil.example", True),
    ],
)
async def test_who_may_open_a_socket_and_read_answers(
    bot: ScriptedBot, origins: tuple[str, ...], origin: str | None, allowed: bool
) -> None:
    async with serving(create_app(bot, WebSettings(origins=origins), "Test")) as address:
        headers = {} if origin is None else {"Origin": address if origin == "own" else origin}
        client = socketio.AsyncClient(reconnection=False)
        try:
            await client.connect(address, headers=headers, transports=["websocket"])
        except socketio.exceptions.ConnectionError:
            assert not allowed
        else:
            assert allowed
        finally:
            await client.disconnect()
        if origin not in (None, "own"):
            async with httpx.AsyncClient() as http:
                said = await http.post(f"{address}/webhooks/rest/webhook", json={"message": "hi"}, headers=headers)
            assert ("access-control-allow-origin" in said.headers) == allowed


async def test_openapi_describes_what_is_posted(app: WebApp) -> None:
    async with calling(app) as http:
        paths = (await http.get("/openapi.json")).json()["paths"]
    schema = paths["/webhooks/rest/webhook"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert {"sender", "message", "metadata"} <= set(schema["properties"])


@pytest.mark.parametrize("path", ["/", "/widget.js", "/health", "/nowhere", "/openapi.json", "/chat/poll"])
async def test_browsers_are_told_not_to_guess_or_tell(http: httpx.AsyncClient, path: str) -> None:
    headers = (await http.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'")


async def test_nothing_that_is_asked_is_repeated(address: str) -> None:
    evil = "<script>alert(1)</script>"
    async with httpx.AsyncClient(base_url=address) as http:
        for path in (
            f"/{evil}",
            f"/socket.io/?EIO=4&transport={evil}",
            f"/socket.io/?EIO=4&transport=polling&sid={evil}",
        ):
            for method in ("GET", "POST"):
                response = await http.request(method, path, headers={"Origin": f"https://{evil}"})
                assert response.status_code >= 400
                assert "alert" not in response.text + str(response.headers)
        said = await http.post("/chat/session", json={"session_id": evil})
        assert "alert" not in said.text
