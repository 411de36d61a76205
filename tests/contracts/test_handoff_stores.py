"""What every HandoffStore must do: in memory, SQLite, and PostgreSQL where it is installed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.connectors.desk import Agent, Handoff, Remark, RemarkKind
from bot.conversations.base import ConversationStore
from bot.handoff.base import ATTENDS_FOR, REDELIVERED_FOR, HandoffStore
from tests.contracts.conversations import START, Place, message, say

ADA = Agent("web:ada", "Ada", timedelta(minutes=5))
BOB = Agent("web:bob", "Bob", timedelta(minutes=1))


def remark(name: str, kind: RemarkKind = "said", by: str = "Ada", text: str = "") -> Remark:
    return Remark(name, kind, by, text or f"This is {name}.", START)


def joined(agent: Agent) -> Remark:
    return remark(f"joined {agent.key}", "joined", agent.name)


def left(agent: Agent) -> Remark:
    return remark(f"left {agent.key}", "left", agent.name)


@pytest.fixture
async def handoffs(store: ConversationStore) -> HandoffStore:
    for name in ("C1", "C2"):
        await say(store, message(conversation_id=name))
    return store.handoffs()


async def state(store: ConversationStore, name: str = "C1") -> tuple[str | None, list[str]]:
    found = await store.find(name)
    assert found is not None
    return found.person, [each.id for each in found.remarks]


async def test_it_waits_once_and_in_order(place: Place, handoffs: HandoffStore) -> None:
    assert await handoffs.ask("C1", "asked for")
    place.clock.time += timedelta(minutes=1)
    assert not await handoffs.ask("C1", "again")
    assert await handoffs.ask("C2", "upset")
    assert not await handoffs.ask("unknown", "why not")
    expected = [Handoff("C1", START, "asked for"), Handoff("C2", START + timedelta(minutes=1), "upset")]
    assert await (await place.open()).handoffs().open() == expected
    assert await handoffs.find("C1") == expected[0]
    assert await handoffs.find("unknown") is None


async def test_one_of_two_gets_it(place: Place, handoffs: HandoffStore, store: ConversationStore) -> None:
    await handoffs.ask("C1", "asked for")
    others = [(await place.open()).handoffs() for _ in range(4)]
    agents = [replace(ADA, key=f"web:{number}", name=f"N{number}") for number in range(4)]
    taken = await asyncio.gather(
        *(each.take("C1", agent, joined(agent)) for each, agent in zip(others, agents, strict=True))
    )
    assert sorted(taken) == [False, False, False, True]
    winner = agents[taken.index(True)]
    assert await state(store) == (winner.name, [f"joined {winner.key}"])
    assert await others[0].take("C1", winner, remark("again", "joined")), "it is theirs"
    assert await state(store) == (winner.name, [f"joined {winner.key}"])


async def test_what_does_not_wait_cannot_be_taken(handoffs: HandoffStore) -> None:
    assert not await handoffs.take("C1", ADA, joined(ADA))
    assert not await handoffs.take("unknown", ADA, joined(ADA))


async def test_who_has_it_speaks_and_nobody_else(place: Place, handoffs: HandoffStore) -> None:
    await handoffs.ask("C1", "asked for")
    assert not await handoffs.say("C1", ADA, remark("early"))
    await handoffs.take("C1", ADA, joined(ADA))
    for _ in range(2):
        assert await handoffs.say("C1", ADA, remark("r1"))
    assert not await handoffs.say("C1", BOB, remark("r2"))
    assert not await handoffs.leave("C1", BOB, left(BOB))
    assert await handoffs.leave("C1", ADA, left(ADA))
    assert not await handoffs.say("C1", ADA, remark("late"))
    assert not await handoffs.leave("C1", ADA, left(ADA))
    store = await place.open()
    assert await state(store) == (None, ["joined web:ada", "r1", "left web:ada"])
    found = await store.find("C1")
    assert found is not None
    assert found.remarks[1] == Remark("r1", "said", "Ada", "This is r1.", START)
    assert await handoffs.open() == []


async def test_a_turn_that_began_before_a_person_joined_does_not_turn_the_bot_on(
    handoffs: HandoffStore, store: ConversationStore
) -> None:
    said = message(message_id="slow")
    number, _ = await store.record_message(said)
    before = await store.load(said)
    await handoffs.ask("C1", "asked for")
    await handoffs.take("C1", ADA, joined(ADA))
    await store.record_turn(number, before.turns[0], before)
    assert (await state(store))[0] == "Ada"


async def test_giving_back_lets_a_bot_speak_that_an_action_has_paused(place: Place, handoffs: HandoffStore) -> None:
    store = await place.open()
    await say(store, message(), paused=True)
    await handoffs.ask("C1", "asked for")
    await handoffs.take("C1", ADA, joined(ADA))
    await handoffs.leave("C1", ADA, left(ADA))
    found = await store.find("C1")
    assert found is not None
    assert not found.paused


async def test_it_waits_again_after_it_was_given_back(handoffs: HandoffStore) -> None:
    await handoffs.ask("C1", "asked for")
    waiting = await handoffs.find("C1")
    assert waiting is not None
    assert await handoffs.pin(waiting, {"channel": "C9"})
    await handoffs.take("C1", ADA, joined(ADA))
    found = await handoffs.find("C1")
    assert found is not None
    assert (found.agent, found.name, found.taken_at, found.thread) == ("web:ada", "Ada", START, {"channel": "C9"})
    await handoffs.leave("C1", ADA, left(ADA))
    assert await handoffs.ask("C1", "once more")
    assert await handoffs.find("C1") == Handoff("C1", START, "once more")
    assert await handoffs.take("C1", BOB, joined(BOB))


async def test_what_is_over_is_known_with_its_thread_until_that_is_let_go(place: Place, handoffs: HandoffStore) -> None:
    for name in ("C1", "C2"):
        await handoffs.ask(name, "asked for")
        await handoffs.take(name, ADA, joined(ADA))
    first, _ = await handoffs.open()
    assert await handoffs.pin(first, {"channel": "C9"})
    assert await handoffs.ended() == []
    for name in ("C1", "C2"):
        await handoffs.leave(name, ADA, left(ADA))
    assert not await handoffs.pin(first, {"channel": "C9"}), "it is over"
    over = [Handoff("C1", START, "asked for", thread={"channel": "C9"})]
    assert await (await place.open()).handoffs().ended() == over
    await handoffs.unpin(over[0])
    assert await handoffs.ended() == []


async def test_a_thread_is_not_kept_with_the_next_handoff_nor_let_go_from_it(
    place: Place, handoffs: HandoffStore
) -> None:
    await handoffs.ask("C1", "asked for")
    (old,) = await handoffs.open()
    assert await handoffs.pin(old, {"channel": "C9"})
    await handoffs.take("C1", ADA, joined(ADA))
    await handoffs.leave("C1", ADA, left(ADA))
    place.clock.time += timedelta(seconds=1)
    await handoffs.ask("C1", "once more")
    assert not await handoffs.pin(old, {"channel": "C9"})
    (new,) = await handoffs.open()
    assert new.thread is None
    assert await handoffs.ended() == []
    assert await handoffs.pin(new, {"channel": "C8"})
    await handoffs.take("C1", ADA, remark("joined again", "joined"))
    await handoffs.leave("C1", ADA, remark("left again", "left"))
    await handoffs.unpin(old)
    assert [each.thread for each in await handoffs.ended()] == [{"channel": "C8"}]


async def test_what_was_said_is_known_also_when_it_is_over(handoffs: HandoffStore) -> None:
    await handoffs.ask("C1", "asked for")
    await handoffs.take("C1", ADA, joined(ADA))
    await handoffs.say("C1", ADA, remark("r1"))
    await handoffs.leave("C1", ADA, left(ADA))
    assert await handoffs.knows("r1")
    assert not await handoffs.knows("r2")


async def test_who_is_gone_loses_it(place: Place, handoffs: HandoffStore, store: ConversationStore) -> None:
    for name, agent in (("C1", ADA), ("C2", BOB)):
        await handoffs.ask(name, "asked for")
        await handoffs.take(name, agent, joined(agent))
    place.clock.time += timedelta(seconds=59)
    assert await handoffs.lapse(remark("away", "away")) == []
    await handoffs.stay(BOB)
    place.clock.time += timedelta(minutes=1)
    assert await handoffs.lapse(remark("away", "away")) == ["C2"]
    assert await handoffs.lapse(remark("away", "away")) == []
    person, ids = await state(store, "C2")
    assert (person, len(ids)) == (None, 2)
    found = await store.find("C2")
    assert found is not None
    assert (found.remarks[1].kind, found.remarks[1].name) == ("away", "Bob")
    assert [each.agent for each in await handoffs.open()] == ["web:ada", None]
    await handoffs.say("C1", ADA, remark("r1"))
    place.clock.time += ADA.patience - timedelta(seconds=1)
    assert await handoffs.lapse(remark("away", "away")) == [], "who speaks is there"
    place.clock.time += timedelta(seconds=1)
    assert await handoffs.lapse(remark("away", "away")) == ["C1"]


async def test_who_is_at_the_desk_is_seen_by_every_process_for_a_while(place: Place, handoffs: HandoffStore) -> None:
    other = (await place.open()).handoffs()
    assert not await other.attended()
    await handoffs.attend(ADA)
    place.clock.time += ATTENDS_FOR - timedelta(seconds=1)
    assert await other.attended()
    await other.attend(BOB)
    await handoffs.attend(BOB)
    place.clock.time += timedelta(seconds=1)
    assert await handoffs.attended(), "Bob is"
    place.clock.time += ATTENDS_FOR
    assert not await handoffs.attended()
    assert await handoffs.open() == [], "being there takes nothing"


async def test_of_many_who_look_for_the_gone_one_finds_them(place: Place, handoffs: HandoffStore) -> None:
    await handoffs.ask("C1", "asked for")
    await handoffs.take("C1", BOB, joined(BOB))
    place.clock.time += BOB.patience
    others = [(await place.open()).handoffs() for _ in range(3)]
    found = await asyncio.gather(*(each.lapse(remark("away", "away")) for each in others))
    assert sorted(map(list, found)) == [[], [], ["C1"]]


async def test_what_is_silent_stops_waiting(place: Place, handoffs: HandoffStore, store: ConversationStore) -> None:
    for name in ("C1", "C2"):
        await handoffs.ask(name, "asked for")
    await handoffs.take("C2", ADA, joined(ADA))
    place.clock.time += timedelta(hours=1)
    assert await handoffs.give_up(timedelta(hours=1)) == 0
    assert await handoffs.give_up(timedelta(minutes=59)) == 1
    assert [each.conversation_id for each in await handoffs.open()] == ["C2"]


async def test_remarks_are_delivered_in_order_and_again_after_a_crash(place: Place, handoffs: HandoffStore) -> None:
    await handoffs.ask("C1", "asked for")
    await handoffs.take("C1", ADA, joined(ADA))
    await handoffs.say("C1", ADA, remark("r1"))
    await handoffs.deliver("C1", "joined web:ada")
    other = (await place.open()).handoffs()
    assert [each.remark.id for each in await other.undelivered()] == ["joined web:ada", "r1"], "of late"
    place.clock.time += REDELIVERED_FOR
    assert [(each.conversation_id, each.remark.id) for each in await other.undelivered()] == [("C1", "r1")]
    await other.deliver("C1", "r1")
    assert await handoffs.undelivered() == []


async def test_forgetting_and_expiring_take_what_persons_said(place: Place, handoffs: HandoffStore) -> None:
    store = await place.open()
    for forgetting in (True, False):
        await say(store, message())
        await handoffs.ask("C1", "asked for")
        await handoffs.take("C1", ADA, joined(ADA))
        await handoffs.say("C1", ADA, remark("r1"))
        assert await (store.forget("ada") if forgetting else store.expire(START + timedelta(seconds=1)))
        assert await handoffs.open() == []
        assert await handoffs.undelivered() == []
        await say(store, message())
        assert await state(store) == (None, [])


async def test_what_was_said_to_somebody_forgotten_goes_from_a_shared_conversation(
    place: Place, handoffs: HandoffStore
) -> None:
    store = await place.open()
    await say(store, message(sender_id="bob"))
    await handoffs.ask("C1", "asked for")
    await handoffs.take("C1", ADA, joined(ADA))
    await handoffs.say("C1", ADA, remark("r1"))
    await store.forget("ada")
    assert await state(store) == ("Ada", [])


async def test_more_turns_come_when_asked_for(place: Place, handoffs: HandoffStore) -> None:
    store = await place.open()
    for number in range(30):
        await say(store, message(str(number)))
    found, whole = await store.find("C1"), await store.find("C1", 200)
    assert found is not None
    assert whole is not None
    assert (len(found.turns), len(whole.turns)) == (20, 31)


@pytest.mark.parametrize("odd", ["\u202e", "x" * 5000, "a\nb", "😀"], ids=["rtl", "long", "lines", "emoji"])
async def test_any_words_are_kept(place: Place, handoffs: HandoffStore, odd: str) -> None:
    await handoffs.ask("C1", "x" * 1000)
    await handoffs.take("C1", ADA, joined(ADA))
    await handoffs.say("C1", ADA, remark("r1", text=odd))
    found = await (await place.open()).find("C1")
    assert found is not None
    assert found.remarks[-1].text == odd
