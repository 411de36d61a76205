"""What every Inbox must do: in memory, SQLite, and PostgreSQL where it is installed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.connectors.inbox import LAPSES_AFTER, Entry, Inbox, Orphan
from tests.contracts.conversations import START, Place, message

ENTRY = Entry("slack", ("C1:1.1", "client:a", "event:Ev1"), "ada", {"text": "hello", "thread": None})
OWN = Orphan(replace(ENTRY, ids=("C1:1.1",)), START)


@pytest.fixture
async def inbox(place: Place) -> Inbox:
    return (await place.open()).inbox()


@pytest.mark.parametrize("again", ENTRY.ids)
async def test_an_entry_is_kept_once_under_any_of_its_ids(inbox: Inbox, again: str) -> None:
    assert await inbox.keep(ENTRY)
    assert not await inbox.keep(replace(ENTRY, ids=("C1:2.2", again)))
    assert await inbox.keep(replace(ENTRY, ids=("C1:2.2",)))  # the refused one left nothing behind
    assert await inbox.keep(replace(ENTRY, channel="web"))


async def test_of_many_who_keep_an_entry_at_once_one_has_it(place: Place) -> None:
    inboxes = [(await place.open()).inbox() for _ in range(4)]
    entries = [replace(ENTRY, ids=(f"C1:{n}", *ENTRY.ids[1:][:: 1 if n % 2 else -1])) for n in range(4)]
    kept = await asyncio.gather(*(inbox.keep(entry) for inbox, entry in zip(inboxes, entries, strict=True)))
    assert sorted(kept) == [False, False, False, True]


async def test_what_is_held_belongs_to_its_holder(place: Place, inbox: Inbox) -> None:
    other = (await place.open()).inbox()
    await inbox.keep(ENTRY)
    for _ in range(3):
        place.clock.time += LAPSES_AFTER - timedelta(seconds=1)
        assert not await other.take("slack")
        await inbox.hold("slack", ["C1:1.1", "unknown"])


async def test_what_is_left_is_taken_over_by_one(place: Place, inbox: Inbox) -> None:
    others = [(await place.open()).inbox() for _ in range(3)]
    await inbox.keep(ENTRY)
    await inbox.keep(replace(ENTRY, channel="web"))
    place.clock.time += LAPSES_AFTER
    taken = await asyncio.gather(*(other.take("slack") for other in others))
    assert sorted(taken, key=len) == [[], [], [OWN]]
    assert not await inbox.keep(ENTRY)
    place.clock.time += LAPSES_AFTER
    assert await inbox.take("slack") == [OWN]  # the second died as well


async def test_what_is_left_comes_oldest_first(place: Place, inbox: Inbox) -> None:
    for name in ("b", "a", "c"):
        await inbox.keep(Entry("slack", (name,), "ada", {}))
        place.clock.time += timedelta(seconds=1)
    place.clock.time += LAPSES_AFTER
    assert [orphan.entry.id for orphan in await inbox.take("slack")] == ["b", "a", "c"]


async def test_what_is_struck_out_is_left_to_nobody_and_still_known(place: Place, inbox: Inbox) -> None:
    await inbox.keep(ENTRY)
    await inbox.strike("slack", "C1:1.1")
    await inbox.hold("slack", ["C1:1.1"])
    place.clock.time += LAPSES_AFTER
    assert not await inbox.take("slack")
    assert not await inbox.keep(replace(ENTRY, ids=("C1:3.3", "event:Ev1")))


async def test_all_can_see_how_far_an_entry_is(place: Place, inbox: Inbox) -> None:
    other = (await place.open()).inbox()
    assert await other.state("slack", "C1:1.1") == "unknown"
    await inbox.keep(ENTRY)
    assert await other.state("slack", "C1:1.1") == "open"
    assert await other.state("web", "C1:1.1") == "unknown"
    await inbox.strike("slack", "C1:1.1")
    assert await other.state("slack", "C1:1.1") == "struck"


async def test_forgetting_a_sender_reaches_the_inbox(place: Place, inbox: Inbox) -> None:
    await inbox.keep(ENTRY)
    await inbox.keep(Entry("slack", ("other",), "bob", {}))
    await (await place.open()).forget("ada")
    place.clock.time += LAPSES_AFTER
    assert [orphan.entry.sender_id for orphan in await inbox.take("slack")] == ["bob"]


async def test_what_is_old_expires(place: Place, inbox: Inbox) -> None:
    await inbox.keep(ENTRY)
    store = await place.open()
    await store.record_message(message())
    await store.expire(START)
    assert not await inbox.keep(ENTRY)
    await store.expire(START + timedelta(seconds=1))
    assert await inbox.keep(ENTRY)


async def test_any_text_can_be_an_id_and_a_body(place: Place, inbox: Inbox) -> None:
    odd = Entry("slack", ("nul \x00", "lone \ud800", "x" * 1000), "sender \x00", {"text": "\ud800 \x00 \U0001f600"})
    assert await inbox.keep(odd)
    assert not await inbox.keep(odd)
    place.clock.time += LAPSES_AFTER
    (left,) = await inbox.take("slack")
    assert left.entry.body == odd.body
