"""What every FeedbackStore must do: in memory, SQLite, and PostgreSQL where it is installed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.connectors.feedback import Feedback
from bot.conversations.base import ConversationStore
from bot.conversations.conversation import Rating
from bot.conversations.events import tracker_of
from tests.contracts.conversations import FULL, START, Place, message, say

THUMB = Feedback("web", "m1/0", "up", "ada", message_id="m1")


async def ratings(store: ConversationStore, conversation_id: str = "C1") -> tuple[Rating, ...]:
    found = await store.find(conversation_id)
    return () if found is None else tuple(rating for turn in found.turns for rating in turn.ratings)


@pytest.fixture
async def rated(store: ConversationStore) -> ConversationStore:
    await say(store, message(message_id="m1"))
    await say(store, message(message_id="m2", sender_id="bob"))
    assert await store.feedback().record_feedback(THUMB)
    return store


async def test_feedback_is_shown_with_its_turn(rated: ConversationStore, place: Place) -> None:
    first, second = (await (await place.open()).load(message())).turns
    assert first.ratings == (Rating("m1/0", "up", "ada", START),)
    assert second.ratings == ()
    events = tracker_of(await rated.load(message()))["events"]
    shown = [event["metadata"].get("feedback") for event in events if event["event"] == "user"]
    assert shown == [[{"utterance_id": "m1/0", "opinion": "up", "by": "ada", "at": START.isoformat()}], None]


async def test_the_latest_opinion_counts_and_may_be_taken_back(rated: ConversationStore, place: Place) -> None:
    place.clock.time += timedelta(minutes=1)
    assert await rated.feedback().record_feedback(replace(THUMB, opinion="down"))
    assert await ratings(rated) == (Rating("m1/0", "down", "ada", place.clock.time),)
    for _ in range(2):
        assert await rated.feedback().record_feedback(replace(THUMB, opinion=None))
        assert await ratings(rated) == ()


async def test_each_giver_and_utterance_has_one(rated: ConversationStore, place: Place) -> None:
    changes: list[dict[str, Any]] = [{"by": "bob"}, {"utterance_id": "m1/1"}, {"by": "bob"}]
    for index, change in enumerate(changes):
        place.clock.time = START + timedelta(seconds=index + 1)
        await rated.feedback().record_feedback(replace(THUMB, **change))
    assert [(each.utterance_id, each.by) for each in await ratings(rated)] == [
        ("m1/0", "ada"),
        ("m1/1", "ada"),
        ("m1/0", "bob"),
    ]


@pytest.mark.parametrize("change", [{"message_id": "m9"}, {"channel": "slack"}, {"message_id": None}])
async def test_feedback_on_what_nobody_said_is_not_kept(rated: ConversationStore, change: dict[str, Any]) -> None:
    assert not await rated.feedback().record_feedback(replace(THUMB, opinion="down", **change))
    assert await ratings(rated) == (Rating("m1/0", "up", "ada", START),)


async def test_an_utterance_is_known_by_the_platforms_own_name(rated: ConversationStore, place: Place) -> None:
    feedback = (await place.open()).feedback()
    await feedback.record_said("web", "m2", ["T1/17.5", "T1/17.6"])
    await feedback.record_said("web", "m2", ["T1/17.6"])
    await feedback.record_said("web", "m1", ["T1/17.5"])  # what is said stays said
    await feedback.record_said("web", "unknown", ["T1/18.0"])
    await feedback.record_said("web", "m1", [])
    for name, known in (("T1/17.5", True), ("T1/17.6", True), ("T1/18.0", False)):
        assert await rated.feedback().record_feedback(Feedback("web", name, "down", "eve")) is known
    _, second = (await rated.load(message())).turns
    assert [(each.utterance_id, each.by) for each in second.ratings] == [("T1/17.5", "eve"), ("T1/17.6", "eve")]


async def test_feedback_outlives_the_end_of_its_turn(store: ConversationStore) -> None:
    said = message(message_id="m1")
    number, _ = await store.record_message(said)
    assert await store.feedback().record_feedback(THUMB)
    await store.record_turn(number, replace(FULL, message=said), await store.load(said))
    assert len(await ratings(store)) == 1


async def test_forgetting_takes_the_feedback_on_and_by_the_sender(rated: ConversationStore) -> None:
    feedback = rated.feedback()
    await feedback.record_said("web", "m1", ["T1"])
    await feedback.record_feedback(Feedback("web", "m2/0", "down", "ada", message_id="m2"))
    await feedback.record_feedback(Feedback("web", "m2/0", "up", "bob", message_id="m2"))
    assert await rated.forget("ada") == 1
    assert [(each.utterance_id, each.by) for each in await ratings(rated)] == [("m2/0", "bob")]
    assert not await feedback.record_feedback(THUMB)
    assert not await feedback.record_feedback(Feedback("web", "T1", "up", "bob"))


async def test_forgetting_one_who_only_gave_feedback_takes_that(rated: ConversationStore) -> None:
    await rated.feedback().record_feedback(replace(THUMB, by="eve"))
    assert await rated.forget("eve") == 0
    assert [each.by for each in await ratings(rated)] == ["ada"]


async def test_feedback_expires_with_its_turn(rated: ConversationStore) -> None:
    await rated.feedback().record_said("web", "m1", ["T1"])
    await rated.expire(START + timedelta(seconds=1))
    assert not await rated.feedback().record_feedback(THUMB)
    assert not await rated.feedback().record_feedback(Feedback("web", "T1", "up", "bob"))
