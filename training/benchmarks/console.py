"""How soon each page of the console is there for a large bot: python -m training.benchmarks.console [--bundle models]
[--intents 500] [--examples 50] [--messages 1000].

The made-up bot of check.py is served in a process of its own, and messages are said to it, one in five of them odd.
Then somebody logs in and opens every page: for the first time since the start, and twice more, the slower of which
is told. Beside it stands what a message of a visitor takes meanwhile, one after the other, and while nothing else is
done.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from secrets import token_urlsafe
from time import perf_counter

import httpx
import numpy as np

from training.benchmarks.channels import serving
from training.benchmarks.check import OTHERS, OWNERS, ROOT, THINGS, VERBS, link_bundle, write_bot
from training.benchmarks.speed import machine

TOKEN_ENV = "RIPEN_CONSOLE_TOKEN"  # noqa: S105 - the variable's name
EDITED = f"{VERBS[0]}_{THINGS[0]}"
ASKED = f"i want to {VERBS[1]} my {THINGS[2]}"
ALONE_SECONDS = 3.0
SENDERS = 100
SENDING = 4
"""Visitors who speak at a time."""


@dataclass
class Editor:
    """Somebody at a browser; `csrf` is the proof of the last page."""

    http: httpx.AsyncClient
    csrf: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    async def log_in(self, token: str) -> None:
        """By the form."""
        form = {"name": "Eve", "token": token}
        (await self.http.post("/console/login", data=form, follow_redirects=True)).raise_for_status()

    async def open(self, path: str) -> str:
        """A page."""
        page = await self.http.get(f"/console{path}")
        page.raise_for_status()
        if found := re.search(r'name="csrf" value="([^"]+)"', page.text):
            self.csrf = found[1]
        return page.text

    async def edit(self) -> str:
        """The editor, whose form is kept."""
        page = await self.open(f"/edit?intent={EDITED}")
        text = re.search(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
        names = re.findall(r'<input type="hidden" name="(file|intent|version|line)" value="([^"]*)"', page)
        self.fields = {"text": unescape(text[1] if text else ""), **{name: unescape(value) for name, value in names}}
        return page

    async def send(self, path: str, number: int, **more: str) -> str:
        """The editor's form, typed on by one more example each time."""
        text = f"{self.fields['text']}    - one more sentence of mine, number {number}\n"
        sent = {"csrf": self.csrf, **self.fields, "text": text, **more}
        part = await self.http.post(f"/console{path}", data=sent, headers={"HX-Request": "true"})
        part.raise_for_status()
        return part.text


def pages(eve: Editor, talk: str) -> Mapping[str, Callable[[int], Awaitable[str]]]:
    """Every page by its name, opened for the n-th time."""
    return {
        "intents": lambda _: eve.open("/intents"),
        "editor": lambda _: eve.edit(),
        "check as one types": lambda number: eve.send("/edit/check", number),
        "try it": lambda number: eve.send("/edit/try", number, message=ASKED),
        "inbox": lambda _: eve.open("/inbox"),
        "conversations": lambda _: eve.open("/conversations"),
        "a search": lambda number: eve.open(f"/conversations?text={OTHERS[number]}"),
        "a conversation": lambda _: eve.open(f"/conversation?id={talk}"),
        "traffic": lambda _: eve.open("/traffic"),
        "models": lambda _: eve.open("/models"),
        "map": lambda _: eve.open("/map"),
    }


def made_up(messages: int) -> list[str]:
    """What visitors say: things that the bot knows, and one in five that it does not."""
    generator = random.Random(2)

    def say(number: int) -> str:
        if number % 5 == 0:
            return " ".join(generator.sample(OTHERS, 6))
        verb, thing = generator.choice(VERBS), generator.choice(THINGS)
        return f"could you {verb} {generator.choice(OWNERS)} {thing} {generator.choice(OTHERS)}"

    return [say(number) for number in range(messages)]


async def say_all(http: httpx.AsyncClient, texts: list[str]) -> None:
    """Over REST, some visitors at a time."""

    async def speak(first: int) -> None:
        for number in range(first, len(texts), SENDING):
            await say(http, texts[number], f"visitor-{number % SENDERS}")

    await asyncio.gather(*(speak(first) for first in range(SENDING)))


async def say(http: httpx.AsyncClient, text: str, sender: str) -> float:
    """Seconds to the answer."""
    start = perf_counter()
    answer = await http.post("/webhooks/rest/webhook", json={"sender": sender, "message": text})
    answer.raise_for_status()
    return perf_counter() - start


@dataclass(slots=True)
class Meanwhile:
    """What messages take that are said one after the other, in seconds."""

    taken: list[float] = field(default_factory=list)

    @asynccontextmanager
    async def talking(self, http: httpx.AsyncClient) -> AsyncIterator[None]:
        """Somebody talks to the bot while the block runs."""

        async def talk() -> None:
            while True:
                self.taken.append(await say(http, ASKED, "talker"))
                await asyncio.sleep(0.02)

        talking = asyncio.create_task(talk())
        try:
            yield
        finally:
            talking.cancel()
            await asyncio.gather(talking, return_exceptions=True)

    def __str__(self) -> str:
        if not self.taken:
            return ""
        median, worst = float(np.median(self.taken)), max(self.taken)
        return f"{median * 1000:7.0f} {worst * 1000:8.0f}"


async def measure(address: str, token: str, messages: int) -> None:
    """Print a line for each page."""
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=600) as http:
        await say_all(http, made_up(messages))
        alone = Meanwhile()
        async with alone.talking(http):
            await asyncio.sleep(ALONE_SECONDS)
        eve = Editor(http)
        await eve.log_in(token)
        print(f"{'page':20} {'first':>8} {'again':>8} {'kB':>8}   a message meanwhile, ms: median, longest")
        print(f"{'(none)':20} {'':8} {'':8} {'':8}   {alone}", flush=True)
        for name, look in pages(eve, "visitor-1").items():
            taken, meanwhile = [], Meanwhile()
            async with meanwhile.talking(http):
                for number in range(3):
                    start = perf_counter()
                    page = await look(number)
                    taken.append(perf_counter() - start)
            again = max(taken[1:])
            print(f"{name:20} {taken[0]:6.2f} s {again:6.2f} s {len(page) / 1024:8,.0f}   {meanwhile}", flush=True)


async def run(asked: argparse.Namespace) -> None:
    """Make the bot, serve it, look."""
    os.environ[TOKEN_ENV] = token = token_urlsafe(24)
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as served:
        folder = Path(made) / "bot"
        write_bot(folder, asked.intents, asked.examples)
        link_bundle(asked.bundle, folder / "models")
        with (folder / "config.yml").open("a", encoding="utf-8") as config:
            config.write("console: {}\n")
        where, start = machine(), perf_counter()
        print(f"{asked.intents} intents x {asked.examples} examples, {asked.messages} messages")
        print(f"{where['cpu']}, {where['cores']} cores, load {where['load']}", flush=True)
        async with serving(folder / "config.yml", Path(served)) as (address, _):
            print(f"learnt within {perf_counter() - start:.0f} s", flush=True)
            await measure(address, token, asked.messages)


def main() -> None:
    """Print what each page takes."""
    parser = argparse.ArgumentParser(prog="python -m training.benchmarks.console", description=__doc__)
    parser.add_argument("--bundle", type=Path, default=ROOT / "models")
    parser.add_argument("--intents", type=int, default=500)
    parser.add_argument("--examples", type=int, default=50)
    parser.add_argument("--messages", type=int, default=1000)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
