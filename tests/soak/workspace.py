"""Users on Slack: each event is sent until it is acknowledged, as Slack does it, over sockets that close."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

from tests.soak.account import Account
from tests.soak.visitors import pause, payload
from tests.standins.slack import Failure, SlackStandIn
from tests.standins.slack_payloads import message

KINDS = (
    Failure(500),
    Failure(503),
    Failure(0),
    Failure(429, retry_after=1),
    Failure(error="ratelimited"),
    Failure(500, after=True),
    Failure(0, after=True),
    Failure(error="internal_error", after=True),
)


@dataclass
class SlackUser:
    """Somebody with a direct message to the bot."""

    name: str
    slack: SlackStandIn
    account: Account
    waiting: set[str] = field(default_factory=set)

    async def live(self, over: asyncio.Event) -> None:
        """Say things until it is over."""
        async with asyncio.TaskGroup() as group:
            while not over.is_set():
                word, text = payload(self.account, self.name)
                self.waiting.add(word)
                group.create_task(self._send(word, text))
                await pause(over, 4.0)

    async def _send(self, word: str, text: str) -> None:
        body, retry = message(text, channel=f"D{self.name}", user=f"U{self.name}"), 0
        while True:
            try:
                envelope = await self.slack.push(body, retry=retry)
                for _ in range(30):
                    if any(ack.get("envelope_id") == envelope for ack in self.slack.acks[-500:]):
                        self.waiting.discard(word)
                        return
                    await asyncio.sleep(0.1)
            except (IndexError, OSError):
                await asyncio.sleep(0.3)  # no socket is open
            retry += 1

    def shown(self) -> list[list[str]]:
        """What stands in their direct message."""
        posted = self.slack.posted
        return [[call.arguments["text"] for call in posted if call.arguments["channel"] == f"D{self.name}"]]

    def check(self, account: Account) -> None:
        """Settle their account."""
        account.check(self.name, f"{self.name} on Slack", self.shown()[0])

    @property
    def unsent(self) -> int:
        """How many events are not acknowledged yet."""
        return len(self.waiting)


async def trouble(slack: SlackStandIn, over: asyncio.Event) -> None:
    """Let Slack fail as it does, until it is over."""
    while not over.is_set():
        slack.fail("chat.postMessage", *(random.choice(KINDS) for _ in range(random.randint(1, 3))))
        if random.random() < 0.3:
            await slack.hang_up()
        elif random.random() < 0.2:
            await slack.disconnect()
        await pause(over, 4.0)
    for method in ("chat.postMessage", "conversations.history"):
        slack.calm(method)
