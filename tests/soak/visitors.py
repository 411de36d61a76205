"""Visitors of the web chat: some with three tabs, some without sockets, all of them with their own words."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from tests.soak.account import Account
from tests.standins.page import Page

WORDS = itertools.count(1)


class Listener(Protocol):
    """Somebody whose messages are counted."""

    name: str

    def shown(self) -> Sequence[Sequence[str]]:
        """What each of their tabs shows."""

    def check(self, account: Account) -> None:
        """Settle the account of each tab."""

    @property
    def unsent(self) -> int:
        """How many messages are not acknowledged yet."""


class Visitor(Listener, Protocol):
    """Somebody in the chat."""

    async def live(self, over: asyncio.Event) -> None:
        """Say things until it is over, and go on listening."""


def payload(account: Account, who: str) -> tuple[str, str]:
    """A message with a word of its own, whose answer is expected: its id and its text."""
    word = f"w{next(WORDS)}x{who}"
    account.expect(who, f"Back: {word}")
    intent = random.choice(("say_back", "say_back", "slow_back"))
    return f"m-{word}", f'/{intent}{{"word": "{word}"}}'


async def pause(over: asyncio.Event, longest: float) -> None:
    """A while, or until it is over."""
    with suppress(TimeoutError):
        async with asyncio.timeout(random.uniform(0.1, longest)):
            await over.wait()


@dataclass
class SocketVisitor:
    """Several tabs of one session, which are closed and opened again and again.

    `talks`: by themselves. While a person has a conversation the bot is silent, so the desk's visitors speak when told.
    """

    name: str
    address: str
    account: Account
    tabs: list[Page]
    talks: bool = True

    async def live(self, over: asyncio.Event) -> None:
        """See Visitor."""
        async with asyncio.TaskGroup() as group:
            for tab in self.tabs:
                group.create_task(self._keep(tab, over))
                while tab is self.tabs[0] and tab.session is None:  # noqa: ASYNC110 - the others share its session
                    await asyncio.sleep(0.05)
                tab.session = self.tabs[0].session
            if self.talks:
                group.create_task(self._speak(over))

    async def _speak(self, over: asyncio.Event) -> None:
        while not over.is_set():
            random.choice(self.tabs).say(*payload(self.account, self.name))
            await pause(over, 3.0)

    async def _keep(self, tab: Page, over: asyncio.Event) -> None:
        """Until cancelled; closed for a moment now and then, as by a reload."""
        while True:
            async with tab.open():
                await pause(over, 20.0)
                if over.is_set():
                    await asyncio.Event().wait()

    def shown(self) -> Sequence[Sequence[str]]:
        """See Visitor."""
        return [tab.texts for tab in self.tabs]

    def check(self, account: Account) -> None:
        """See Visitor."""
        for number, tab in enumerate(self.tabs, 1):
            place = f"{self.name}, tab {number}"
            account.check(self.name, place, tab.texts)
            account.check_order(place, (each["metadata"]["ripen"]["sequence"] for each in tab.shown.values()))
            if len(set(tab.sessions)) > 1:
                account.blame(f"{place} lost its session")

    @property
    def unsent(self) -> int:
        """See Visitor."""
        return sum(len(tab.unsent) for tab in self.tabs)


@dataclass
class PollingVisitor:
    """A browser behind a network that lets no sockets through."""

    name: str
    address: str
    account: Account
    heard: dict[str, dict[str, Any]] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)
    session: str = ""
    after: int = 0

    async def live(self, over: asyncio.Event) -> None:
        """See Visitor."""
        async with httpx.AsyncClient(base_url=self.address, timeout=30, trust_env=False) as http:
            while not self.session:
                self.session = str((await _post(http, "session", {})).get("session_id", ""))
            async with asyncio.TaskGroup() as group:
                group.create_task(self._listen(http))
                group.create_task(self._send(http))
                while not over.is_set():
                    self.waiting.update([payload(self.account, self.name)])
                    await pause(over, 3.0)

    async def _listen(self, http: httpx.AsyncClient) -> None:
        while True:
            asked = {"session_id": self.session, "after": self.after, "wait": 5}
            for each in (await _post(http, "poll", asked)).get("messages", []):
                marks = each["metadata"]["ripen"]
                self.heard.setdefault(marks["id"], each)
                self.after = max(self.after, marks["sequence"])

    async def _send(self, http: httpx.AsyncClient) -> None:
        while True:
            for name, text in list(self.waiting.items()):
                said = {"session_id": self.session, "message": text, "metadata": {"message_id": name}}
                if (await _post(http, "messages", said)).get("ok"):
                    del self.waiting[name]
            await asyncio.sleep(0.1)

    def shown(self) -> Sequence[Sequence[str]]:
        """See Visitor."""
        return [[each["text"] for each in self.heard.values()]]

    def check(self, account: Account) -> None:
        """See Visitor."""
        account.check(self.name, f"{self.name}, polling", self.shown()[0])

    @property
    def unsent(self) -> int:
        """See Visitor."""
        return len(self.waiting)


async def _post(http: httpx.AsyncClient, path: str, body: Any) -> dict[str, Any]:
    """What the server answers; nothing when it does not, or wants it to be asked again."""
    try:
        response = await http.post(f"/chat/{path}", json=body)
        if response.is_success:
            answer: dict[str, Any] = response.json()
            return answer
    except httpx.HTTPError:
        pass
    await asyncio.sleep(0.2)
    return {}
