"""The whole circle: a message that nobody taught the bot, in the console's inbox, and understood in the same chat."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import httpx

from tests.scenarios.served import Served, serve
from tests.standins.page import Page

TOKEN = "a-long-token-for-authors"
OF_AGENTS = "a-long-token-for-agents"
UNKNOWN = ("do you organise pottery workshops?", "can I join a pottery workshop at the weekend?")
ASKED = "is there a pottery workshop?"
NO_ANSWER_YET = "no answer to that yet"  # it is an intent, with nothing to say so far


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page[:2000]
    return unescape(found[1])


async def hear(page: Page, text: str) -> str:
    """Say it in the chat; what the bot answers, which is one text."""
    before = len(page.shown)
    page.say(f"m{before}", text)
    await page.until(shown=before + 1)
    return page.texts[-1]


async def understood(page: Page, since: float) -> float:
    """Seconds from `since` on until the bot understands, in this chat."""
    while NO_ANSWER_YET not in await hear(page, ASKED):
        assert time.monotonic() - since < 60, page.texts
        await asyncio.sleep(0.1)  # a minute's messages are counted
    return time.monotonic() - since


def new_intent(inbox: str) -> dict[str, Any]:
    """The form of the inbox, filled in to make a new intent of the group about pottery."""
    group = next(part for part in inbox.split("<section")[1:] if "pottery" in part)
    return {
        **{name: hidden(group, name) for name in ("csrf", "group", "versions")},
        "number": re.findall(r'name="number" value="(\d+)"', group),
        "example": [unescape(each) for each in re.findall(r'name="example" value="([^"]+)"', group)],
        "name": "workshops",
        "description": "The customer asks about pottery workshops and courses.",
        "file": "workshops.yml",
    }


async def report(bot: Served) -> dict[str, Any]:
    """What `ripen test` says of this bot's understanding."""
    out = bot.folder / "test-report"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "test", "--only", "understanding", "--out", str(out),
        "--config", str(bot.folder / "config.yml"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()
    read: dict[str, Any] = json.loads((out / "report.json").read_text("utf-8"))
    return read


async def test_from_an_unknown_message_in_a_chat_to_an_intent_that_the_same_chat_knows_within_five_seconds(
    sample: Path, configure: Callable[[Path, str], None]
) -> None:
    configure(sample, "agents: {}\nconsole: {}")
    async with serve(sample, {"RIPEN_CONSOLE_TOKEN": TOKEN, "RIPEN_AGENTS_TOKEN": OF_AGENTS}) as bot:
        page = Page(bot.address)
        async with page.open(), httpx.AsyncClient(base_url=bot.address, trust_env=False, timeout=60) as eve:
            for text in UNKNOWN:
                assert re.search("not sure I understood|not understand", await hear(page, text)), "not taught yet"
            of_agents = await eve.post("/console/login", data={"name": "Eve", "token": OF_AGENTS})
            assert (of_agents.status_code, "RIPEN_CONSOLE_TOKEN" in of_agents.text) == (401, True)
            await eve.post("/console/login", data={"name": "Eve", "token": TOKEN})
            form = new_intent((await eve.get("/console/inbox")).text)
            pressed = time.monotonic()
            assert (await eve.post("/console/inbox/create", data=form)).status_code == 303
            seconds = await understood(page, since=pressed)
            assert seconds <= 5, bot.log
            assert len(page.sessions) == 1, "it is the same chat"

            conversation = f"web:{page.sessions[0].partition('.')[0]}"
            talk = (await eve.get("/console/conversation", params={"id": conversation})).text
            assert all(text in unescape(talk) for text in (*UNKNOWN, ASKED))
            row = (await eve.get("/console/intents")).text.split(">workshops</a>")[1].split("</tr>")[0]
            cells = re.findall(r'<td class="number[^"]*">(?:<a[^>]*>)?([^<]*)<', row)
            assert cells[:3:2] == ["2", "1"], "examples and messages"
            assert "pottery" not in (await eve.get("/console/inbox")).text.split("Done of late")[0]
        figures = {each["intent"]: each for each in (await report(bot))["understanding"]["intents"]}
        assert figures["workshops"]["support"] == len(UNKNOWN)
