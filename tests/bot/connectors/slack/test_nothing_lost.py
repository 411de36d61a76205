"""Acknowledged events survive a crash, and are answered once: across repeats, restarts and processes."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.connectors.inbox import LAPSES_AFTER, Entry, InMemoryInbox, Orphan, State
from bot.connectors.scripted import ScriptedBot
from bot.connectors.slack import Stores, arrivals, connector, web_api, workspaces
from bot.errors import StoreError
from bot.messages import Message, Part, Reply
from tests.bot.connectors.slack.serving import serve, settled
from tests.standins.slack import Failure, SlackStandIn
from tests.standins.slack_payloads import event, mention, message

THREE = {"three": (Part(text="one"), Part(text="two"), Part(text="three"))}


class Time:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def stores(time: Time) -> Stores:
    return Stores(InMemoryInbox(time))


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stop waits for nothing, as a kill does."""
    monkeypatch.setattr(connector, "FINISH_SECONDS", 0.0)
    monkeypatch.setattr(arrivals, "HOLD_EVERY", 0.05)


def texts(slack: SlackStandIn) -> list[str]:
    return [call.arguments["text"] for call in slack.posted]


@pytest.mark.usefixtures("killed")
async def test_what_a_killed_process_left_is_answered_by_the_next(
    slack: SlackStandIn, stores: Stores, time: Time
) -> None:
    body = mention("hello")
    async with serve(slack, ScriptedBot(delay=60), stores) as first:
        await first.receive(body)
        await slack.until(lambda: bool(first.bot.messages))
    assert not slack.posted
    time.now += LAPSES_AFTER
    async with serve(slack, ScriptedBot(), stores) as second:
        await settled(slack)
        await second.receive(body, retry=1)
        await settled(slack)
    assert slack.posted[0].arguments["thread_ts"] == body["event"]["ts"]


@pytest.mark.usefixtures("killed")
async def test_what_another_process_is_still_at_is_not_struck_out(
    slack: SlackStandIn, stores: Stores, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve(slack, ScriptedBot(delay=60), stores) as first:
        await first.receive(message("hello"))
        await slack.until(lambda: bool(first.bot.messages))
    bot, asked = ScriptedBot(), asyncio.Event()

    async def still_pending(_: Message) -> Reply:
        asked.set()
        return Reply((), repeated=True, pending=True)

    time.now += LAPSES_AFTER
    with monkeypatch.context() as patched:
        patched.setattr(bot, "answer", still_pending)
        async with serve(slack, bot, stores) as second:
            await asyncio.wait_for(asked.wait(), 30)
            await slack.until(lambda: not second.connector.in_flight)
    assert not slack.posted
    time.now += LAPSES_AFTER
    async with serve(slack, bot, stores):
        await settled(slack)
    assert texts(slack) == ["You said: hello"]


@pytest.mark.usefixtures("killed")
@pytest.mark.parametrize("thread", [None, "1690000000.000001"])
async def test_an_answer_that_was_cut_in_two_is_completed(
    slack: SlackStandIn, stores: Stores, time: Time, thread: str | None
) -> None:
    bot = ScriptedBot(THREE)  # it knows what it answered, as the database does
    async with serve(slack, bot, stores) as first:
        await first.receive(message("three", **({"thread_ts": thread} if thread else {})))
        await slack.until(lambda: len(slack.posted) >= 1)
        slack.fail("chat.postMessage", Failure(status=0, after=True, delay=60), *[Failure(delay=60)] * 9)
        await slack.until(lambda: len(slack.posted) >= 2)
    slack.calm("chat.postMessage")
    time.now += LAPSES_AFTER
    async with serve(slack, bot, stores):
        await settled(slack, 3)
    assert texts(slack) == ["one", "two", "three"]


@pytest.mark.usefixtures("killed")
async def test_what_was_answered_is_not_taken_over(slack: SlackStandIn, stores: Stores, time: Time) -> None:
    async with serve(slack, stores=stores) as first:
        await first.receive(message("hello"))
        await settled(slack)
    time.now += LAPSES_AFTER
    async with serve(slack, stores=stores):
        await settled(slack)


@pytest.mark.usefixtures("killed")
async def test_a_long_turn_is_not_taken_over_by_another_process(
    slack: SlackStandIn, stores: Stores, time: Time
) -> None:
    slow = ScriptedBot(delay=0.6)
    async with serve(slack, slow, stores) as first, serve(slack, slow, stores):
        await first.receive(message("hello"))
        for _ in range(6):
            time.now += LAPSES_AFTER - timedelta(seconds=1)
            await asyncio.sleep(0.1)  # the first holds it meanwhile
        await settled(slack)


async def test_of_several_processes_one_answers(slack: SlackStandIn, stores: Stores) -> None:
    body = mention("hello")
    also = event(body["event"] | {"type": "message", "channel_type": "channel"})
    async with AsyncExitStack() as stack:
        served = [await stack.enter_async_context(serve(slack, ScriptedBot(), stores)) for _ in range(3)]
        await asyncio.gather(*(each.receive(sent) for each in served for sent in (body, also, body)))
        await settled(slack)


async def test_a_message_that_the_client_sent_twice_is_answered_once(slack: SlackStandIn) -> None:
    body = message("hello")
    again = event(body["event"] | {"ts": "1700000001.000001"})
    elsewhere = event(body["event"] | {"ts": "1700000001.000002", "channel": "D0000OTHER"})
    async with serve(slack) as served:
        for sent in (body, again, elsewhere):
            await served.receive(sent)
        await settled(slack, 2)
    assert {call.arguments["channel"] for call in slack.posted} == {"D0000DM", "D0000OTHER"}


@pytest.mark.parametrize(
    "failure",
    [Failure(0, after=True), Failure(500, after=True), Failure(error="internal_error", after=True), Failure(504)],
    ids=str,
)
async def test_a_call_of_unknown_end_is_looked_for_and_not_repeated(slack: SlackStandIn, failure: Failure) -> None:
    async with serve(slack, ScriptedBot(THREE)) as served:
        slack.fail("chat.postMessage", failure)
        await served.receive(mention("three"))
        await settled(slack, 3)
    assert texts(slack) == ["one", "two", "three"]


@pytest.mark.parametrize("failure", [Failure(429, retry_after=1), Failure(error="ratelimited"), Failure(429)], ids=str)
async def test_a_limited_rate_drops_nothing(slack: SlackStandIn, failure: Failure) -> None:
    async with serve(slack, ScriptedBot(THREE)) as served:
        slack.fail("chat.postMessage", failure)
        await served.receive(message("three"))
        await settled(slack, 3)
    assert texts(slack) == ["one", "two", "three"]
    assert "conversations.history" not in [call.method for call in slack.calls]  # such a call went nowhere


async def test_a_call_that_times_out_is_looked_for(slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspaces, "SECONDS", 0.3)
    async with serve(slack, ScriptedBot(THREE)) as served:
        slack.fail("chat.postMessage", Failure(delay=1.0, after=True), Failure(delay=1.0))
        await served.receive(message("three"))
        await settled(slack, 3)
    assert texts(slack) == ["one", "two", "three"]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_whatever_fails_every_message_is_answered_once(
    slack: SlackStandIn, stores: Stores, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(web_api, "FIRST_PAUSE", 0.01)
    dice = random.Random(seed)
    kinds = [Failure(500), Failure(0), Failure(429, retry_after=0), Failure(error="ratelimited"), Failure(503)]
    kinds += [Failure(500, after=True), Failure(0, after=True), Failure(error="internal_error", after=True)]
    slack.fail("chat.postMessage", *(dice.choice(kinds) for _ in range(40)))
    slack.fail("conversations.history", *(dice.choice(kinds[:5]) for _ in range(10)))
    bot = ScriptedBot({f"m{number}": (Part(text=f"{number} a"), Part(text=f"{number} b")) for number in range(30)})
    async with serve(slack, bot, stores) as one, serve(slack, bot, stores) as two:
        for number in range(30):
            body = message(f"m{number}", channel=f"D{number % 6}")
            for _ in range(dice.randint(1, 3)):
                await dice.choice((one, two)).receive(body)
        await slack.until(lambda: len(slack.posted) >= 60, seconds=30)
        await slack.until(lambda: not one.connector.in_flight and not two.connector.in_flight)
    for channel in range(6):
        said = [call.arguments["text"] for call in slack.posted if call.arguments["channel"] == f"D{channel}"]
        assert sorted(said) == sorted(f"{n} {part}" for n in range(channel, 30, 6) for part in "ab")
        for number in range(channel, 30, 6):
            assert said.index(f"{number} a") < said.index(f"{number} b")


async def test_a_place_that_cannot_be_read_is_better_told_twice_than_never(
    slack: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    slack.scopes.discard("im:history")
    slack.fail("chat.postMessage", Failure(500))
    async with serve(slack) as served:
        await served.receive(message("hello"))
        await settled(slack)
    assert "cannot be read (missing_scope)" in caplog.text


class BrokenInbox:
    """A database that is away."""

    async def keep(self, entry: Entry) -> bool:
        raise StoreError("Cannot write conversations in sqlite:///c.db: disk I/O error.")

    async def hold(self, channel: str, ids: Any) -> None:
        raise StoreError("away")

    async def take(self, channel: str) -> Sequence[Orphan]:
        raise StoreError("away")

    async def strike(self, channel: str, entry_id: str) -> None:
        raise StoreError("away")

    async def state(self, channel: str, entry_id: str) -> State:
        raise StoreError("away")


async def test_without_its_database_the_bot_still_answers_once(
    slack: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        async with serve(slack, stores=Stores(BrokenInbox())) as served:
            body = message("my secret")
            assert (await served.receive(body)).status_code == 200
            await served.receive(body, retry=1)
            await settled(slack)
    assert "cannot be written down" in caplog.text
    assert "my secret" not in caplog.text
