"""Two agents who go for the same conversations: one takes each, answers, and gives it back."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.soak.account import Account
from tests.soak.bot import DESK, TOKEN
from tests.soak.visitors import WORDS, SocketVisitor, pause, payload
from tests.standins.slack import SlackStandIn

HAND_OFF = "I am passing this on to a person."
SOMEBODY = "Somebody is there, and will be with you in a moment."


@dataclass
class Person:
    """An agent at /agent, who tries until the server has answered."""

    name: str
    address: str
    csrf: str = ""
    http: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.AsyncClient(base_url=self.address, timeout=20, trust_env=False, follow_redirects=True)

    async def log_in(self) -> None:
        while not self.csrf:
            try:
                form = {"name": self.name, "token": TOKEN}
                page = (await self.http.post("/agent/login", data=form)).text
                self.csrf = "".join(re.findall(r'data-csrf="(\w+)"', page))
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.2)

    async def ask(self, what: str, **body: str) -> bool:
        """What the server says in the end."""
        while True:
            try:
                answer = await self.http.post(f"/agent/api/{what}", json=body, headers={"x-ripen-csrf": self.csrf})
                if answer.is_success:
                    return bool(answer.json()["ok"])
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.2)

    async def read(self, conversation: str) -> list[str] | None:
        """The lines of a conversation as the stream begins; None when it is not on the desk."""
        while True:
            try:
                query = {"conversation": conversation}
                async with self.http.stream("GET", "/agent/api/stream", params=query) as response:
                    async for line in response.aiter_lines():
                        data = json.loads(line[6:]) if line.startswith("data: {") else None
                        if data:
                            return [each["text"] for each in data["lines"]] if "lines" in data else None
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.2)

    async def said_last(self, conversation: str) -> list[str]:
        """What the bot answered last, as its tracker has it."""
        while True:
            try:
                answer = await self.http.get(f"/conversations/{conversation}/tracker")
                events = answer.raise_for_status().json()["events"]
                last = max(number for number, event in enumerate(events) if event["event"] == "user")
                return [event["text"] for event in events[last:] if event["event"] == "bot"]
            except httpx.HTTPError:
                await asyncio.sleep(0.2)


@dataclass
class Desk:
    """Ada and Bob, the visitors who ask for them by and by, and colleagues who read along in a channel on Slack."""

    name = "desk"

    account: Account
    visitors: list[SocketVisitor]
    address: str
    slack: SlackStandIn
    handed: int = 0

    async def work(self, over: asyncio.Event) -> None:
        """Until it is over; what was begun is finished."""
        people = [Person("Ada", self.address), Person("Bob", self.address)]
        await asyncio.gather(*(person.log_in() for person in people))
        while not over.is_set():
            await self._serve_one(people, random.choice(self.visitors))
            self.handed += 1
            await pause(over, 3.0)
        for person in people:
            await person.http.aclose()

    async def _serve_one(self, people: list[Person], visitor: SocketVisitor) -> None:
        tab = visitor.tabs[0]
        self.account.expect(visitor.name, HAND_OFF)
        name = f"p-{next(WORDS)}"
        tab.say(name, "/person")
        while f"{name}/0" not in tab.shown:  # noqa: ASYNC110 - other tasks show it
            await asyncio.sleep(0.05)
        conversation = f"web:{(tab.session or '').partition('.')[0]}"
        if SOMEBODY in await people[0].said_last(conversation):  # as long as an agent was at the desk a moment ago
            self.account.expect(visitor.name, SOMEBODY)
        taken = await asyncio.gather(*(person.ask("take", conversation=conversation) for person in people))
        if sorted(taken) != [False, True]:
            self.account.blame(f"{visitor.name}: taken by {taken.count(True)} of two")
            return
        agent = people[taken.index(True)]
        self.account.expect(visitor.name, f"{agent.name} has joined.")
        word = f"quiet w{next(WORDS)}"
        tab.say(f"q-{word}".replace(" ", "-"), word)
        for number in range(3):
            said = f"{agent.name} says w{next(WORDS)}"
            self.account.expect(visitor.name, said)
            if not await agent.ask("say", conversation=conversation, id=f"s{next(WORDS)}-{number}", text=said):
                self.account.blame(f"{visitor.name}: {agent.name} had it and could not speak")
        while word not in (await agent.read(conversation) or []):  # noqa: ASYNC110 - asks anew
            await asyncio.sleep(0.2)
        self.account.expect(self.name, word)
        while word not in self.shown()[0]:  # noqa: ASYNC110 - the server posts it
            await asyncio.sleep(0.2)
        await self._give_back(agent, conversation)
        self.account.expect(visitor.name, f"{agent.name} has left. The bot answers again.")
        tab.say(*payload(self.account, visitor.name))

    def shown(self) -> list[list[str]]:
        """What visitors said to persons, as it stands in the channel."""
        return [[each["text"].partition(": ")[2] for each in self._lines()]]

    def check(self, account: Account) -> None:
        """Settle the channel's account. What stands there twice is told with the entries that it was posted for."""
        account.check(self.name, "the channel on Slack", self.shown()[0])
        entries: dict[str, list[Any]] = {}
        for each in self._lines():
            entries.setdefault(each["text"], []).append(each["metadata"])
        for text, several in entries.items():
            if len(several) > 1:
                account.blame(f"{text} was posted for {several}")

    def _lines(self) -> list[Mapping[str, Any]]:
        posted = (call.arguments for call in self.slack.posted)
        threads = (each for each in posted if each["channel"] == DESK and each.get("thread_ts"))
        return [each for each in threads if ": quiet w" in each["text"]]

    @property
    def unsent(self) -> int:
        """They wait until each thing is done."""
        return 0

    async def _give_back(self, agent: Person, conversation: str) -> None:
        """False is as good, if the first try went through and its answer was lost: then it is off the desk."""
        if not await agent.ask("give-back", conversation=conversation) and await agent.read(conversation) is not None:
            self.account.blame(f"{conversation}: {agent.name} could not give it back")
