"""A web chat and an agent view over a room and a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx
import pytest

from bot.config import AgentSettings, TextSettings, WebSettings
from bot.connectors.base import Outlet, is_web_session
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.agents import AgentView
from bot.connectors.web.app import Resources, WebApp, create_app
from bot.connectors.web.door import Login
from bot.conversations.base import ConversationStore
from bot.conversations.conversation import Turn
from bot.conversations.sql import SqlConversationStore
from bot.handoff.room import Room
from bot.messages import Detection, Message, Outcome, Part, Sentiment
from bot.running import push_through

TOKEN = "a-long-token-for-agents"
SECRET = b"s" * 32
COOKIE = "ripen_agents"


@dataclass
class Desk:
    """What a test needs of it all."""

    store: ConversationStore
    room: Room
    app: WebApp

    async def visit(self, name: str, *texts: str, valence: float = 0.0) -> str:
        """A conversation that waits for a person after the visitor said these."""
        said = Message("", f"web:{name}", f"web:{name}", "socketio")
        for number, text in enumerate(texts):
            await self.hear(name, text, f"{name}/m{number}", valence)
        await self.room.ask(said, "the user asks for a person: because")
        return said.conversation_id

    async def hear(self, name: str, text: str, message_id: str, valence: float = 0.0) -> None:
        """A turn."""
        message = Message(text, f"web:{name}", f"web:{name}", "socketio", message_id)
        conversation = await self.store.load(message)
        number, _ = await self.store.record_message(message)
        detection = Detection((), 1.0, Sentiment("negative" if valence < 0 else "neutral", valence))
        turn = Turn(message, datetime.now(UTC), detection, outcome=Outcome((Part(text=f"Heard: {text[:20]}"),)))
        await self.store.record_turn(number, turn, conversation)
        self.room.hear(message.conversation_id)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_in(tmp_path) as desk:
        yield desk


@asynccontextmanager
async def desk_in(folder: Path) -> AsyncIterator[Desk]:
    """A desk whose conversations are kept in `folder`."""
    store = await SqlConversationStore.open(f"sqlite:///{folder}/desk.db")
    outlets: list[Outlet] = []
    settings = AgentSettings()
    room = Room(store, partial(push_through, outlets), is_web_session, TextSettings(), settings)
    view = AgentView(room, Login("agents", TOKEN, SECRET, settings.session_hours), "Test & shop", settings)
    resources = Resources(store.outbox(), store.feedback(), SECRET, agents=view)
    app = create_app(ScriptedBot(), WebSettings(), "Test shop", resources)
    outlets.append(app.deliver)
    yield Desk(store, room, app)
    await store.close()


async def log_in(http: httpx.AsyncClient, name: str = "Ada", token: str = TOKEN) -> httpx.Response:
    return await http.post("/agent/login", data={"name": name, "token": token})
