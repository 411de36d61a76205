"""A bot that says what it is told to: for trying out connectors, and for their tests, without a model."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot import __version__
from bot.connectors.base import Outlet, Parse, Push, Status
from bot.messages import Candidate, Decision, Detection, Message, Part, Reply, Sentiment

DETECTION = Detection((Candidate("chat", 1.0, "payload"),), 0.0, Sentiment("neutral", 0.0))
DECISION = Decision("act", "chat", 1.0, "the script says so")


class ScriptedBot:
    """Answers each text of `script` with its parts, any other text with an echo, and repeats as a real bot does.

    `messages` holds every message that was answered for the first time, in order. A text under which the script
    holds an exception makes `answer` raise it, which no real bot does: connectors survive that too.
    """

    def __init__(self, script: Mapping[str, Sequence[Part] | Exception] | None = None, delay: float = 0.0) -> None:
        self.script = dict(script or {})
        self.delay = delay
        self.messages: list[Message] = []
        self.not_ready: tuple[str, ...] = ()
        self.outlets: list[Outlet] = []
        self._said: dict[tuple[str, str], asyncio.Future[Reply]] = {}

    async def answer(self, message: Message) -> Reply:
        """One turn, as the script has it; a known `message_id` gets its first reply again."""
        if message.message_id is None:
            return await self._speak(message)
        key = (message.channel, message.message_id)
        if key in self._said:
            return replace(await asyncio.shield(self._said[key]), repeated=True)
        self._said[key] = asyncio.get_running_loop().create_future()
        try:
            reply = await self._speak(message)
        except BaseException:
            self._said.pop(key).cancel()
            raise
        self._said[key].set_result(reply)
        return reply

    async def _speak(self, message: Message) -> Reply:
        self.messages.append(message)
        await asyncio.sleep(self.delay)
        parts = self.script.get(message.text, (Part(text=f"You said: {message.text}"),))
        if isinstance(parts, Exception):
            raise parts
        return Reply(tuple(parts), DETECTION, DECISION)

    async def parse(self, text: str) -> Parse:
        """Everything is the intent `chat`."""
        return Parse(text, DETECTION, DECISION, {})

    async def tracker(self, conversation_id: str) -> Mapping[str, Any] | None:
        """The messages of a conversation, in Rasa's shape."""
        own = [message for message in self.messages if message.conversation_id == conversation_id]
        events = [{"event": "user", "text": message.text} for message in own]
        return {"sender_id": conversation_id, "slots": {}, "events": events} if own else None

    async def status(self) -> Status:
        """Ready, unless `not_ready` says otherwise."""
        return Status(__version__, "scripted", len(self.script), None, self.not_ready)

    async def push(self, push: Push) -> bool:
        """Through the first of `outlets` whose conversation it is."""
        for outlet in self.outlets:
            if await outlet(push):
                return True
        return False
