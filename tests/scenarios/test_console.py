"""The whole circle: a message that nobody taught the bot, in the console's inbox, and understood in the same chat."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path

import httpx

from tests.scenarios.served import serve

TOKEN = "a-long-token-for-authors"
OF_AGENTS = "a-long-token-for-agents"


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page[:2000]
    return unescape(found[1])


async def test_from_an_unknown_message_to_an_intent_of_its_own(
    sample: Path, configure: Callable[[Path, str], None]
) -> None:
    configure(sample, "agents: {}\nconsole: {}")
    async with serve(sample, {"RIPEN_CONSOLE_TOKEN": TOKEN, "RIPEN_AGENTS_TOKEN": OF_AGENTS}) as bot:
        for text in ("do you organise pottery workshops?", "can I join a pottery workshop at the weekend?"):
            assert "not sure I understood" in str(await bot.texts(text)), "nobody has taught it that"
        async with httpx.AsyncClient(base_url=bot.address, trust_env=False, timeout=60) as eve:
            of_agents = await eve.post("/console/login", data={"name": "Eve", "token": OF_AGENTS})
            assert (of_agents.status_code, "RIPEN_CONSOLE_TOKEN" in of_agents.text) == (401, True)
            await eve.post("/console/login", data={"name": "Eve", "token": TOKEN})
            page = (await eve.get("/console/inbox")).text
            group = next(part for part in page.split("<section")[1:] if "pottery" in part)
            made = await eve.post(
                "/console/inbox/create",
                data={
                    **{name: hidden(group, name) for name in ("csrf", "group", "versions")},
                    "number": re.findall(r'name="number" value="(\d+)"', group),
                    "example": [unescape(each) for each in re.findall(r'name="example" value="([^"]+)"', group)],
                    "name": "workshops",
                    "description": "The customer asks about pottery workshops and courses.",
                    "file": "workshops.yml",
                },
            )
            assert made.status_code == 303, made.text
            start = time.monotonic()
            while (await bot.parse("is there a pottery workshop?"))["intent"]["name"] != "workshops":
                assert time.monotonic() - start < 30, bot.log
                await asyncio.sleep(0.05)
            assert "workshops" in (await eve.get("/console/intents")).text
            assert "pottery" in (await eve.get("/console/conversations?text=pottery")).text
            assert "pottery" not in (await eve.get("/console/inbox")).text.split("Done of late")[0]
