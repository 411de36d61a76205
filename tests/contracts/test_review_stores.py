"""What every ReviewStore must do: in memory, SQLite, and PostgreSQL where it is installed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.connectors.desk import Agent, Remark
from bot.connectors.feedback import Feedback
from bot.conversations.base import ConversationStore
from bot.conversations.conversation import Rating, Turn
from bot.conversations.review import HOLD_LAPSES_AFTER, Recorded, Review, Transcript
from bot.messages import Outcome
from tests.contracts.conversations import FULL, START, Place, message, say


@pytest.fixture
async def three(store: ConversationStore) -> list[int]:
    """Numbers of three turns: of ada, of bob, and of ada again."""
    return [
        await say(store, message(message_id=f"m{index}", sender_id=who))
        for index, who in enumerate(("ada", "bob", "ada"))
    ]


async def test_an_empty_store_has_nothing_to_see(store: ConversationStore) -> None:
    reviews = store.reviews()
    assert await reviews.last_number() == 0
    assert await reviews.read(0, 10) == []
    standing = await reviews.standing(0)
    assert (standing.numbers, standing.reviews, standing.ratings) == (frozenset(), {}, {})
    assert await reviews.latest(10) == []


async def test_turns_are_read_in_order_page_by_page(place: Place, three: list[int]) -> None:
    reviews = (await place.open()).reviews()
    first = await reviews.read(0, 2)
    assert [each.number for each in first] == three[:2]
    rest = await reviews.read(first[-1].number, 2)
    assert [each.number for each in rest] == three[2:]
    assert first[0].turn == Turn(
        message(message_id="m0"), START, FULL.detection, FULL.decision, FULL.outcome, FULL.timings
    )
    assert await reviews.last_number() == three[-1]


async def test_an_unfinished_turn_is_seen_without_a_decision(store: ConversationStore) -> None:
    number, _ = await store.record_message(message())
    assert await store.reviews().read(0, 10) == [Recorded(number, Turn(message(), START))]


async def test_feedback_stands_with_its_turn(store: ConversationStore, three: list[int]) -> None:
    await store.feedback().record_feedback(Feedback("web", "m1/0", "down", "bob", message_id="m1"))
    assert (await store.reviews().standing(0)).ratings == {three[1]: (Rating("m1/0", "down", "bob", START),)}
    assert (await store.reviews().standing(three[1])).ratings == {}


async def test_a_transcript_has_turns_ratings_and_what_persons_said(place: Place) -> None:
    store, agent = await place.open(), Agent("web:eve", "Eve")
    for index in range(3):
        await say(store, message(message_id=f"m{index}"))
    await say(store, message(message_id="x", conversation_id="C2"))
    await store.feedback().record_feedback(Feedback("web", "m1/0", "down", "ada", message_id="m1"))
    handoffs = store.handoffs()
    for name in ("C1", "C2"):
        await handoffs.ask(name, "asked for")
        await handoffs.take(name, agent, Remark(f"{name} joined", "joined", "Eve", "", START))
    await handoffs.say("C1", agent, Remark("r", "said", "Eve", "What is it?", START))
    found = await (await place.open()).reviews().transcript("C1", 2)
    assert [turn.message.message_id for turn in found.turns] == ["m1", "m2"]
    assert [turn.ratings for turn in found.turns] == [(Rating("m1/0", "down", "ada", START),), ()]
    assert replace(found.turns[1], ratings=()) == replace(FULL, message=message(message_id="m2"))
    assert [(each.kind, each.text) for each in found.remarks] == [("joined", ""), ("said", "What is it?")]
    assert await store.reviews().transcript("unknown", 9) == Transcript()
    await store.forget("ada")
    assert await store.reviews().transcript("C1", 9) == Transcript()


async def test_what_persons_said_is_read_page_by_page_the_newest_first(place: Place) -> None:
    store, agent = await place.open(), Agent("web:eve", "Eve")
    handoffs = store.handoffs()
    for name in ("C1", "C2"):
        await say(store, message(message_id=name, conversation_id=name, sender_id=name))
        await handoffs.ask(name, "asked for")
        await handoffs.take(name, agent, Remark(f"{name} joined", "joined", "Eve", "", START))
    for number, name in enumerate(("C1", "C2", "C1")):
        place.clock.time += timedelta(hours=1)
        await handoffs.say(name, agent, Remark(f"r{number}", "said", "Eve", f"Line {number}", START))
    reviews = (await place.open()).reviews()
    every = await reviews.remarked(START, None, 9)
    times = [START + timedelta(hours=number) for number in (1, 2, 3)]
    assert [(each.conversation_id, each.remark) for each in every] == [
        ("C1", Remark("r2", "said", "Eve", "Line 2", times[2])),
        ("C2", Remark("r1", "said", "Eve", "Line 1", times[1])),
        ("C1", Remark("r0", "said", "Eve", "Line 0", times[0])),
    ]
    assert [each.number for each in every] == sorted({each.number for each in every}, reverse=True)
    assert await reviews.remarked(START, None, 2) == every[:2]
    assert await reviews.remarked(START, every[1].number, 2) == every[2:]
    assert await reviews.remarked(times[1], None, 9) == every[:2]
    await store.forget("C1")
    assert await reviews.remarked(START, None, 9) == every[1:2]


async def test_a_transcript_goes_back_behind_a_restart(store: ConversationStore) -> None:
    await say(store, message("before"))
    number, _ = await store.record_message(message("/restart"))
    restarted = replace(FULL, message=message("/restart"), outcome=Outcome((), ({"event": "restart"},)))
    await store.record_turn(number, restarted, await store.load(message()))
    assert [turn.message.text for turn in (await store.reviews().transcript("C1", 9)).turns] == ["before", "/restart"]


async def test_a_decision_is_kept_with_who_and_when(place: Place, three: list[int]) -> None:
    reviews = (await place.open()).reviews()
    assert await reviews.take(three[:2], "eve") == []
    place.clock.time += timedelta(seconds=1)
    assert await reviews.settle(three[:2], "eve", "assigned", "greet") == 2
    decided = {n: Review(n, "assigned", "greet", "eve", place.clock.time) for n in three[:2]}
    assert (await (await place.open()).reviews().standing(0)).reviews == decided
    assert await reviews.latest(1) == [decided[three[1]]]


async def test_of_two_reviewers_at_once_one_gets_the_entry(place: Place, three: list[int]) -> None:
    eve, dan = (await place.open()).reviews(), (await place.open()).reviews()
    answers = await asyncio.gather(eve.take(three[:2], "eve"), dan.take(three[1:], "dan"))
    assert [not answer for answer in answers].count(True) == 1
    winner, loser = ("eve", answers[1]) if not answers[0] else ("dan", answers[0])
    assert loser == [Review(three[1], "held", None, winner, START)]
    standing = (await eve.standing(0)).reviews
    assert {each.by for each in standing.values()} == {winner}
    assert len(standing) == 2  # all or none: what the loser asked for beside it is open


async def test_what_is_decided_is_not_taken_again_even_by_the_same(store: ConversationStore, three: list[int]) -> None:
    reviews = store.reviews()
    await reviews.take(three, "eve")
    await reviews.settle(three, "eve", "dismissed")
    taken = await reviews.take(three[:1], "eve")
    assert [each.state for each in taken or ()] == ["dismissed"]


async def test_only_who_holds_lets_go(store: ConversationStore, three: list[int]) -> None:
    reviews = store.reviews()
    assert await reviews.take(three, "eve") == []
    taken = await reviews.take(three, "eve")  # a name may be two people's, or one's in two windows
    assert [each.state for each in taken or ()] == ["held"] * 3
    assert await reviews.release(three, "dan") == 0
    assert await reviews.release(three, "eve") == 3
    assert await reviews.take(three, "dan") == []


async def test_only_who_holds_can_settle(store: ConversationStore, three: list[int]) -> None:
    reviews = store.reviews()
    assert await reviews.settle(three, "eve", "dismissed") == 0
    await reviews.take(three, "eve")
    assert await reviews.settle(three, "dan", "dismissed") == 0
    assert await reviews.latest(9) == []


async def test_a_hold_lapses_when_its_holder_is_silent(place: Place, three: list[int]) -> None:
    reviews = (await place.open()).reviews()
    await reviews.take(three, "eve")
    place.clock.time += HOLD_LAPSES_AFTER
    assert (await reviews.standing(0)).reviews == {}
    assert await reviews.take(three[:1], "dan") == []
    assert await reviews.settle(three, "eve", "dismissed") == 2
    assert await reviews.settle(three, "dan", "assigned", "greet") == 1


async def test_a_turn_that_is_gone_cannot_be_taken(store: ConversationStore, three: list[int]) -> None:
    assert await store.reviews().take([three[0], 99], "eve") is None
    assert (await store.reviews().standing(0)).reviews == {}


async def test_forgetting_a_sender_takes_their_entries_and_decisions(
    store: ConversationStore, three: list[int]
) -> None:
    reviews = store.reviews()
    await reviews.take(three, "eve")
    await reviews.settle(three, "eve", "dismissed")
    await store.forget("ada")
    standing = await reviews.standing(0)
    assert standing.numbers == {three[1]}
    assert list(standing.reviews) == [three[1]]
    assert [each.turn.message.sender_id for each in await reviews.read(0, 9)] == ["bob"]
    assert [each.number for each in await reviews.latest(9)] == [three[1]]


async def test_a_hold_on_what_is_forgotten_meanwhile_settles_nothing(
    store: ConversationStore, three: list[int]
) -> None:
    reviews = store.reviews()
    await reviews.take(three, "eve")
    await store.forget("ada")
    assert await reviews.settle(three, "eve", "assigned", "greet") == 1


async def test_retention_applies(store: ConversationStore, three: list[int]) -> None:
    reviews = store.reviews()
    await reviews.take(three, "eve")
    await reviews.settle(three, "eve", "dismissed")
    await store.expire(START + timedelta(seconds=1))
    assert await reviews.latest(9) == []
    assert (await reviews.standing(0)).numbers == frozenset()
