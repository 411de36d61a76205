"""How fast the web chat is, and what an idle visitor weighs: python -m training.benchmarks.channels [--json FILE].

Serves the bot of --config in a process of its own, over loopback, with conversations in a new database. Messages go in
over Socket.IO at a steady rate, spread over visitors, and the time is taken until the answer is back on the wire; the
visitors of this process are raw WebSockets, so that what is measured is the server. Idle visitors have a session, and
only answer pings. Linux only, for memory.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from training.benchmarks.speed import machine
from training.benchmarks.start import resident_mb

RATE = 50.0
SECONDS = 30.0
VISITORS = 50
IDLE = 1000
WARM_UP = 50
SETTLE_SECONDS = 4
QUIET_MS = 50
CONNECTING = 50
"""Visitors that connect at a time: what a full backlog would do to them is not the question."""

ASKED = "could you please tell me where my order A-1042 is now"
TARGETS = {"median_ms": 8.0, "p99_ms": 40.0, "idle_mb": 250.0}


@dataclass
class Visitor:
    """A page's WebSocket, by the protocols of Engine.IO 4 and Socket.IO 5, without a client library in between."""

    socket: ClientConnection
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    at: float = 0.0

    async def begin(self) -> None:
        """Connect to the namespace and ask for a session."""
        await self.socket.recv()
        await self.socket.send("40")
        await self._until("40")
        await self.socket.send('42["session_request",{"acknowledges":true}]')
        await self._until('42["session_confirm"')

    async def listen(self) -> None:
        """Answer pings, and note when the bot says something."""
        async for packet in self.socket:
            if packet == "2":
                await self.socket.send("3")
            elif isinstance(packet, str) and packet.startswith('42["bot_uttered"'):
                self.at = self.at or time.perf_counter()
                self.answered.set()
                sequence = re.search(r'"sequence":(\d+)', packet)
                if sequence:
                    await self.socket.send(f'42["bot_uttered_received",{{"sequence":{sequence[1]}}}]')

    async def ask(self, name: str) -> float:
        """Milliseconds from a message to the first words of its answer."""
        self.answered.clear()
        self.at = 0.0
        said = {"message": ASKED, "metadata": {"message_id": name}}
        start = time.perf_counter()
        await self.socket.send("42" + json.dumps(["user_uttered", said]))
        await asyncio.wait_for(self.answered.wait(), 30)
        return (self.at - start) * 1000

    async def _until(self, beginning: str) -> None:
        while not str(await self.socket.recv()).startswith(beginning):
            pass


@asynccontextmanager
async def visiting(address: str, count: int) -> AsyncIterator[list[Visitor]]:
    """So many visitors, each in a session of its own."""
    url = f"{address.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket"
    gate = asyncio.Semaphore(CONNECTING)

    async def come() -> Visitor:
        async with gate:
            visitor = Visitor(await connect(url, compression=None, ping_interval=None, open_timeout=60, proxy=None))
            await visitor.begin()
            return visitor

    visitors = await asyncio.gather(*(come() for _ in range(count)))
    listening = [asyncio.create_task(visitor.listen()) for visitor in visitors]
    try:
        yield visitors
    finally:
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        await asyncio.gather(*(visitor.socket.close() for visitor in visitors))


async def measure_answers(address: str, process: int, rate: float, seconds: float) -> dict[str, float]:
    """Milliseconds to the answer, at `rate` messages a second, and of the server's processor for each. A message is due
    when it is due: one that has to wait because earlier ones are late has waited."""
    async with visiting(address, VISITORS) as visitors:
        for number in range(WARM_UP):
            await visitors[number % VISITORS].ask(f"warm-{number}")
        worked = processor_ms(process)
        begun, asking = time.perf_counter(), list[asyncio.Task[float]]()
        for number in range(int(rate * seconds)):
            due = begun + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            asking.append(asyncio.create_task(_ask_when_due(visitors[number % VISITORS], number, due)))
        taken = await asyncio.gather(*asking)
        worked = processor_ms(process) - worked
    median, p95, p99 = np.quantile(taken, [0.5, 0.95, 0.99])
    figures = {"median_ms": float(median), "p95_ms": float(p95), "p99_ms": float(p99)}
    return {"messages": len(taken), **figures, "processor_ms": worked / len(taken)}


async def _ask_when_due(visitor: Visitor, number: int, due: float) -> float:
    late = (time.perf_counter() - due) * 1000
    return late + await visitor.ask(f"m-{number}")


async def measure_idle(address: str, process: int, count: int) -> dict[str, float]:
    """Megabytes that so many idle visitors add to the server."""
    before = resident_mb(process)
    async with visiting(address, count):
        await asyncio.sleep(SETTLE_SECONDS)
        after = resident_mb(process)
    return {"visitors": count, "idle_mb": after - before, "server_mb": before}


def processor_ms(process: int) -> float:
    """Milliseconds for which a process has had a core, whatever else the machine does. Linux only."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def serving(config: Path, folder: Path) -> AsyncIterator[tuple[str, int]]:
    """The address and the process of the bot of `config`, with a database in `folder`."""
    command = [sys.executable, "-m", "bot", "serve", "--port", "0", "--config", str(_with_database(config, folder))]
    quiet = asyncio.subprocess.DEVNULL
    server = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, stderr=quiet)
    try:
        assert server.stdout is not None  # noqa: S101 - for the type checker
        found = re.search(r"http://\S+", (await server.stdout.readline()).decode())
        if found is None:
            raise SystemExit("the bot did not start; see `ripen serve`")
        await _until_learnt(server.pid)
        yield found[0], server.pid
    finally:
        server.terminate()
        await server.wait()


async def _until_learnt(process: int) -> None:
    """A server that works for itself, on a busy machine for long, would be measured too slow."""
    quiet = 0
    while quiet < SETTLE_SECONDS:
        worked = processor_ms(process)
        await asyncio.sleep(1)
        quiet = quiet + 1 if processor_ms(process) - worked < QUIET_MS else 0


def _with_database(config: Path, folder: Path) -> Path:
    """The same bot in `folder`, so that its own conversations are left alone."""
    for entry in config.absolute().parent.iterdir():
        if entry.name in ("intents", "actions", "models"):
            (folder / entry.name).symlink_to(entry)
    copy = folder / "config.yml"
    copy.write_text(config.read_text(encoding="utf-8"), encoding="utf-8")
    return copy


async def measure(asked: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Every figure of this page."""
    with tempfile.TemporaryDirectory() as folder:
        async with serving(asked.config, Path(folder)) as (address, process):
            return {
                "answers over Socket.IO": await measure_answers(address, process, asked.rate, asked.seconds),
                "idle visitors": await measure_idle(address, process, asked.idle),
            }


def main() -> None:
    """Print the figures, and what they should be at most; exit 0 whatever they are, as a busy machine is no fault."""
    parser = argparse.ArgumentParser(prog="python -m training.benchmarks.channels", description=__doc__)
    parser.add_argument("--config", type=Path, default=Path("config.yml"))
    parser.add_argument("--rate", type=float, default=RATE, help="messages a second")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--idle", type=int, default=IDLE, help="visitors that only are there")
    parser.add_argument("--json", type=Path, help="file for the figures")
    asked = parser.parse_args()
    where: dict[str, Any] = machine()
    figures = asyncio.run(measure(asked))
    print(f"{where['cpu']}, {where['cores']} cores, load {where['load']} before, {machine()['load']} after")
    for name, values in figures.items():
        print(f"{name:24}", "  ".join(_write(key, value) for key, value in values.items()))
    if asked.json:
        asked.json.write_text(json.dumps({"machine": where, "figures": figures}, indent=1) + "\n", encoding="utf-8")


def _write(key: str, value: float) -> str:
    target = f" (at most {TARGETS[key]:g})" if key in TARGETS else ""
    return f"{key.replace('_', ' ')} {value:.1f}{target}" if value % 1 else f"{key.replace('_', ' ')} {value:g}{target}"


if __name__ == "__main__":
    main()
