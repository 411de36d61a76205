"""A visitor asks for a person, waits, is answered by one, and goes on with the bot. All of it served."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.scenarios.served import Served, serve
from tests.standins.page import Page

TOKEN = {"RIPEN_AGENTS_TOKEN": "a-long-token-for-agents"}
REFUND = "how do refunds work"


@dataclass
class Agent:
    """Somebody who is logged in at /agent."""

    http: httpx.AsyncClient
    csrf: str

    async def ok(self, what: str, **body: str) -> bool:
        answer = await self.http.post(f"/agent/api/{what}", json=body, headers={"x-ripen-csrf": self.csrf})
        answer.raise_for_status()
        return bool(answer.json()["ok"])

    async def board(self) -> str:
        """What the stream shows first."""
        async with self.http.stream("GET", "/agent/api/stream") as response:
            async for line in response.aiter_lines():
                if line.startswith("data: "):
                    return line
        raise AssertionError("the stream ended")


@asynccontextmanager
async def log_in(bot: Served, name: str) -> AsyncIterator[Agent]:
    form = {"name": name, "token": TOKEN["RIPEN_AGENTS_TOKEN"]}
    async with httpx.AsyncClient(base_url=bot.address, timeout=20, trust_env=False, follow_redirects=True) as http:
        page = await http.post("/agent/login", data=form)
        (csrf,) = re.findall(r'data-csrf="(\w+)"', page.text)
        yield Agent(http, csrf)


async def test_a_visitor_and_a_person(sample: Path, configure: Callable[[Path, str], None]) -> None:
    configure(sample, "agents: {}\n")
    page = Page("")
    async with serve(sample, TOKEN) as bot, AsyncExitStack() as logins:
        page.address = bot.address
        async with page.open():
            page.say("m1", "I want to talk to a person")
            await page.until(shown=3)  # that it is passed on, that nobody is there, and a ticket
            page.say("m2", REFUND)
            await page.until(shown=4)
            ada, bob = [await logins.enter_async_context(log_in(bot, name)) for name in ("Ada", "Bob")]
            conversation = f"web:{page.session.partition('.')[0]}" if page.session else ""
            assert conversation in await ada.board()
            taken = await asyncio.gather(*(each.ok("take", conversation=conversation) for each in (ada, bob)))
            agent, other = (ada, bob) if taken[0] else (bob, ada)
            assert sorted(taken) == [False, True]
            assert not await other.ok("say", conversation=conversation, id="x", text="me too")
            before = 5  # and that somebody has joined
            for _ in range(2):
                assert await agent.ok("say", conversation=conversation, id="x1", text="What is it?")
            page.say("m3", REFUND)
            await page.until(shown=before + 1)
            await bot.client.get(f"{bot.address}/health")
        bot.process.kill()
        await bot.process.wait()
    name = "Ada" if taken[0] else "Bob"
    async with serve(sample, TOKEN) as bot, log_in(bot, name) as agent:
        page.address = bot.address
        async with page.open():
            page.say("m4", REFUND)
            assert await agent.ok("say", conversation=conversation, id="x2", text="Is it that?")
            await page.until(shown=before + 2)
            assert await agent.ok("give-back", conversation=conversation)
            await page.until(shown=before + 3)
            page.say("m5", REFUND)
            await page.until(shown=before + 4)
        tracker = (await bot.client.get(f"{bot.address}/conversations/{conversation}/tracker")).json()
        assert "Traceback" not in bot.log
    joined = page.texts.index(f"{name} has joined.")
    assert page.texts[joined : joined + 4] == [
        f"{name} has joined.",
        "What is it?",
        "Is it that?",
        f"{name} has left. The bot answers again.",
    ]
    assert len(page.texts) == before + 4, "and the bot said nothing in between"
    assert page.texts[-1] not in page.texts[joined:-1]
    agents = [(event["text"], event["metadata"]["name"]) for event in tracker["events"] if event["event"] == "agent"]
    assert agents == [("What is it?", name), ("Is it that?", name)]
    assert tracker["paused"] is False


async def test_who_asks_is_told_at_once_whether_somebody_is_there(
    sample: Path, configure: Callable[[Path, str], None]
) -> None:
    configure(sample, "agents: {}\n")
    async with serve(sample, TOKEN) as bot:
        page = Page(bot.address)
        async with page.open(), log_in(bot, "Ada") as ada:
            page.say("m1", "I want to talk to a person")
            await page.until(shown=3)
            passed_on, nobody, ticket = page.texts
            assert (nobody.startswith("None of them is at the desk right now"), "ticket" in ticket) == (True, True)
            async with ada.http.stream("GET", "/agent/api/stream") as response:
                await anext(aiter(response.aiter_lines()))
                page.say("m2", "I want to talk to a person")
                await page.until(shown=5)
            assert page.texts[3:] == [passed_on, "Somebody is there, and will be with you in a moment."]


async def test_without_a_token_nothing_starts(sample: Path, configure: Callable[[Path, str], None]) -> None:
    configure(sample, "agents: {}\n")
    with pytest.raises(AssertionError, match="RIPEN_AGENTS_TOKEN, which is not set"):
        async with serve(sample):
            pass


async def test_without_its_section_no_place_for_staff_is_served(sample: Path) -> None:
    async with serve(sample) as bot:
        for path in ("/agent", "/agent/login", "/agent/api/stream"):
            answer = await bot.client.get(f"{bot.address}{path}")
            assert answer.status_code == 404
            assert "Add `agents: {}`, and set RIPEN_AGENTS_TOKEN" in answer.json()["message"]
        for path in ("/console", "/console/login", "/console/intents?x=1"):
            answer = await bot.client.get(f"{bot.address}{path}")
            assert answer.status_code == 404
            assert "Add `console: {}`, and set RIPEN_CONSOLE_TOKEN" in answer.json()["message"]
        assert "console" not in (await bot.client.get(f"{bot.address}/consoles")).json()["message"]
