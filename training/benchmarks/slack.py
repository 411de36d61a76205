"""How soon Slack hears that an event has arrived: python -m training.benchmarks.slack [--rate 50] [--seconds 20].

A bot whose every action sleeps, served by `ripen serve` in a process of its own, with SQLite; a signed event after the
other over the Events API on the loopback, each from another user. Slack's Web API is a sink in this process. Waits
until every event is answered, and says how often one was not, or twice.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
from aiohttp import web

SECRET = "a-signing-secret-for-this-run"  # noqa: S105 - nobody else's
WORDS = ("where is my parcel", "i want my money back", "how do i reset the router", "book a table for tonight")
INTENTS = """
slow_{number}:
  description: The customer says something like {words}.
  examples: [{words}, please {words}]
  action: action_slow
"""
ACTIONS = """
import asyncio
from rasa_sdk import Action

class Slow(Action):
    def name(self):
        return "action_slow"

    async def run(self, dispatcher, tracker, domain):
        await asyncio.sleep({sleep})
        dispatcher.utter_message(text="Done.")
        return []
"""
CONFIG = """
actions: {{modules: [actions]}}
decision: {{act: 0.01, clarify: 0.01}}
model: {{bundle: "{bundle}"}}
slack: {{api_url: "{api_url}"}}
"""


def main() -> None:
    """Print the figures as JSON; exit code 1 when an event was lost or answered twice."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=50.0, help="events a second")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long")
    parser.add_argument("--sleep", type=float, default=3.0, help="seconds that each action sleeps")
    parser.add_argument("--bundle", type=Path, default=Path("models"), help="the model bundle")
    figures = asyncio.run(_measure(parser.parse_args()))
    print(json.dumps(figures, indent=2))
    if figures["lost"] or figures["doubled"]:
        raise SystemExit(1)


async def _measure(chosen: argparse.Namespace) -> dict[str, Any]:
    answered: Counter[str] = Counter()
    taken: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        async with _sink(answered) as api_url:
            _write_bot(Path(name), chosen, api_url)
            async with _served(Path(name)) as address, aiohttp.ClientSession(address) as session:
                sent = round(chosen.rate * chosen.seconds)
                await _send_all(session, sent, chosen.rate, taken)
                deadline = time.monotonic() + chosen.sleep + 60
                while len(answered) < sent and time.monotonic() < deadline:  # noqa: ASYNC110 - the sink counts
                    await asyncio.sleep(0.1)
    times = np.array(taken) * 1000
    return {
        "events": sent,
        "events_per_second": chosen.rate,
        "actions_sleep_s": chosen.sleep,
        "median_ms": round(float(np.median(times)), 2),
        "p99_ms": round(float(np.quantile(times, 0.99)), 2),
        "longest_ms": round(float(times.max()), 2),
        "lost": sent - len(answered),
        "doubled": sum(count > 1 for count in answered.values()),
    }


def _write_bot(folder: Path, chosen: argparse.Namespace, api_url: str) -> None:
    intents = "".join(INTENTS.format(number=number, words=words) for number, words in enumerate(WORDS))
    for name, text in (
        ("config.yml", CONFIG.format(bundle=chosen.bundle.absolute(), api_url=api_url)),
        ("intents/slow.yml", intents),
        ("actions/__init__.py", ACTIONS.format(sleep=chosen.sleep)),
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@asynccontextmanager
async def _sink(answered: Counter[str]) -> AsyncIterator[str]:
    """A Web API that takes everything, and counts the answers in each channel."""

    async def take(request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method == "chat.postMessage":
            answered[str((await request.json())["channel"])] += 1
        return web.json_response({"ok": True, "user_id": "UBOT", "team_id": "T1", "ts": f"{time.time():.6f}"})

    application = web.Application()
    application.router.add_post("/api/{method}", take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _served(folder: Path) -> AsyncIterator[str]:
    secrets = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_APP_TOKEN": "",
        "SLACK_CLIENT_ID": "",
    }
    command = (sys.executable, "-m", "bot", "serve", "--port", "0", "--config", str(folder / "config.yml"))
    environ = {**os.environ, **secrets, "PYTHONUNBUFFERED": "1"}
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=environ)
    try:
        if process.stdout is None:
            raise SystemExit("the bot's output cannot be read")
        line = (await process.stdout.readline()).decode()
        found = re.search(r"http://\S+", line)
        if found is None:
            raise SystemExit(f"the bot did not start: {line}")
        yield found[0]
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _send_all(session: aiohttp.ClientSession, count: int, rate: float, taken: list[float]) -> None:
    """Events at fixed times, whether or not the earlier ones are acknowledged; the first few only warm up."""
    warm: list[float] = []
    for number in range(-10, 0):
        await _send(session, number, warm, known=True)
    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            await asyncio.sleep(max(0.0, start + number / rate - time.perf_counter()))
            group.create_task(_send(session, number, taken))


async def _send(session: aiohttp.ClientSession, number: int, taken: list[float], *, known: bool = False) -> None:
    said = {"type": "message", "channel": f"D{number}", "channel_type": "im", "user": f"U{abs(number)}"}
    said |= {"text": WORDS[number % len(WORDS)], "ts": f"1700000000.{abs(number):06d}", "client_msg_id": f"c{number}"}
    if known:
        said |= {"subtype": "channel_join"}  # read, and answered by nobody
    body = {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}", "event": said}
    raw, stamp = json.dumps(body).encode(), str(int(time.time()))
    digest = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
    headers |= {"Content-Type": "application/json"}
    start = time.perf_counter()
    async with session.post("/slack/events", data=raw, headers=headers) as response:
        await response.read()
        if response.status != 200:
            raise SystemExit(f"an event was answered {response.status}")
    taken.append(time.perf_counter() - start)


if __name__ == "__main__":
    main()
