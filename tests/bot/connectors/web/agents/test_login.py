"""Who gets into the agent view, and who does not."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.connectors.web.door.login import TRIES_OF_ADDRESS
from tests.bot.connectors.web.agents.conftest import COOKIE, TOKEN, Desk, log_in
from tests.bot.connectors.web.conftest import calling

CHANGES = ("take", "say", "give-back", "stay", "typing")


@pytest.fixture
async def http(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(desk.app, client="192.0.2.7") as client:
        yield client


async def test_nothing_is_seen_without_a_login(http: httpx.AsyncClient, desk: Desk) -> None:
    conversation = await desk.visit("v1", "my secret order")
    page = await http.get("/agent")
    assert (page.status_code, page.headers["location"]) == (303, "agent/login")
    assert "secret" not in page.text
    stream = await http.get("/agent/api/stream", params={"conversation": conversation})
    assert stream.status_code == 401
    assert "secret" not in stream.text
    for change in CHANGES:
        body = {"conversation": conversation, "id": "x", "text": "hello"}
        assert (await http.post(f"/agent/api/{change}", json=body)).status_code == 401
    assert (await desk.room.find(conversation)).agent is None  # type: ignore[union-attr]


async def test_the_token_lets_in(http: httpx.AsyncClient) -> None:
    response = await log_in(http, "  Ada   Lovelace ")
    assert (response.status_code, response.headers["location"]) == (303, "../agent")
    cookie = response.headers["set-cookie"]
    for flag in ("HttpOnly", "SameSite=strict", "Max-Age=43200"):
        assert flag in cookie
    assert "Secure" not in cookie
    assert "Path" not in cookie, "the browser takes /agent, wherever a proxy has put it"
    http.cookies.set(COOKIE, response.cookies[COOKIE])
    page = await http.get("/agent")
    assert page.status_code == 200
    assert "Ada Lovelace" in page.text
    assert "Test &amp; shop" in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert (await http.get("/agent/login")).headers["location"] == "../agent"
    out = await http.post("/agent/logout")
    assert out.headers["location"] == "login"
    assert "Max-Age=0" in out.headers["set-cookie"]


async def test_behind_tls_the_cookie_is_for_tls(desk: Desk) -> None:
    transport = httpx.ASGITransport(desk.app)
    async with httpx.AsyncClient(transport=transport, base_url="https://shop.example") as http:
        assert "Secure" in (await log_in(http)).headers["set-cookie"]


@pytest.mark.parametrize(
    ("name", "token", "status"),
    [
        ("Ada", "wrong", 401),
        ("Ada", "", 401),
        ("Ada", "é" * 30, 401),
        ("", TOKEN, 400),
        ("x" * 41, TOKEN, 400),
        ("a\x00b", TOKEN, 400),
        ("\u202eAda", TOKEN, 400),
    ],
)
async def test_others_stay_out(http: httpx.AsyncClient, name: str, token: str, status: int) -> None:
    response = await log_in(http, name, token)
    assert response.status_code == status
    assert "set-cookie" not in response.headers
    assert 'role="alert"' in response.text


async def test_a_wrong_token_does_not_cost_the_name(http: httpx.AsyncClient) -> None:
    page = (await log_in(http, 'Ada "{{error}}" <b>', "wrong")).text
    assert 'value="Ada &quot;{{error}}&quot; &lt;b&gt;"' in page
    assert "wrong" not in page


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"name=%", b"name&token&&&=", b"a=1&" * 30, b"x" * 300_000])
async def test_a_broken_form_is_no_login(http: httpx.AsyncClient, body: bytes) -> None:
    response = await http.post("/agent/login", content=body)
    assert response.status_code in (400, 401, 413)
    assert "set-cookie" not in response.headers


async def test_who_guesses_has_to_wait(http: httpx.AsyncClient) -> None:
    for _ in range(TRIES_OF_ADDRESS):
        assert (await log_in(http, token="guess")).status_code == 401
    late = await log_in(http)
    assert late.status_code == 429
    assert int(late.headers["retry-after"]) >= 1
    assert "set-cookie" not in late.headers


async def test_pages_of_other_sites_can_do_nothing(http: httpx.AsyncClient, desk: Desk) -> None:
    conversation = await desk.visit("v1", "hello")
    foreign = {"origin": "https://evil.example"}
    sent = await http.post("/agent/login", data={"name": "Eve", "token": TOKEN}, headers=foreign)
    assert sent.status_code == 403
    http.cookies.set(COOKIE, (await log_in(http)).cookies[COOKIE])
    csrf = re.findall(r'data-csrf="(\w+)"', (await http.get("/agent")).text)[0]
    wrong: tuple[dict[str, str], ...] = (
        {},
        {"x-ripen-csrf": "0" * 64},
        {"x-ripen-csrf": csrf, **foreign},
        {"x-ripen-csrf": csrf, "origin": "null"},
    )
    for headers in wrong:
        for change in CHANGES:
            body = {"conversation": conversation, "id": "x", "text": "hi"}
            assert (await http.post(f"/agent/api/{change}", json=body, headers=headers)).status_code == 403
    assert (await http.post("/agent/logout", headers=foreign)).status_code == 403
    taken = await http.post("/agent/api/take", json={"conversation": conversation}, headers={"x-ripen-csrf": csrf})
    assert taken.json() == {"ok": True}
