"""What every Outbox must do: in memory, SQLite, and PostgreSQL where it is installed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.connectors.outbox import KEPT_FOR, KEPT_UTTERANCES, NOT_KEPT, Backlog, Outbox, Said, Unsaid, Utterance
from bot.conversations.base import ConversationStore
from bot.messages import Outcome
from tests.contracts.conversations import FULL, START, Place, message, say

PARTS = FULL.outcome.parts if FULL.outcome else ()


def words(*ids: str) -> list[Said]:
    return [Said(each, {"text": f"This is {each}."}) for each in ids]


def kept(ids: Sequence[str], first: int = 1) -> tuple[Utterance, ...]:
    return tuple(
        Utterance(each, {"text": f"This is {each}."}, sequence, START) for sequence, each in enumerate(ids, first)
    )


@pytest.fixture
async def outbox(store: ConversationStore) -> Outbox:
    await store.record_message(message(message_id="m1"))
    await store.record_message(message(conversation_id="C2", message_id="other"))
    return store.outbox()


async def test_what_is_said_is_numbered_and_kept(place: Place, outbox: Outbox) -> None:
    assert await outbox.say("C1", "m1", words("a", "b")) == kept("ab")
    assert await outbox.say("C1", None, words("c")) == kept("c", 3)
    assert await outbox.say("C2", "other", words("a")) == kept("a")
    other = (await place.open()).outbox()
    assert await other.recall("C1", "web") == Backlog(kept("abc"), 0, 3)
    assert await other.recall("C2", "web") == Backlog(kept("a"), 0, 1)


async def test_what_is_said_again_keeps_its_number(outbox: Outbox) -> None:
    await outbox.say("C1", "m1", words("a", "b"))
    await outbox.say("C1", None, words("c"))
    assert await outbox.say("C1", "m1", words("b", "d", "a", "d")) == (*kept("ab"), *kept("dd", 4)[:1] * 2)
    assert (await outbox.recall("C1", "web")).utterances == kept("abcd")


async def test_nothing_said_is_nothing_kept(outbox: Outbox) -> None:
    assert await outbox.say("C1", "m1", []) == ()
    assert await outbox.recall("C1", "web") == Backlog()


async def test_an_unknown_conversation_keeps_nothing(outbox: Outbox) -> None:
    (said,) = await outbox.say("unknown", None, words("a"))
    assert (said.id, said.sequence) == ("a", NOT_KEPT)
    assert await outbox.recall("unknown", "web") == Backlog()
    await outbox.acknowledge("unknown", 3)


async def test_acknowledging_goes_forward_and_never_too_far(place: Place, outbox: Outbox) -> None:
    await outbox.say("C1", "m1", words("a", "b", "c"))
    for sequence, reached in ((2, 2), (1, 2), (-1, 2), (99, 3)):
        await outbox.acknowledge("C1", sequence)
        assert await (await place.open()).outbox().recall("C1", "web") == Backlog(kept("abc"), reached, 3)
    await outbox.say("C1", None, words("d"))
    assert (await outbox.recall("C1", "web")).acknowledged == 3


async def test_of_many_the_last_are_kept_and_no_number_comes_twice(outbox: Outbox) -> None:
    names = [f"u{number}" for number in range(KEPT_UTTERANCES + 7)]
    for name in names:
        await outbox.say("C1", None, words(name))
    await outbox.say("C2", None, words("b"))
    left = await outbox.recall("C1", "web")
    assert left.utterances == kept(names[7:], 8)
    assert left.last == KEPT_UTTERANCES + 7


async def test_what_is_old_is_not_brought_back_and_the_count_goes_on(place: Place, outbox: Outbox) -> None:
    await outbox.say("C1", "m1", words("a", "b"))
    place.clock.time += KEPT_FOR
    assert await outbox.recall("C1", "web") == Backlog((), 0, 2)
    (said,) = await outbox.say("C1", None, words("c"))
    assert said.sequence == 3
    place.clock.time = START
    assert [each.id for each in (await outbox.recall("C1", "web")).utterances] == ["c"]


async def test_old_utterances_expire_before_their_turns(place: Place) -> None:
    store = await place.open()
    await store.record_message(message())
    await store.outbox().say("C1", None, words("a"))
    place.clock.time += KEPT_FOR + timedelta(hours=1)
    assert await store.expire(START - timedelta(days=30)) == 0
    place.clock.time = START
    assert await store.outbox().recall("C1", "web") == Backlog((), 0, 1)


async def test_forgetting_and_expiring_take_what_was_said_and_the_count(place: Place) -> None:
    store = await place.open()
    outbox = store.outbox()
    for forgetting in (True, False):
        await say(store, message(message_id="m1"))
        await outbox.say("C1", "m1", words("a", "b"))
        await outbox.say("C1", None, words("c"))
        assert await (store.forget("ada") if forgetting else store.expire(START + timedelta(seconds=1))) == 1
        assert await outbox.recall("C1", "web") == Backlog()
        assert (await outbox.say("C1", "m1", words("late")))[0].sequence == NOT_KEPT
        assert await outbox.recall("C1", "web") == Backlog()


async def test_what_was_said_to_somebody_forgotten_goes_from_a_shared_conversation(place: Place) -> None:
    store = await place.open()
    await say(store, message(message_id="m1"))
    await say(store, message(message_id="m2", sender_id="bob"))
    await store.outbox().say("C1", "m1", words("to ada"))
    await store.outbox().say("C1", "m2", words("to bob"))
    await store.forget("ada")
    assert [each.id for each in (await store.outbox().recall("C1", "web")).utterances] == ["to bob"]


async def test_an_answer_that_was_never_said_comes_back(place: Place) -> None:
    store = await place.open()
    for name in ("m1", "m2", "m3", "m4"):
        await say(store, message(message_id=name))
    await say(store, message(channel="elsewhere", message_id="e1"))
    await say(store, message(message_id=None))
    await store.record_message(message(message_id="cut short"))
    outbox = (await place.open()).outbox()
    assert [each.message_id for each in (await outbox.recall("C1", "web")).unsaid] == ["m1", "m2", "m3", "m4"]
    await outbox.say("C1", "m2", words("m2/0"))
    assert (await outbox.recall("C1", "web")).unsaid == (Unsaid("m3", PARTS), Unsaid("m4", PARTS))
    await outbox.say("C1", None, words("unasked"))
    await outbox.say("C1", "m4", words("m4/0"))
    assert (await outbox.recall("C1", "web")).unsaid == ()


async def test_an_answer_without_words_needs_no_saying(place: Place) -> None:
    store = await place.open()
    said = message(message_id="m1")
    number, _ = await store.record_message(said)
    silent = FULL.__class__(said, START, outcome=Outcome(()))
    await store.record_turn(number, silent, await store.load(said))
    assert (await store.outbox().recall("C1", "web")).unsaid == ()


async def test_old_answers_are_not_said_any_more(place: Place) -> None:
    store = await place.open()
    await say(store, message(message_id="m1"))
    place.clock.time += KEPT_FOR
    assert (await store.outbox().recall("C1", "web")).unsaid == ()


async def test_many_who_say_at_once_get_a_number_each(place: Place) -> None:
    boxes = [(await place.open()).outbox() for _ in range(3)]
    await (await place.open()).record_message(message())
    said = await asyncio.gather(*(boxes[n % 3].say("C1", None, words(f"u{n}", f"v{n}")) for n in range(20)))
    numbers = [each.sequence for pair in said for each in pair]
    assert sorted(numbers) == list(range(1, 41))
    assert all(second == first + 1 for first, second in zip(numbers[::2], numbers[1::2], strict=True))


async def test_of_many_who_say_the_same_at_once_one_does(place: Place) -> None:
    boxes = [(await place.open()).outbox() for _ in range(3)]
    await (await place.open()).record_message(message())
    said = await asyncio.gather(*(box.say("C1", None, words("a", "b")) for box in boxes))
    assert all(each == said[0] for each in said)
    assert [each.sequence for each in said[0]] == [1, 2]


@pytest.mark.parametrize("odd", ["\x00", "\ud800", "x" * 1000], ids=["nul", "surrogate", "long"])
async def test_any_text_can_be_an_id(outbox: Outbox, odd: str) -> None:
    first = await outbox.say("C1", None, [Said(odd, {"text": "t"})])
    assert await outbox.say("C1", None, [Said(odd, {"text": "t"})]) == first
    assert first[0].id == odd
