"""Two doors of one server: who answers chats does not edit the bot, and who edits the bot does not answer chats."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from bot.config import AgentSettings, WebSettings
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.agents import AgentView
from bot.connectors.web.app import Resources, create_app
from bot.connectors.web.door import Login
from bot.console.app import mount_console
from tests.bot.connectors.web.agents.conftest import TOKEN as AGENTS
from tests.bot.connectors.web.agents.conftest import Desk, desk_in
from tests.bot.connectors.web.conftest import calling
from tests.bot.console.conftest import SECRET, Office
from tests.bot.console.conftest import TOKEN as CONSOLE

DOOR = ("/agent/login", "/agent/logout")


@dataclass
class House:
    """Both behind one server. What each serves behind its door is read off its routes, so that new ones are covered."""

    http: httpx.AsyncClient
    office: Office
    desk: Desk
    logins: Mapping[str, Login]
    agent_routes: list[tuple[str, str]]

    async def knock(self, method: str, path: str, cookies: Mapping[str, str], proof: str) -> httpx.Response:
        """Ask for something, with all that could help."""
        self.http.cookies.clear()
        for name, value in cookies.items():
            self.http.cookies.set(name, value)
        return await self.http.request(
            method,
            path,
            headers={"x-ripen-csrf": proof},
            params={"intent": "refund", "file": "orders.yml", "id": "x", "conversation": "web:v1"},
            data={"csrf": proof, "file": "orders.yml", "intent": "refund", "text": "x: 1"}
            if method == "POST"
            else None,
        )


async def house_in(folder: Path, agents_token: str, console_token: str) -> AsyncIterator[House]:
    async with desk_in(folder) as desk:
        await desk.visit("v1", "my secret order")
        office = Office(folder)
        logins = {
            "agents": Login("agents", agents_token, SECRET, 1),
            "console": Login("console", console_token, SECRET, 1),
        }
        view = AgentView(desk.room, logins["agents"], "Test & shop", AgentSettings())
        mounts = mount_console(office.parts, "Test & shop", logins["console"])
        app = create_app(ScriptedBot(), WebSettings(), "Test & shop", Resources(agents=view), mounts=mounts)
        served = view.routes(app.chat).routes
        routes = [route for route in served if isinstance(route, Route)]
        assert len(routes) == len(served)
        behind = [(method, route.path) for route in routes if route.path not in DOOR for method in route.methods or ()]
        async with calling(app) as http:
            yield House(http, office, desk, logins, behind)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async for each in house_in(tmp_path, AGENTS, CONSOLE):
        yield each


@pytest.fixture(params=[CONSOLE, AGENTS], ids=["two tokens", "one token for both"])
async def any_house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """Whether or not somebody chose the same token for both."""
    async for each in house_in(tmp_path, AGENTS, request.param):
        yield each


def disguises(mine: Login, other: Login) -> list[dict[str, str]]:
    """A cookie of `mine` in every way in which it may be brought to the door of `other`."""
    cookie = mine.issue("Ada")
    _, _, rest = cookie.partition(".")
    renamed = [f"{role}.{rest}" for role in ("agents", "console")]
    return [{mine.cookie: cookie}, {other.cookie: cookie}, *({other.cookie: each} for each in renamed)]


async def test_who_answers_chats_gets_nowhere_in_the_console(any_house: House) -> None:
    house = any_house
    before = {path: path.read_bytes() for path in house.office.intents.iterdir()}
    agents, console = house.logins["agents"], house.logins["console"]
    for method, path in house.office.routes():
        for cookies in disguises(agents, console):
            entry = agents.read(next(iter(cookies.values())))
            response = await house.knock(method, path, cookies, entry.csrf if entry else "x")
            assert response.status_code == 303, path
            assert response.headers["location"].partition("?")[0] == "/console/login"
            assert "orders" not in response.text
    assert {path: path.read_bytes() for path in house.office.intents.iterdir()} == before
    own = {console.cookie: console.issue("Eve")}
    for method, path in house.office.routes():
        response = await house.knock(method, path, own, "wrong")
        assert "/console/login" not in response.headers.get("location", ""), "else the test above would show nothing"
        assert method != "POST" or response.status_code in (403, 404), path


async def test_who_edits_the_bot_gets_nowhere_in_the_agent_view(any_house: House) -> None:
    house = any_house
    agents, console = house.logins["agents"], house.logins["console"]
    assert ("POST", "/agent/api/say") in house.agent_routes
    for method, path in house.agent_routes:
        for cookies in disguises(console, agents):
            entry = console.read(next(iter(cookies.values())))
            response = await house.knock(method, path, cookies, entry.csrf if entry else "x")
            assert response.status_code == (303 if path == "/agent" else 401), path
            assert "secret" not in response.text
    own = {agents.cookie: agents.issue("Ada")}
    for method, path in house.agent_routes:
        if method == "POST":
            assert (await house.knock(method, path, own, "wrong")).status_code == 403, "else the test shows nothing"


async def test_a_token_opens_one_door_and_its_page_says_which(house: House) -> None:
    for path, right, wrong, variable in (
        ("/agent", AGENTS, CONSOLE, "RIPEN_AGENTS_TOKEN"),
        ("/console", CONSOLE, AGENTS, "RIPEN_CONSOLE_TOKEN"),
    ):
        refused = await house.http.post(f"{path}/login", data={"name": "Ada", "token": wrong})
        assert refused.status_code == 401
        assert variable in refused.text
        assert "set-cookie" not in refused.headers
        assert (await house.http.post(f"{path}/login", data={"name": "Ada", "token": right})).status_code == 303


async def test_one_person_may_be_in_both_and_leave_one(house: House) -> None:
    jar: SimpleCookie = SimpleCookie()
    for path, token in (("/agent", AGENTS), ("/console", CONSOLE)):
        jar.load((await house.http.post(f"{path}/login", data={"name": "Ada", "token": token})).headers["set-cookie"])
    both = {name: morsel.value for name, morsel in jar.items()}
    assert sorted(both) == ["ripen_agents", "ripen_console"]
    assert (await house.knock("GET", "/agent", both, "")).status_code == 200
    assert (await house.knock("GET", "/console/intents", both, "")).status_code == 200
    out = await house.knock("POST", "/console/logout", both, "")
    assert out.headers["set-cookie"].startswith('ripen_console=""; ')
    assert len(out.headers.get_list("set-cookie")) == 1
