"""What every ConversationStore must do when tasks and processes share it: claims, and many writers at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.conversations.base import CLAIM_LAPSES_AFTER, Claim, ConversationStore
from bot.conversations.conversation import Turn
from bot.messages import Reply
from tests.contracts.conversations import FULL, REPLY, START, Place, message, say


async def test_several_may_open_an_empty_place_at_once(place: Place) -> None:
    stores = await asyncio.gather(*(place.open() for _ in range(4)))
    recorded = await asyncio.gather(*(store.record_message(message()) for store in stores))
    assert len({number for number, _ in recorded}) == 4


async def test_the_first_to_claim_gets_it(place: Place) -> None:
    stores = [await place.open() for _ in range(4)]
    answers = await asyncio.gather(*(store.claim("web", "m1") for store in stores))
    assert sorted(str(answer) for answer in answers) == ["Claim.BUSY"] * 3 + ["Claim.MINE"]
    assert await stores[0].claim("slack", "m1") is Claim.MINE
    assert await stores[0].claim("web", "m2") is Claim.MINE


async def test_a_recorded_turn_answers_repeats_for_all(place: Place) -> None:
    first, second = await place.open(), await place.open()
    await first.claim("web", "m1")
    number, before = await first.record_message(message(message_id="m1"))
    assert await second.claim("web", "m1") is Claim.BUSY
    await first.record_turn(number, replace(FULL, message=message(message_id="m1")), before)
    place.clock.time += timedelta(days=1)
    assert await second.claim("web", "m1") == REPLY
    assert await first.claim("web", "m1") == REPLY


async def test_a_claim_without_a_reply_lapses_for_one(place: Place) -> None:
    first, second = await place.open(), await place.open()
    await first.claim("web", "m0")
    await say(first, message(message_id="m0"))  # that another message was answered says nothing about this one
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
    await say(store, message(message_id="m1"))
    await store.hold("web", "m1")
    assert await store.claim("web", "m1") == REPLY


async def test_a_turn_without_an_answer_is_recorded_too(place: Place) -> None:
    store = await place.open()
    await store.claim("web", "m1")
    number, before = await store.record_message(message(message_id="m1"))
    await store.record_turn(number, Turn(message(message_id="m1"), START), replace(before, paused=True))
    place.clock.time += CLAIM_LAPSES_AFTER
    assert await store.claim("web", "m1") == Reply(())


async def test_a_turn_that_was_cut_short_is_answered_anew(place: Place) -> None:
    store = await place.open()
    await store.claim("web", "m0")
    await say(store, message(message_id="m0"))
    await store.claim("web", "m1")
    await store.record_message(message(message_id="m1"))
    place.clock.time += CLAIM_LAPSES_AFTER
    assert await store.claim("web", "m1") is Claim.MINE
    await say(store, message(message_id="m1"))
    assert await store.claim("web", "m1") == REPLY


async def test_expiring_keeps_claims_that_are_being_worked_on(place: Place) -> None:
    store = await place.open()
    await store.claim("web", "dead")
    place.clock.time += timedelta(minutes=1)
    await store.claim("web", "alive")
    await store.expire(START - timedelta(days=1))
    assert await store.claim("web", "alive") is Claim.BUSY
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
