"""A user in Slack, for the suite that every connector is held to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from bot.connectors.scripted import ScriptedBot
from bot.connectors.slack.mrkdwn import decode, escape
from tests.bot.connectors.slack.serving import Served, serve
from tests.contracts.connector import Shown
from tests.standins.slack import SlackStandIn
from tests.standins.slack_methods import Call
from tests.standins.slack_payloads import message


class SlackHarness:
    """Direct messages over the Events API; a conversation is a channel."""

    channel: ClassVar[str] = "slack"
    has_message_ids: ClassVar[bool] = True
    has_conversations: ClassVar[bool] = True
    pushes: ClassVar[bool] = True

    def __init__(self, bot: ScriptedBot) -> None:
        self._bot = bot

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with SlackStandIn() as self._slack, serve(self._slack, self._bot) as self._served:
            yield

    async def say(self, text: str, conversation: str = "one", message_id: str | None = None) -> list[Shown]:
        more = {"ts": message_id} if message_id else {}
        return await self._receive(message(escape(text), channel=f"D{conversation}", **more), conversation)

    async def press(self, title: str, conversation: str = "one") -> list[Shown]:
        asked = [call for call in self._said(conversation) if title in _shown(call).buttons]
        return await self._receive(self._slack.press(asked[-1], title), conversation)

    async def _receive(self, body: dict[str, Any], conversation: str) -> list[Shown]:
        before = len(self._said(conversation))
        response = await self._served.receive(body)
        assert response.status_code == 200
        await asyncio.sleep(0)
        await self._slack.until(lambda: not self._served.connector.in_flight)
        return [_shown(call) for call in self._said(conversation)[before:]]

    def _said(self, conversation: str) -> list[Call]:
        return [call for call in self._slack.posted if call.arguments["channel"] == f"D{conversation}"]

    _slack: SlackStandIn
    _served: Served


def _shown(call: Call) -> Shown:
    blocks = call.arguments.get("blocks", [])
    texts = [decode(block["text"]["text"], "") for block in blocks if block["type"] == "section"]
    images = [block["image_url"] for block in blocks if block["type"] == "image"]
    return Shown("\n".join(texts) or None, tuple(_titles(blocks)), next(iter(images), None))


def _titles(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for block in blocks:
        if block["type"] == "actions":
            yield from (element["text"]["text"] for element in block["elements"])
