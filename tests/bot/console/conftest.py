"""A console over real files and a store in memory, with an encoder that is quick."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser
from starlette.routing import Mount, Route

from bot.catalog.loader import CatalogLoader
from bot.config import ConsoleSettings, Settings, WebSettings
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import WebApp, create_app
from bot.connectors.web.door import Login
from bot.console.app import create_console, mount_console
from bot.console.drafts import Drafts, Tools
from bot.console.files import Files
from bot.console.landscape import Landscape
from bot.console.parts import Parts
from bot.console.record import Record
from bot.conversations.memory import InMemoryConversationStore
from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.learner import Learner
from bot.detectors.sentiment import NeutralSentiment
from bot.live import LiveSnapshot, Snapshot
from bot.review.desk import Criteria, Desk
from tests.bot.review.stories import write_intents
from tests.standins.chromium import chromium
from tests.standins.encoder import WordEncoder

TOKEN = "a-long-token-for-authors"
SECRET = b"s" * 32
COOKIE = "ripen_console"
DOOR = ("/console/login", "/console/logout")
PRIOR = ArbiterPrior.load(Path(__file__).parents[3] / "training" / "export" / "assets" / "arbiter.json")


@dataclass
class Office:
    """All that a test needs."""

    folder: Path
    console: ConsoleSettings = field(default_factory=ConsoleSettings)
    store: InMemoryConversationStore = field(default_factory=InMemoryConversationStore)

    def __post_init__(self) -> None:
        self.intents = (
            self.folder / "intents" if (self.folder / "intents").exists() else write_intents(self.folder / "intents")
        )
        (self.folder / "config.yml").write_text("{}", encoding="utf-8")
        self.settings = Settings(intents=self.intents).model_copy(
            update={"model": Settings().model.model_copy(update={"bundle": self.folder / "models"})}
        )
        self.encoder = WordEncoder()
        self.live = LiveSnapshot(self.learn())
        tools = Tools(self.encoder, self.learner().learn, self.encoder)
        reviews = self.store.reviews()
        self.parts = Parts(
            self.settings,
            self.console,
            self.live,
            Files(self.intents),
            Record(reviews),
            Drafts(self.settings, self.folder / "config.yml", lambda: tools, lambda: None),
            Desk(reviews, self.intents, self.loader().load, self.encoder, Criteria()),
            Landscape(lambda: self.encoder),
            lambda: "one",
            lambda texts: [0.0] * len(texts),
        )
        self.login = Login("console", TOKEN, SECRET, self.console.session_hours)
        mounts = mount_console(self.parts, "Test & shop", self.login)
        self.app: WebApp = create_app(ScriptedBot({}), WebSettings(), "Test & shop", mounts=mounts)

    def routes(self) -> list[tuple[str, str]]:
        """Method and path of all that the console serves, but for its door and its static files."""
        served = create_console(self.parts, "Test & shop", self.login).routes
        assert [route.path for route in served if isinstance(route, Mount)] == ["/console/static"]
        routes = [route for route in served if isinstance(route, Route) and route.path not in DOOR]
        assert len(routes) == len(served) - 1 - 3, "in, out and the page of the login are the door"
        return [(method, route.path) for route in routes for method in sorted(route.methods or ())]

    def loader(self) -> CatalogLoader:
        return CatalogLoader(self.intents)

    def learner(self) -> Learner:
        return Learner(self.encoder, WordEncoder(), NeutralSentiment(), PRIOR)

    def learn(self) -> Snapshot:
        """As the bot does that follows the files."""
        catalog = self.loader().load()
        *_, detector = self.learner().learn(catalog)
        return Snapshot(catalog, detector)

    @asynccontextmanager
    async def visit(self, name: str | None = "Eve") -> AsyncIterator[Person]:
        """A browser; logged in unless `name` is None."""
        transport = httpx.ASGITransport(self.app, client=("127.0.0.1", 50000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            person = Person(http)
            if name is not None:
                await person.log_in(name)
            yield person


@dataclass
class Person:
    """Someone at a browser. What is posted carries the proof of the last page."""

    http: httpx.AsyncClient
    csrf: str = ""
    page: str = ""

    async def log_in(self, name: str = "Eve", token: str = TOKEN, **more: str) -> httpx.Response:
        return await self.http.post("/console/login", data={"name": name, "token": token, **more})

    async def open(self, path: str, **query: Any) -> httpx.Response:
        response = await self.http.get(f"/console{path}", params=query or None)
        return self._keep(response)

    async def send(self, path: str, fields: dict[str, Any], **headers: str) -> httpx.Response:
        response = await self.http.post(f"/console{path}", data={"csrf": self.csrf, **fields}, headers=headers)
        return self._keep(response)

    async def save(self, form: dict[str, Any]) -> httpx.Response:
        """The editor's form, and on to where that leads."""
        response = await self.send("/edit", form)
        if response.status_code == 303:
            response = await self.open(response.headers["location"].removeprefix("/console"))
        return response

    def hidden(self, name: str, number: int = 0) -> str:
        """A hidden field of the page that is open."""
        found = re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)"', self.page)
        return unescape(found[number])

    def editing(self, **changed: str) -> dict[str, str]:
        """The editor's form as it is, but for what is changed."""
        text = re.search(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', self.page, re.DOTALL)
        assert text, self.page
        names = ("file", "intent", "version", "line")
        return {"text": unescape(text[1]), **{name: self.hidden(name) for name in names}, **changed}

    def _keep(self, response: httpx.Response) -> httpx.Response:
        self.page = response.text
        if found := re.search(r'name="csrf" value="([^"]+)"', self.page):
            self.csrf = found[1]
        return response


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def browser(shared_browser: Browser) -> AsyncIterator[Browser]:
    """One Chromium for all tests of the console; what a test opened in it is closed when the test is over."""
    yield shared_browser
    for context in shared_browser.contexts:
        await context.close()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
async def eve(office: Office) -> AsyncIterator[Person]:
    async with office.visit() as person:
        yield person
