"""The web chat over a real store, as a process that has just been started has it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from bot.config import WebSettings
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import Resources, WebApp, create_app
from bot.conversations.conversation import Turn
from bot.conversations.sql import SqlConversationStore
from bot.messages import Message, Outcome, Reply

SECRET = b"s" * 32


class RecordingBot(ScriptedBot):
    """A scripted bot that keeps its turns, as the pipeline does, before it answers."""

    store: SqlConversationStore

    async def _speak(self, message: Message) -> Reply:
        number, _ = await self.store.record_message(message)
        reply = await super()._speak(message)
        turn = Turn(message, (await self.store.load(message)).turns[-1].at, outcome=Outcome(reply.parts))
        await self.store.record_turn(number, turn, await self.store.load(message))
        return reply


async def still_pending(_: Message) -> Reply:
    """What a bot answers while another process has been at the same message for long."""
    return Reply((), repeated=True, pending=True)


@asynccontextmanager
async def chatting(bot: RecordingBot, place: str, mounts: Mapping[str, ASGIApp] | None = None) -> AsyncIterator[WebApp]:
    """The app of a process that has just been started."""
    store = bot.store = await SqlConversationStore.open(place)
    yield create_app(bot, WebSettings(), "Test", Resources(store.outbox(), store.feedback(), SECRET), mounts=mounts)
    await store.close()
