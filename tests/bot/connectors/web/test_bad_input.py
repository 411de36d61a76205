"""Whatever is posted: a 4xx with a reason in Rasa's shape, never a traceback, and the next message is answered."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import WebApp
from bot.connectors.web.bodies import BODY_LIMIT
from tests.bot.connectors.web.client import connected
from tests.bot.connectors.web.conftest import serving

REST = "/webhooks/rest/webhook"
SHAPE = {"version", "status", "message", "reason", "details", "help", "code"}

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
bodies = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("sender", "message", "metadata", "message_id", "input_channel", "text"), json_values),
)


def assert_refused(response: httpx.Response, code: int = 400) -> None:
    assert response.status_code == code, response.text
    body = response.json()
    assert set(body) == SHAPE
    assert (body["status"], body["code"]) == ("failure", code)
    assert body["message"]
    assert body["reason"]
    assert "Traceback" not in response.text


@pytest.mark.parametrize("url", [REST, "/model/parse"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"hello",
        b"[]",
        b"5",
        b"null",
        b'"text"',
        b'{"text": "a", "message": "a"',
        b"{'text': 'single quotes'}",
        b'{"text": "\xff\xfe", "message": "\xff\xfe"}',
        rb'{"text": "\ud83d", "message": "\ud83d"}',
        rb'{"text": "a\u0000b", "message": "a\u0000b"}',
        rb'{"text": "a", "message": "a", "metadata": {"deep": [{"\u0000": 1}]}}',
        b'{"text": {}, "message": {}}',
        b'{"text": ["a"], "message": ["a"]}',
        b'{"text": true, "message": true}',
        b'{"text": "a", "message": "a", "metadata": {"n": NaN}}',
        b'{"text": "a", "message": "a", "metadata": {"n": 1e999}}',
        b'{"text": "a", "message": "a", "metadata": {"n": ' + b"9" * 5000 + b"}}",
        b'{"text": ' + b"[" * 50000 + b"]" * 50000 + b"}",
    ],
    ids=range(20),
)
async def test_what_is_no_message_is_refused(http: httpx.AsyncClient, bot: ScriptedBot, url: str, body: bytes) -> None:
    assert_refused(await http.post(url, content=body))
    assert bot.messages == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"sender": ["u1"]},
        {"sender": "x" * 129},
        {"sender": "a\nb"},
        {"metadata": "page"},
        {"metadata": []},
        {"message_id": {}},
        {"message_id": "x" * 129},
        {"metadata": {"message_id": {"a": 1}}},
        {"input_channel": []},
    ],
    ids=str,
)
async def test_the_reason_names_the_key(http: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    response = await http.post(REST, json={"message": "hi", **wrong})
    assert_refused(response)
    assert next(iter(wrong)) in response.json()["details"]["parameter"]


async def test_parse_needs_a_text(http: httpx.AsyncClient) -> None:
    assert_refused(await http.post("/model/parse", json={"message": "hi"}))
    assert_refused(await http.post("/model/parse", json={"text": None}))
    assert_refused(await http.post("/model/parse?emulation_mode=wit", json={"text": "hi"}))


@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_over_the_limit_is_refused_even_if_its_length_is_not_said(
    http: httpx.AsyncClient, bot: ScriptedBot, declared: bool
) -> None:
    body = json.dumps({"message": "x" * BODY_LIMIT}).encode()

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    assert_refused(await http.post(REST, content=body if declared else chunks()), 413)
    assert bot.messages == []


async def test_a_hundred_thousand_characters_reach_the_bot(http: httpx.AsyncClient, bot: ScriptedBot) -> None:
    response = await http.post(REST, json={"message": "ä" * 100_000})
    assert response.status_code == 200
    assert len(bot.messages[0].text) == 100_000


@pytest.mark.parametrize(
    ("method", "url", "code"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/webhooks/slack/webhook", 404),
        ("GET", "/static/../app.py", 404),
        ("GET", "/static/%2e%2e/app.py", 404),
        ("GET", REST, 405),
        ("DELETE", "/model/parse", 405),
        ("GET", "/conversations/nobody/tracker", 404),
        ("GET", f"/conversations/{'x' * 129}/tracker", 400),
        ("GET", "/conversations/a%00b/tracker", 400),
        ("POST", f"{REST}?stream=perhaps", 400),
    ],
)
async def test_other_mistakes_have_the_same_shape(http: httpx.AsyncClient, method: str, url: str, code: int) -> None:
    assert_refused(await http.request(method, url, content=b"{}" if method == "POST" else None), code)


async def test_a_bot_that_breaks_its_word_is_a_500_without_its_words(
    http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = await http.post(REST, json={"message": "explode"})
    assert_refused(response, 500)
    assert "secret words" not in response.text + caplog.text
    assert "RuntimeError" in caplog.text
    assert REST in caplog.text


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(body=st.binary(max_size=200) | bodies.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass")))
async def test_rubbish_gets_an_answer_or_a_reason(http: httpx.AsyncClient, body: bytes) -> None:
    for url in (REST, "/model/parse"):
        response = await http.post(url, content=body)
        if response.status_code != 200:
            assert_refused(response)
    assert (await http.post(REST, json={"message": "still there?"})).status_code == 200


@pytest.fixture(autouse=True)
def _no_traceback_in_the_log(app: WebApp, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert "Traceback" not in caplog.text


async def test_rubbish_on_the_socket_is_one_line_in_the_log_and_quotes_nobody(
    app: WebApp, bot: ScriptedBot, caplog: pytest.LogCaptureFixture
) -> None:
    rubbish = ["hello", "42[", '42["user_uttered","secret words', '42{"a":1}', "42[]", "9", "\0", "42[" + "[" * 50_000]
    async with serving(app) as address, httpx.AsyncClient(base_url=address, timeout=3) as http:
        hello = await http.get("/socket.io/?EIO=4&transport=polling")
        url = f"/socket.io/?EIO=4&transport=polling&sid={json.loads(hello.text[1:])['sid']}"
        for packet in ("40", *rubbish):
            await http.post(url, content=packet)
        await http.get("/socket.io/?EIO=4&transport=polling&sid=%0Aforged line")
        assert_refused(await http.post(url, content="x" * (BODY_LIMIT + 1)), 413)
        async with connected(address) as client:
            assert await client.say("hi") == {"ok": True}
        logged = [line for line in caplog.records if line.name.startswith("bot.")]
        # Leaving now also shows that a client which no longer polls does not hold up the stop.
    assert len(logged) >= len(rubbish) - 2
    assert not any("\n" in line.getMessage() or "secret" in line.getMessage() or line.exc_info for line in logged)
