"""The soak: a real server, everybody who talks to it, all that goes wrong; in the end, every message is counted.

python -m tests.soak --seconds 600
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from tests.scenarios.served import Served, serve
from tests.soak.account import Account, missing
from tests.soak.bot import TOKEN, make_bot
from tests.soak.people import Desk
from tests.soak.proxy import Proxy
from tests.soak.visitors import Listener, PollingVisitor, SocketVisitor, Visitor
from tests.soak.workspace import SlackUser, trouble
from tests.standins.page import Page
from tests.standins.slack import SlackStandIn

MODELS = Path(__file__).parents[2] / "models"
KILL_EVERY = (15.0, 30.0)
BREAK_EVERY = 2.5
SETTLE_SECONDS = 180.0


class Server:
    """`ripen serve`, killed and started again."""

    def __init__(self, folder: Path, environ: dict[str, str], proxy: Proxy, account: Account) -> None:
        self._folder, self._environ, self._proxy, self._account = folder, environ, proxy, account
        self.lives = 0
        self.log = ""
        """What the process of the last life has said, once it has ended."""

    async def run(self, over: asyncio.Event, end: asyncio.Event) -> None:
        """Kill it again and again until it is `over`, then let it serve until the `end`."""
        while not end.is_set():
            async with serve(self._folder, self._environ) as bot:
                self.lives += 1
                self._proxy.upstream = urlsplit(bot.address).port
                died = asyncio.create_task(bot.process.wait())
                await _first(died, asyncio.create_task(self._wait(over, end)))
                if died.done():
                    self._account.blame(f"the server ended by itself: {bot.log[-2000:]}")
                self._proxy.upstream = None
                if not end.is_set() and not died.done():
                    bot.process.kill()
            self._read(bot)
            self.log = bot.log

    @staticmethod
    async def _wait(over: asyncio.Event, end: asyncio.Event) -> None:
        killed = asyncio.create_task(asyncio.sleep(random.uniform(*KILL_EVERY)))
        await _first(killed, asyncio.create_task(over.wait()))
        if over.is_set():
            await end.wait()

    def _read(self, bot: Served) -> None:
        if "Traceback" in bot.log:
            self._account.blame(f"a traceback: {bot.log[bot.log.index('Traceback') :][:1500]}")
        if "Back: w" in bot.log or TOKEN in bot.log:
            self._account.blame("the log holds a user's words or a secret")


async def break_network(proxy: Proxy, over: asyncio.Event) -> None:
    """Cut a few connections, all of them, or hold them for a while."""
    while not over.is_set():
        await asyncio.sleep(random.uniform(0.2, 2 * BREAK_EVERY))
        what = random.random()
        if what < 0.5:
            proxy.cut(0.15)
        elif what < 0.75:
            proxy.cut()  # all come back at once
        else:
            await proxy.stall(random.uniform(0.3, 2.0))


async def soak(seconds: float, people: int, folder: Path) -> Account:
    """Everybody talks for so long, then all is settled."""
    account, over, end = Account(), asyncio.Event(), asyncio.Event()
    async with SlackStandIn(socket_mode=True) as slack, Proxy() as proxy, asyncio.TaskGroup() as group:
        environ = {**slack.environ, "RIPEN_AGENTS_TOKEN": TOKEN}
        server = Server(make_bot(folder, MODELS, slack.api_url), environ, proxy, account)
        serving = group.create_task(server.run(over, end))
        visitors = make_visitors(people, proxy.address, account)
        users = [SlackUser(f"s{number}", slack, account) for number in range(max(2, people // 3))]
        desk = Desk(account, make_quiet_visitors(proxy.address, account), proxy.address, slack)
        visitors += desk.visitors
        living = [group.create_task(each.live(over)) for each in (*visitors, *users)]
        working = group.create_task(desk.work(over))
        for fault in (break_network(proxy, over), trouble(slack, over)):
            group.create_task(fault)
        await tell_progress(seconds, account, server)
        over.set()
        everybody: list[Listener] = [*visitors, *users, desk]
        await settle(account, everybody, working)
        for listener in everybody:
            listener.check(account)
        for task in (*living, working):
            task.cancel()
        end.set()
        await serving
        if not account.is_whole:
            print(f"\nThe log of the last life ends so:\n{server.log[-3000:]}")
        print(f"\n{server.lives} lives of the server, {proxy.cuts} connections cut, {desk.handed} talks with a person")
    return account


def make_visitors(people: int, address: str, account: Account) -> list[Visitor]:
    """Of three, one has three tabs, one has one, and one polls."""
    found: list[Visitor] = []
    for number in range(people):
        name = f"v{number}"
        if number % 3 == 2:
            found.append(PollingVisitor(name, address, account))
        else:
            tabs = [Page(address) for _ in range(3 if number % 3 == 0 else 1)]
            found.append(SocketVisitor(name, address, account, tabs))
    return found


def make_quiet_visitors(address: str, account: Account) -> list[SocketVisitor]:
    """Who is served by persons."""
    tabs = ([Page(address)], [Page(address) for _ in range(3)])
    return [SocketVisitor(f"p{number}", address, account, each, talks=False) for number, each in enumerate(tabs)]


async def tell_progress(seconds: float, account: Account, server: Server) -> None:
    start = time.monotonic()
    while (left := start + seconds - time.monotonic()) > 0:
        await asyncio.sleep(min(10.0, left))
        due = sum(counter.total() for counter in account.expected.values())
        print(f"{time.monotonic() - start:5.0f} s: {due} messages due, life {server.lives} of the server", flush=True)


async def settle(account: Account, everybody: Sequence[Listener], working: asyncio.Task[None]) -> None:
    """Wait until nothing is missing; what is missing then is lost."""
    start = time.monotonic()
    while time.monotonic() - start < SETTLE_SECONDS:
        shown = {each.name: each.shown() for each in everybody}
        unsent = sum(each.unsent for each in everybody)
        if working.done() and not unsent and not missing(account, shown):
            await asyncio.sleep(3.0)  # time for what should not come
            return
        await asyncio.sleep(0.2)
    waiting = ", ".join(f"{each.name} {each.unsent}" for each in everybody if each.unsent) or "nothing"
    people = "" if working.done() else "; the people at the desk wait, too"
    account.blame(f"not settled after {SETTLE_SECONDS:g} s; unsent: {waiting}{people}")


async def _first(*tasks: asyncio.Task[None] | asyncio.Task[int]) -> None:
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        if not task.done():
            task.cancel()


def main() -> int:
    """0 when every message is accounted for."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--people", type=int, default=9, help="visitors of the web chat; Slack's users come on top")
    parser.add_argument("--seed", type=int, default=None)
    chosen = parser.parse_args()
    seed = chosen.seed if chosen.seed is not None else random.randrange(2**32)
    random.seed(seed)
    logging.getLogger().setLevel(logging.CRITICAL)
    print(f"Soaking for {chosen.seconds:g} s with {chosen.people} visitors, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        account = asyncio.run(soak(chosen.seconds, chosen.people, Path(folder)))
    print(account.describe())
    print("Every message is accounted for." if account.is_whole else "Something went wrong.")
    return 0 if account.is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
