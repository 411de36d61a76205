"""What every ConversationStore must do: in memory, SQLite, and PostgreSQL where it is installed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.conversations.base import RECENT_TURNS, Claim, ConversationStore
from bot.conversations.conversation import Conversation, Turn
from bot.conversations.memory import InMemoryConversationStore
from bot.errors import StoreError
from bot.messages import Outcome, Requested
from tests.contracts.conversations import FULL, REPLY, START, Place, message, say


async def test_an_unknown_conversation_is_new_and_empty(store: ConversationStore) -> None:
    assert await store.load(message()) == Conversation("C1", "ada", "web")
    assert await store.find("C1") is None


async def test_a_message_is_there_before_its_turn_is_complete(place: Place) -> None:
    await (await place.open()).record_message(message())
    other = await place.open()
    found = await other.find("C1")
    assert found is not None
    assert found.turns == (Turn(message(), START),)


async def test_recording_a_message_tells_what_was_before(store: ConversationStore) -> None:
    _, before = await store.record_message(message())
    assert before == Conversation("C1", "ada", "web")
    await say(store, message("again"), slots={"a": 1})
    expected = await store.load(message())
    assert (await store.record_message(message("third")))[1] == expected


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
    number, _ = await store.record_message(message("restart"))
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
    assert await store.claim(odd.channel, words) == REPLY
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


async def test_forgetting_takes_turns_slots_and_claims(store: ConversationStore) -> None:
    await store.claim("web", "m1")
    await say(store, message(message_id="m1"), slots={"name": "Ada"})
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
    number, _ = await store.record_message(message())
    await store.forget("ada")
    await store.record_turn(number, FULL, Conversation("C1", "ada", "web", slots={"name": "Ada"}))
    assert await store.find("C1") is None
    later, _ = await store.record_message(message("new"))
    assert later != number
    await store.record_turn(number, FULL, Conversation("C1", "ada", "web", slots={"name": "Ada"}))
    found = await store.load(message())
    assert (found.turns[0].message.text, found.slots) == ("new", {})


async def test_old_turns_claims_and_empty_conversations_expire(place: Place) -> None:
    store = await place.open()
    await store.claim("web", "old")
    await say(store, message("old", message_id="old"))
    await store.record_message(message("old", conversation_id="C2"))
    place.clock.time += timedelta(days=10)
    await store.claim("web", "new")
    new = message("new", conversation_id="C2", message_id="new")
    number, before = await store.record_message(new)
    await store.record_turn(number, replace(FULL, message=new, at=place.clock.time), before)
    assert await store.expire(START + timedelta(days=5)) == 2
    assert await store.find("C1") is None
    assert [turn.message.text for turn in (await store.load(message(conversation_id="C2"))).turns] == ["new"]
    assert await store.claim("web", "old") is Claim.MINE
    assert await store.claim("web", "new") == REPLY


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
