"""What every ConversationStore must do: in memory, SQLite, and PostgreSQL where it is installed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.conversations.base import RECENT_TURNS, Claim, Conversation, ConversationStore, Turn
from bot.conversations.memory import InMemoryConversationStore
from bot.conversations.sql import SqlConversationStore
from bot.errors import StoreError
from bot.messages import (
    Button,
    Candidate,
    Decision,
    Detection,
    Entity,
    Message,
    Neighbour,
    Outcome,
    Part,
    Reply,
    Requested,
    Sentiment,
)
from tests.contracts.postgres import find_binaries, postgres_server

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass
class Clock:
    """The time that the stores go by."""

    time: datetime = START

    def __call__(self) -> datetime:
        return self.time


@dataclass
class Place:
    """Where conversations are kept; `open` gives another process's view of the same place."""

    open: Callable[[], Awaitable[ConversationStore]]
    clock: Clock = field(default_factory=Clock)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed: neither initdb on PATH nor /usr/lib/postgresql/*/bin")
    with postgres_server(binaries) as url:
        yield url


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    clock = Clock()
    opened: list[SqlConversationStore] = []
    if request.param == "memory":
        only = InMemoryConversationStore(clock)

        async def open_store() -> ConversationStore:
            return only
    else:
        url = f"sqlite:///{tmp_path}/c.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")

        async def open_store() -> ConversationStore:
            opened.append(await SqlConversationStore.open(url, now=clock))
            return opened[-1]

    yield Place(open_store, clock)
    if request.param == "postgres" and opened:
        async with opened[0]._engine.begin() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
    for store in opened:
        await store.close()


@pytest.fixture
async def store(place: Place) -> ConversationStore:
    return await place.open()


def message(words: str = "hello", **changes: Any) -> Message:
    return replace(Message(words, "C1", "ada", "web", metadata={"page": "/shop"}), **changes)


FULL = Turn(
    message=message(),
    at=START,
    detection=Detection(
        candidates=(Candidate("greet", 0.75, "mature"), Candidate("bye", 0.125, "zero_shot")),
        out_of_scope=0.0625,
        sentiment=Sentiment("positive", 0.5),
        entities=(Entity("order_id", "A-1042", 3, 9),),
        neighbours=(Neighbour("greet", "hi there", 0.875),),
        features={"top": 0.75},
    ),
    decision=Decision("act", "greet", 0.75, "greet is the best", (Candidate("bye", 0.125, "zero_shot"),)),
    outcome=Outcome(
        parts=(Part(text="Hi!", buttons=(Button("Bye", "/bye"),)), Part(image="https://shop.example/a.png")),
        events=({"event": "slot", "name": "order_id", "value": "A-1042"},),
        requested=Requested("order_status", "order_id"),
    ),
    timings={"detect": 1.5},
)
REPLY = Reply(FULL.outcome.parts if FULL.outcome else (), FULL.detection, FULL.decision, FULL.timings)


async def say(store: ConversationStore, said: Message, **state: Any) -> int:
    """One whole turn."""
    number = await store.record_message(said)
    before = await store.load(said)
    await store.record_turn(number, replace(FULL, message=said), replace(before, **state))
    return number


async def test_an_unknown_conversation_is_new_and_empty(store: ConversationStore) -> None:
    assert await store.load(message()) == Conversation("C1", "ada", "web")
    assert await store.find("C1") is None


async def test_several_may_open_an_empty_place_at_once(place: Place) -> None:
    stores = await asyncio.gather(*(place.open() for _ in range(4)))
    numbers = await asyncio.gather(*(store.record_message(message()) for store in stores))
    assert len(set(numbers)) == 4


async def test_a_message_is_there_before_its_turn_is_complete(place: Place) -> None:
    await (await place.open()).record_message(message())
    other = await place.open()
    found = await other.find("C1")
    assert found is not None
    assert found.turns == (Turn(message(), START),)


async def test_a_turn_and_the_state_come_back_as_they_were(place: Place) -> None:
    state: dict[str, Any] = {
        "slots": {"order_id": "A-1042", "count": 2, "nested": {"list": [1, None, True, 0.5]}},
        "requested": Requested("order_status", "order_id"),
        "followup": "action_next",
        "paused": True,
    }
    await say(await place.open(), message(), **state)
    other = await place.open()
    assert await other.load(message()) == Conversation("C1", "ada", "web", turns=(FULL,), **state)


async def test_state_can_be_emptied_again(store: ConversationStore) -> None:
    await say(store, message(), slots={"a": 1}, requested=Requested("i", "s"), followup="f", paused=True)
    await say(store, message(), slots={}, requested=None, followup=None, paused=False)
    assert replace(await store.load(message()), turns=()) == Conversation("C1", "ada", "web")


async def test_the_latest_turns_come_back_oldest_first(store: ConversationStore) -> None:
    for index in range(RECENT_TURNS + 3):
        await store.record_message(message(str(index)))
    await store.record_message(message("elsewhere", conversation_id="C2"))
    texts = [turn.message.text for turn in (await store.load(message())).turns]
    assert texts == [str(index) for index in range(3, RECENT_TURNS + 3)]


async def test_a_restart_hides_what_was_before(store: ConversationStore) -> None:
    await say(store, message("before"))
    number = await store.record_message(message("restart"))
    restarted = replace(FULL, message=message("restart"), outcome=Outcome((), ({"event": "restart"},)))
    await store.record_turn(number, restarted, Conversation("C1", "ada", "web"))
    assert (await store.load(message())).turns == ()
    await say(store, message("after"))
    assert [turn.message.text for turn in (await store.load(message())).turns] == ["after"]


HOSTILE = ["", "nul \x00 nul", "lone \ud800 surrogate", "\U0001f600" * 50, "x" * 100_000, "'; DROP TABLE turns; --"]


@pytest.mark.parametrize("words", HOSTILE, ids=["empty", "nul", "surrogate", "emoji", "long", "injection"])
async def test_any_text_can_be_kept_and_be_a_name(store: ConversationStore, words: str) -> None:
    odd = message(words, conversation_id=f"C{words}", sender_id=f"S{words}", channel=f"k{words}", message_id=words)
    await say(store, odd, slots={words: words}, followup=words)
    found = await store.load(odd)
    assert found.turns[0].message == odd
    assert found.slots == {words: words}
    assert await store.claim(odd.channel, words) is Claim.MINE
    assert await store.claim(odd.channel, words) is Claim.BUSY
    assert await store.forget(odd.sender_id) == 1
    assert await store.find(odd.conversation_id) is None


@pytest.mark.parametrize("suffix", ["\x00", "\ud800", "?", "?" * 300, "?" * 301])
async def test_odd_names_do_not_meet(store: ConversationStore, suffix: str) -> None:
    await say(store, message(conversation_id=f"C{suffix}", sender_id=f"S{suffix}"))
    for other in {"\x00", "\ud800", "?", "?" * 300, "?" * 301} - {suffix}:
        assert await store.find(f"C{other}") is None
        assert await store.forget(f"S{other}") == 0


class Ticket:
    """Not JSON."""


async def test_what_is_not_json_does_not_cost_the_turn(store: ConversationStore) -> None:
    loop: list[object] = []
    loop.append(loop)
    slots = {"nan": float("nan"), "ticket": Ticket(), "at": START, "set": {1}, "loop": loop, "bytes": b"\xff"}
    await say(store, message(metadata={1: Ticket()}), slots=slots)
    found = await store.load(message())
    assert found.slots["ticket"] == "<Ticket>"
    assert found.slots["at"] == START.isoformat()
    assert found.slots["set"] == [1]
    assert found.slots["nan"] == "NaN"
    assert found.turns[0].message.metadata == {"1": "<Ticket>"}


async def test_the_first_to_claim_gets_it(place: Place) -> None:
    stores = [await place.open() for _ in range(4)]
    answers = await asyncio.gather(*(store.claim("web", "m1") for store in stores))
    assert sorted(str(answer) for answer in answers) == ["Claim.BUSY"] * 3 + ["Claim.MINE"]
    assert await stores[0].claim("slack", "m1") is Claim.MINE
    assert await stores[0].claim("web", "m2") is Claim.MINE


async def test_a_settled_claim_gives_the_reply_to_all(place: Place) -> None:
    first, second = await place.open(), await place.open()
    await first.claim("web", "m1")
    await first.settle("web", "m1", REPLY)
    place.clock.time += timedelta(days=1)
    assert await second.claim("web", "m1") == REPLY
    assert await first.claim("web", "m1") == REPLY


async def test_a_claim_without_a_reply_lapses_after_a_minute_for_one(place: Place) -> None:
    first, second = await place.open(), await place.open()
    await first.claim("web", "m1")
    place.clock.time += timedelta(seconds=59)
    assert await second.claim("web", "m1") is Claim.BUSY
    place.clock.time += timedelta(seconds=1)
    assert await second.claim("web", "m1") is Claim.MINE
    assert await first.claim("web", "m1") is Claim.BUSY


async def test_settling_what_nobody_claimed_keeps_nothing(store: ConversationStore) -> None:
    await store.settle("web", "m1", REPLY)
    assert await store.claim("web", "m1") is Claim.MINE


async def test_forgetting_takes_turns_slots_and_claims(store: ConversationStore) -> None:
    await store.claim("web", "m1")
    await say(store, message(message_id="m1"), slots={"name": "Ada"})
    await store.settle("web", "m1", REPLY)
    await say(store, message(conversation_id="C2"))
    await say(store, message(conversation_id="C3", sender_id="bob"), slots={"name": "Bob"})
    assert await store.forget("ada") == 2
    assert await store.find("C1") is None
    assert await store.find("C2") is None
    assert await store.claim("web", "m1") is Claim.MINE
    assert (await store.load(message(conversation_id="C3"))).slots == {"name": "Bob"}
    assert await store.forget("ada") == 0


async def test_forgetting_one_of_several_keeps_the_others_turns(store: ConversationStore) -> None:
    await store.claim("web", "bobs")
    await say(store, message("from ada"))
    await say(store, message("from bob", sender_id="bob", message_id="bobs"))
    await store.settle("web", "bobs", REPLY)
    await say(
        store,
        message("ada again"),
        slots={"address": "Ada's"},
        requested=Requested("i", "s"),
        followup="f",
        paused=True,
    )
    assert await store.forget("ada") == 2
    left = await store.find("C1")
    assert left is not None
    assert [turn.message.text for turn in left.turns] == ["from bob"]
    assert replace(left, turns=()) == Conversation("C1", "bob", "web", paused=True)
    assert await store.claim("web", "bobs") == REPLY


async def test_a_turn_forgotten_in_mid_air_stays_forgotten(store: ConversationStore) -> None:
    number = await store.record_message(message())
    await store.forget("ada")
    await store.record_turn(number, FULL, Conversation("C1", "ada", "web", slots={"name": "Ada"}))
    assert await store.find("C1") is None
    later = await store.record_message(message("new"))
    assert later != number
    await store.record_turn(number, FULL, Conversation("C1", "ada", "web", slots={"name": "Ada"}))
    found = await store.load(message())
    assert (found.turns[0].message.text, found.slots) == ("new", {})


async def test_old_turns_claims_and_empty_conversations_expire(place: Place) -> None:
    store = await place.open()
    await store.claim("web", "old")
    await store.settle("web", "old", REPLY)
    await store.record_message(message("old"))
    await store.record_message(message("old", conversation_id="C2"))
    place.clock.time += timedelta(days=10)
    await store.claim("web", "new")
    await store.settle("web", "new", REPLY)
    await store.record_message(message("new", conversation_id="C2"))
    assert await store.expire(START + timedelta(days=5)) == 2
    assert await store.find("C1") is None
    assert [turn.message.text for turn in (await store.load(message(conversation_id="C2"))).turns] == ["new"]
    assert await store.claim("web", "old") is Claim.MINE
    assert await store.claim("web", "new") == REPLY


async def test_expiring_keeps_claims_that_are_being_worked_on(place: Place) -> None:
    store = await place.open()
    await store.claim("web", "dead")
    place.clock.time += timedelta(minutes=1)
    await store.claim("web", "alive")
    await store.expire(START - timedelta(days=1))
    assert await store.claim("web", "alive") is Claim.BUSY
    await store.settle("web", "dead", REPLY)
    assert await store.claim("web", "dead") is Claim.MINE


async def test_many_at_once_lose_nothing(place: Place) -> None:
    stores = [await place.open() for _ in range(3)]
    said = [message(str(index), conversation_id=f"C{index % 5}") for index in range(60)]
    numbers = await asyncio.gather(*(say(stores[index % 3], each) for index, each in enumerate(said)))
    assert len(set(numbers)) == 60
    texts = [turn.message.text for index in range(5) for turn in (await stores[0].load(said[index])).turns]
    assert sorted(texts, key=int) == [str(index) for index in range(60)]


async def test_messages_and_expiry_at_once_lose_nothing(place: Place) -> None:
    writer, cleaner = await place.open(), await place.open()
    for round_ in range(10):
        place.clock.time = START
        await writer.record_message(message("old"))
        place.clock.time = START + timedelta(days=2)
        await asyncio.gather(writer.record_message(message(f"new {round_}")), cleaner.expire(START + timedelta(days=1)))
    assert [turn.message.text for turn in (await writer.load(message())).turns] == [f"new {n}" for n in range(10)]


async def test_a_cancelled_call_leaves_the_store_usable(store: ConversationStore) -> None:
    for delay in range(30):
        task = asyncio.create_task(say(store, message()))
        await asyncio.sleep(delay / 10_000)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await asyncio.wait_for(say(store, message("last")), 5)
    assert (await store.load(message())).turns[-1].message.text == "last"


async def test_a_store_that_works_says_so(store: ConversationStore) -> None:
    await store.check()


async def test_closing_twice_is_fine(store: ConversationStore) -> None:
    await store.close()
    await store.close()


async def test_in_memory_a_closed_store_says_so() -> None:
    store = InMemoryConversationStore()
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.check()
