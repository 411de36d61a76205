"""docs/http.md lists every address that tools are told of, and none that is gone."""

from __future__ import annotations

import re

import httpx

from bot.config import WebSettings
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import Resources, create_app
from tests.docs.pages import ROOT

ELSEWHERE = {"/", "/playground", "/widget.js", "/socket.io", "/slack/events", "/slack/install", "/slack/oauth_redirect"}
"""Pages, other channels and protocols: not in /openapi.json."""

PEOPLE = {"/agent", "/console"}


async def test_the_page_has_every_address_and_no_other() -> None:
    app = create_app(ScriptedBot(), WebSettings(), "Test", Resources(metrics=lambda: (b"", "text/plain")))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        served = set((await client.get("/openapi.json")).json()["paths"])
    page = (ROOT / "docs" / "http.md").read_text(encoding="utf-8")
    table = page[page.index("| address |") :].partition("\n\n")[0]
    told = {address for row in table.splitlines()[2:] for address in re.findall(r"[` ](/[^`\s]*)`", row.split("|")[1])}
    assert {address.replace("{id}", "{conversation_id}") for address in told} - ELSEWHERE - PEOPLE == served
    assert told >= ELSEWHERE | PEOPLE
