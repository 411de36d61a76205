"""`ripen serve` in a process of its own."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

START_SECONDS = 60.0
LISTENING = re.compile(r"The bot is on (http://127\.0\.0\.1:\d+)")


@dataclass
class Served:
    """A bot that is being served: talk to it, and read its log."""

    folder: Path
    process: asyncio.subprocess.Process
    client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=20, trust_env=False))
    lines: list[str] = field(default_factory=list)
    address: str = ""
    sender: str = "anne"
    """Who writes, where a test does not say."""

    @property
    def log(self) -> str:
        """Everything that the process has printed so far."""
        return "\n".join(self.lines)

    async def say(self, text: str, sender: str = "", **more: Any) -> list[dict[str, Any]]:
        """One message over REST."""
        body = {"sender": sender or self.sender, "message": text, **more}
        answer = await self.client.post(f"{self.address}/webhooks/rest/webhook", json=body)
        answer.raise_for_status()
        items: list[dict[str, Any]] = answer.json()
        return items

    async def texts(self, text: str, sender: str = "") -> list[str]:
        """The texts that the bot answers with."""
        return [item["text"] for item in await self.say(text, sender) if "text" in item]

    async def parse(self, text: str) -> dict[str, Any]:
        """What the bot makes of a text."""
        answer = await self.client.post(f"{self.address}/model/parse", json={"text": text})
        answer.raise_for_status()
        parsed: dict[str, Any] = answer.json()
        return parsed

    async def until_logged(self, pattern: str, seconds: float = 10.0) -> float:
        """Wait for a line of the log; how long it took."""
        start = time.perf_counter()
        while not re.search(pattern, self.log):
            if time.perf_counter() - start > seconds:
                raise AssertionError(f"no line matched {pattern!r} in {seconds} s:\n{self.log}")
            await asyncio.sleep(0.01)
        return time.perf_counter() - start


@asynccontextmanager
async def serve(
    folder: Path, environ: Mapping[str, str] | None = None, before: Callable[[], None] | None = None
) -> AsyncIterator[Served]:
    """Serve the bot in `folder` on a free port until the block ends; `before` runs in the new process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve", "--port", "0", "--config", str(folder / "config.yml"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **(environ or {})},
        preexec_fn=before,
    )  # fmt: skip
    served = Served(folder, process)
    reading = asyncio.create_task(_read(served))
    try:
        await served.until_logged(f"{LISTENING.pattern}|error:", START_SECONDS)
        found = LISTENING.search(served.log)
        assert found, served.log
        served.address = found[1]
        yield served
    finally:
        await served.client.aclose()
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 20)
        await reading


async def _read(served: Served) -> None:
    assert served.process.stdout
    async for line in served.process.stdout:
        served.lines.append(line.decode(errors="replace").rstrip())
