"""What every ConversationStore must do when tasks and processes share it: claims, and many writers at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.conversations.base import CLAIM_LAPSES_AFTER, Claim, ConversationStore
from tests.contracts.conversations import REPLY, START, Place, message, say


async def test_several_may_open_an_empty_place_at_once(place: Place) -> None:
    stores = await asyncio.gather(*(place.open() for _ in range(4)))
    numbers = await asyncio.gather(*(store.record_message(message()) for store in stores))
    assert len(set(numbers)) == 4


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


async def test_a_claim_without_a_reply_lapses_for_one(place: Place) -> None:
    first, second = await place.open(), await place.open()
    await first.claim("web", "m1")
    place.clock.time += CLAIM_LAPSES_AFTER - timedelta(seconds=1)
    assert await second.claim("web", "m1") is Claim.BUSY
    place.clock.time += timedelta(seconds=1)
    assert await second.claim("web", "m1") is Claim.MINE
    assert await first.claim("web", "m1") is Claim.BUSY


async def test_a_claim_that_is_held_does_not_lapse(place: Place) -> None:
    first, second = await place.open(), await place.open()
    await first.claim("web", "m1")
    for _ in range(3):
        place.clock.time += CLAIM_LAPSES_AFTER - timedelta(seconds=1)
        await first.hold("web", "m1")
        assert await second.claim("web", "m1") is Claim.BUSY
    place.clock.time += CLAIM_LAPSES_AFTER
    assert await second.claim("web", "m1") is Claim.MINE


async def test_holding_claims_nothing_and_keeps_a_reply_as_it_is(place: Place) -> None:
    store = await place.open()
    await store.hold("web", "m1")
    assert await store.claim("web", "m1") is Claim.MINE
    await store.settle("web", "m1", REPLY)
    await store.hold("web", "m1")
    assert await store.claim("web", "m1") == REPLY


async def test_settling_what_nobody_claimed_keeps_nothing(store: ConversationStore) -> None:
    await store.settle("web", "m1", REPLY)
    assert await store.claim("web", "m1") is Claim.MINE


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


async def test_a_secret_is_made_once_for_all_and_outlives_what_is_forgotten(place: Place) -> None:
    stores = [await place.open() for _ in range(3)]
    secrets = await asyncio.gather(*(store.secret("a") for store in stores))
    assert len(set(secrets)) == 1
    assert len(secrets[0]) == 32
    assert await stores[0].secret("b") != secrets[0]
    await stores[0].record_message(message())
    await stores[0].forget("ada")
    await stores[0].expire(START + timedelta(days=1))
    assert await (await place.open()).secret("a") == secrets[0]
