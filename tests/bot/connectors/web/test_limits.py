"""How much one visitor may ask for; behind proxies, too."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import httpx
import pytest
import socketio

from bot.config import LimitSettings, WebSettings
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web import addresses
from bot.connectors.web.app import WebApp, create_app
from bot.connectors.web.limits import REMEMBERED, Limit, count_as
from tests.bot.connectors.web.client import connected
from tests.bot.connectors.web.conftest import calling, serving

REST = "/webhooks/rest/webhook"
FAR = "203.0.113.7"


class Clock:
    """Time that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_so_many_in_a_minute_then_as_many_as_fall_due() -> None:
    clock = Clock()
    limit = Limit(60, clock)
    assert [limit.take("a") for _ in range(60)] == [0.0] * 60
    assert limit.take("a") == pytest.approx(1.0)
    assert limit.take("b") == 0.0
    clock.now += 0.4
    assert limit.take("a") == pytest.approx(0.6), "asking too early costs nothing more"
    clock.now += 0.7
    assert limit.take("a") == 0.0
    clock.now += 3600
    assert [limit.take("a") for _ in range(61)][-1] > 0


def test_what_is_remembered_is_bounded() -> None:
    limit = Limit(1, Clock())
    for number in range(REMEMBERED + 100):
        limit.take(str(number))
    assert len(limit._left) == REMEMBERED


@pytest.mark.parametrize(
    ("host", "forwarded", "counted"),
    [
        (None, False, None),
        ("127.0.0.1", False, None),
        ("::1", False, None),
        ("127.0.0.1", True, "127.0.0.1"),
        (FAR, False, FAR),
        ("2001:db8:1:2:3:4:5:6", False, "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1%eth0", True, "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", True, FAR),
        ("unknown", True, "unknown"),
    ],
)
def test_who_counts_as_one(host: str | None, forwarded: bool, counted: str | None) -> None:
    assert count_as(host, forwarded=forwarded) == counted


def tight(bot: ScriptedBot, proxies: tuple[str, ...] = ("127.0.0.1",), **limits: int) -> WebApp:
    return create_app(bot, WebSettings(limits=LimitSettings(**limits), proxies=proxies), "Test")


async def test_a_session_that_says_too_much_is_told_when_to_go_on(bot: ScriptedBot) -> None:
    async with (
        serving(tight(bot, messages_per_session=3)) as address,
        connected(address) as client,
        connected(address) as other,
    ):
        token = await client.request()
        answers = [await client.say(str(number)) for number in range(4)]
        assert answers[:3] == [{"ok": True}] * 3
        assert answers[3]["again"] is True
        assert 0 < answers[3]["wait"] <= 20
        assert await other.say("hi") == {"ok": True}
        async with httpx.AsyncClient(base_url=address) as http:
            refused = await http.post("/chat/messages", json={"session_id": token, "message": "5"})
    assert (refused.status_code, refused.json()["error_code"], refused.json()["again"]) == (429, "too_many", True)
    assert 0 < int(refused.headers["retry-after"]) <= 20
    assert len(bot.messages) == 4


async def test_an_address_that_says_too_much_is_refused_whatever_it_calls_itself(bot: ScriptedBot) -> None:
    async with calling(tight(bot, messages_per_address=2), client=FAR) as http:
        codes = [(await http.post(REST, json={"sender": str(n), "message": "hi"})).status_code for n in range(3)]
        assert codes == [200, 200, 429]
        session = (await http.post("/chat/session", json={})).json()["session_id"]
        assert (await http.post("/chat/messages", json={"session_id": session, "message": "x"})).status_code == 429
    async with calling(tight(bot, messages_per_address=1)) as http:
        codes = [(await http.post(REST, json={"message": "hi"})).status_code for _ in range(5)]
        assert codes == [200] * 5, "this machine itself has no limit"


async def test_requests_of_an_address_are_counted_too(bot: ScriptedBot) -> None:
    async with calling(tight(bot, requests_per_address=4), client=FAR) as http:
        session = (await http.post("/chat/session", json={})).json()["session_id"]
        codes = []
        for path in ("poll", "feedback", "session", "session", "poll"):
            body = {"session_id": session, "wait": 0, "id": "m/0", "value": "up"}
            codes.append((await http.post(f"/chat/{path}", json=body)).status_code)
        assert codes[-2:] == [429, 429]
        assert 429 not in codes[:-2]


@pytest.mark.parametrize(("proxies", "shared"), [(("127.0.0.1",), False), (("127.0.0.0/8",), False), ((), True)])
async def test_behind_a_proxy_each_client_counts_for_itself_if_the_proxy_is_trusted(
    bot: ScriptedBot,
    proxies: tuple[str, ...],
    shared: bool,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(addresses, "_warned", False)
    async with serving(tight(bot, proxies, messages_per_address=1)) as address, httpx.AsyncClient() as http:

        async def say(client: str) -> int:
            headers = {"X-Forwarded-For": f"6.6.6.6, {client}"}  # the first is what the client itself claims
            return (await http.post(f"{address}{REST}", json={"message": "hi"}, headers=headers)).status_code

        codes = [await say("203.0.113.1"), await say("203.0.113.2"), await say("203.0.113.1")]
    assert codes == ([200, 429, 429] if shared else [200, 200, 429])
    assert caplog.text.count("web.proxies") == int(shared), "once, however often"


async def test_connections_are_counted_by_where_the_proxy_says_they_are_from(bot: ScriptedBot) -> None:
    async with serving(tight(bot, requests_per_address=2)) as address:
        told: list[Any] = []
        for host in ("203.0.113.1", "203.0.113.1", "203.0.113.2", "203.0.113.1"):
            client = socketio.AsyncClient(reconnection=False)
            client.on("connect_error", told.append)
            with suppress(socketio.exceptions.ConnectionError):
                await client.connect(address, transports=["websocket"], headers={"X-Forwarded-For": host})
            await client.disconnect()
    assert len(told) == 1
    assert told[0]["message"] == "too_many"
    assert told[0]["data"]["again"] is True
    assert told[0]["data"]["wait"] > 0


async def test_two_hundred_of_one_office_meet_no_limit(bot: ScriptedBot) -> None:
    async with calling(create_app(bot, WebSettings(), "Test"), client=FAR) as http:
        sessions = await asyncio.gather(*(http.post("/chat/session", json={}) for _ in range(200)))
        tokens = [session.json()["session_id"] for session in sessions]
        for _ in range(3):
            said = [http.post("/chat/messages", json={"session_id": token, "message": "hi"}) for token in tokens]
            assert {response.status_code for response in await asyncio.gather(*said)} == {200}


async def test_the_rest_webhook_can_be_closed_or_kept_for_those_with_a_token(
    bot: ScriptedBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIPEN_TOKEN", "a token")
    async with calling(create_app(bot, WebSettings(rest="off"), "Test")) as http:
        assert (await http.post(REST, json={"message": "hi"})).status_code == 404
    async with calling(create_app(bot, WebSettings(rest="token", token_env="RIPEN_TOKEN"), "Test")) as http:
        assert (await http.post(REST, json={"message": "hi"})).status_code == 401
        for brought in ({"params": {"token": "a token"}}, {"headers": {"Authorization": "Bearer a token"}}):
            assert (await http.post(REST, json={"message": "hi"}, **brought)).status_code == 200  # type: ignore[arg-type]
    assert len(bot.messages) == 2


@pytest.mark.parametrize("sender", ["web:0123456789abcdef0123456789abcdef", "web:user:anna", "slack:C1", "terminal:a"])
async def test_a_rest_sender_is_no_session_of_another_channel(http: httpx.AsyncClient, sender: str) -> None:
    refused = await http.post(REST, json={"sender": sender, "message": "hi", "input_channel": "socketio"})
    assert refused.status_code == 400
    assert sender not in refused.text
