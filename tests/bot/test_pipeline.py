from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.actions.base import ActionResult
from bot.config import Settings
from bot.connectors.desk import Agent, Remark
from bot.conversations.conversation import Conversation, Turn
from bot.conversations.memory import InMemoryConversationStore
from bot.detectors.base import Detector
from bot.dispatcher import Dispatcher
from bot.errors import ActionUnknown, StoreError
from bot.live import LiveSnapshot, Snapshot
from bot.messages import Detection, Message, Reply, Requested
from bot.pipeline import Pipeline
from tests.builders import ORDER_ID, catalog, detection, intent, message

SHOP = catalog(
    intent("order_status", action="action_order_status", slots=[ORDER_ID]),
    intent("refund_policy", "Refunds take five days, {name}.", "Refunds take five days."),
    intent("leave_me_alone", action="action_pause"),
)
TEXTS = Settings().texts


WORDS = {"order": "order_status", "refund": "refund_policy", "alone": "leave_me_alone"}


class Words(Detector):
    """Detects an intent by a word in the message; sentiment by shouting."""

    def detect(self, text: str) -> Detection:
        if text == "both":
            return detection(("refund_policy", 0.4), ("leave_me_alone", 0.3))
        ranked = [(name, 0.9) for word, name in WORDS.items() if word in text.lower()][:1]
        return detection(*ranked, valence=-0.9 if text.isupper() else 0.0)


class Actions:
    async def names(self) -> frozenset[str]:
        return frozenset({"action_order_status", "action_pause"})

    async def run(self, name: str, tracker: Mapping[str, Any]) -> ActionResult:
        if name == "action_pause":
            return ActionResult(({"event": "pause"},), ({"text": "A person takes over."},))
        if name != "action_order_status":
            raise ActionUnknown(name)
        return ActionResult(responses=({"text": f"{tracker['slots']['order_id']} is on its way."},))

    async def check(self) -> None:
        pass

    async def close(self) -> None:
        pass


class FullDisk(InMemoryConversationStore):
    """Reads, and cannot write."""

    async def record_message(self, message: Message) -> tuple[int, Conversation]:
        raise StoreError("database is full")

    async def record_turn(self, number: int, turn: Turn, state: Conversation) -> None:
        raise StoreError("database is full")


def pipeline_on(store: InMemoryConversationStore) -> Pipeline:
    settings = Settings()
    return Pipeline(LiveSnapshot(Snapshot(SHOP, Words())), store, Dispatcher(Actions(), settings), settings)


async def say(pipeline: Pipeline, *texts: str) -> list[Reply]:
    return [await pipeline(message(text)) for text in texts]


def said(reply: Reply) -> list[str | None]:
    return [part.text for part in reply.parts]


async def test_a_turn_is_answered_and_kept() -> None:
    store = InMemoryConversationStore()
    (reply,) = await say(pipeline_on(store), "how do refunds work")
    assert said(reply) == ["Refunds take five days."]
    assert reply.decision is not None
    assert reply.decision.intent == "refund_policy"
    assert set(reply.timings) >= {"load", "detect", "decide", "dispatch"}
    kept = await store.find("c1")
    assert kept is not None
    assert kept.turns[0].decision == reply.decision
    assert kept.turns[0].message.text == "how do refunds work"


async def test_a_question_is_asked_answered_and_corrected() -> None:
    replies = await say(pipeline_on(InMemoryConversationStore()), "where is my order", "A-1042", "sorry, A-2042")
    assert [said(reply) for reply in replies] == [
        ["Which order is it?"],
        ["A-1042 is on its way."],
        ["A-2042 is on its way."],
    ]


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01", "\u200b"])
async def test_a_message_without_text_gets_words_and_keeps_the_question_open(text: str) -> None:
    store = InMemoryConversationStore()
    replies = await say(pipeline_on(store), "where is my order", text)
    assert said(replies[1]) == [TEXTS.empty]
    kept = await store.find("c1")
    assert kept is not None
    assert kept.requested == Requested("order_status", "order_id")


async def test_a_message_of_100_000_characters_is_refused_kindly_and_kept_in_short() -> None:
    store = InMemoryConversationStore()
    (reply,) = await say(pipeline_on(store), "order " * 16_667)
    assert said(reply) == [TEXTS.too_long]
    assert reply.decision is not None
    assert "100002 characters; 4000 are allowed" in reply.decision.reason
    kept = await store.find("c1")
    assert kept is not None
    assert len(kept.turns[0].message.text) == 4000


async def test_a_choice_that_is_typed_counts_as_pressed() -> None:
    pipeline = pipeline_on(InMemoryConversationStore())
    [asked, typed] = await say(pipeline, "both", "1")
    assert asked.decision is not None
    assert asked.decision.kind == "clarify"
    assert said(typed) == ["Refunds take five days."]
    [_, refused] = await say(pipeline, "both", TEXTS.none_of_these.lower())
    assert said(refused) == [TEXTS.ask_rephrase]
    [_, rejected] = await say(pipeline, "both", "no, neither")
    assert said(rejected) == [TEXTS.ask_rephrase]


async def test_several_wishes_in_one_message() -> None:
    store = InMemoryConversationStore()
    (reply,) = await say(pipeline_on(store), "where is my order A-1042, and how do refunds work")
    assert said(reply) == ["A-1042 is on its way.", "Refunds take five days."]
    kept = await store.find("c1")
    assert kept is not None
    assert kept.turns[0].decision == reply.decision


async def test_three_angry_messages_bring_a_person() -> None:
    replies = await say(pipeline_on(InMemoryConversationStore()), "WHERE IS MY REFUND", "REFUND", "REFUND NOW")
    assert [reply.decision.kind for reply in replies if reply.decision] == ["act", "act", "hand_off"]
    assert said(replies[-1]) == [TEXTS.hand_off]


async def test_a_paused_bot_stays_silent_and_keeps_what_was_said() -> None:
    store = InMemoryConversationStore()
    replies = await say(pipeline_on(store), "leave me alone", "how do refunds work")
    assert [said(reply) for reply in replies] == [["A person takes over."], []]
    kept = await store.find("c1")
    assert kept is not None
    assert kept.turns[-1].message.text == "how do refunds work"


async def test_a_full_disk_costs_the_memory_of_a_turn_not_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    (reply,) = await say(pipeline_on(FullDisk()), "how do refunds work")
    assert said(reply) == ["Refunds take five days."]
    assert "answered but not kept: database is full" in caplog.text
    assert "refunds work" not in caplog.text


async def test_a_message_in_flight_keeps_its_snapshot() -> None:
    pipeline = pipeline_on(InMemoryConversationStore())
    after = replace(pipeline.live.current, catalog=catalog(intent("other")))

    class SwapsWhileDetecting(Words):
        def detect(self, text: str) -> Detection:
            pipeline.live.swap(after)
            return super().detect(text)

    pipeline.live.swap(Snapshot(SHOP, SwapsWhileDetecting()))
    (reply,) = await say(pipeline, "how do refunds work")
    assert said(reply) == ["Refunds take five days."]
    assert pipeline.live.current is after


class Room:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.heard: list[str] = []

    async def ask(self, message: Message, reason: str) -> None:
        self.asked.append(message.text)

    def hear(self, conversation_id: str) -> None:
        self.heard.append(conversation_id)


async def test_while_a_person_has_it_the_bot_listens_and_says_nothing() -> None:
    store, room = InMemoryConversationStore(), Room()
    pipeline = replace(pipeline_on(store), reception=room)
    ada = Agent("web:ada", "Ada")
    await say(pipeline, "how do refunds work")
    handoffs = store.handoffs()
    await handoffs.ask("c1", "because")
    assert said((await say(pipeline, "how do refunds work"))[0]), "while it waits the bot answers"
    await handoffs.take("c1", ada, Remark("j", "joined", "Ada", "", datetime.now(UTC)))
    for text in ("REFUND NOW", " ", "x" * 5000):
        (reply,) = await say(pipeline, text)
        assert reply.parts == ()
        assert reply.decision is None
    kept = await store.find("c1")
    assert kept is not None
    assert kept.turns[2].detection is not None
    assert kept.turns[2].detection.sentiment.valence == -0.9
    await handoffs.leave("c1", ada, Remark("l", "left", "Ada", "", datetime.now(UTC)))
    (reply,) = await say(pipeline, "how do refunds work")
    assert said(reply) == ["Refunds take five days."]
    assert room.asked == []
    assert room.heard == ["c1"] * 6


@pytest.mark.parametrize(("name", "answers"), [("m1", []), ("m2", ["Refunds take five days."])])
async def test_what_a_person_read_before_a_crash_is_not_answered_when_it_comes_again(
    name: str, answers: list[str]
) -> None:
    store, ada = InMemoryConversationStore(), Agent("web:ada", "Ada")
    pipeline = pipeline_on(store)
    await say(pipeline, "how do refunds work")
    handoffs = store.handoffs()
    await handoffs.ask("c1", "because")
    await handoffs.take("c1", ada, Remark("j", "joined", "Ada", "", datetime.now(UTC)))
    await store.record_message(replace(message("and refunds of gifts"), message_id="m1"))  # and the process dies
    await handoffs.say("c1", ada, Remark("s", "said", "Ada", "No gifts.", datetime.now(UTC)))
    await handoffs.leave("c1", ada, Remark("l", "left", "Ada", "", datetime.now(UTC)))
    reply = await pipeline(replace(message("and refunds of gifts"), message_id=name))
    assert said(reply) == answers


async def test_what_nobody_read_before_a_crash_is_answered_when_it_comes_again() -> None:
    store, ada = InMemoryConversationStore(), Agent("web:ada", "Ada")
    pipeline = pipeline_on(store)
    again = replace(message("how do refunds work"), message_id="m1")
    await store.record_message(again)  # and the process dies
    handoffs = store.handoffs()
    await handoffs.ask("c1", "because")
    await handoffs.take("c1", ada, Remark("j", "joined", "Ada", "", datetime.now(UTC)))
    await handoffs.leave("c1", ada, Remark("l", "left", "Ada", "", datetime.now(UTC)))
    assert said(await pipeline(again)) == ["Refunds take five days."]


async def test_bad_words_that_a_person_heard_hand_nothing_off_again() -> None:
    store, room = InMemoryConversationStore(), Room()
    pipeline = replace(pipeline_on(store), reception=room)
    await say(pipeline, "REFUND", "REFUND", "REFUND")
    assert room.asked == ["REFUND"]
    handoffs, ada = store.handoffs(), Agent("web:ada", "Ada")
    await handoffs.ask("c1", "because")
    await handoffs.take("c1", ada, Remark("j", "joined", "Ada", "", datetime.now(UTC)))
    await say(pipeline, "REFUND", "REFUND", "REFUND")
    await handoffs.leave("c1", ada, Remark("l", "left", "Ada", "", datetime.now(UTC)))
    (reply,) = await say(pipeline, "REFUND")
    assert reply.decision is not None
    assert reply.decision.kind == "act"
