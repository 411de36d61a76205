"""The room, over a store in memory: who is told what, when deliveries fail, and who is gone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.config import AgentSettings, TextSettings
from bot.connectors.base import Push, is_web_session
from bot.connectors.desk import Agent
from bot.conversations.memory import InMemoryConversationStore
from bot.errors import StoreError
from bot.handoff.base import ATTENDS_FOR
from bot.handoff.room import Room
from bot.messages import Message
from tests.contracts.conversations import Clock, say

ADA = Agent("web:ada", "Ada", timedelta(minutes=5))
BOB = Agent("web:bob", "Bob", timedelta(minutes=5))
HELLO = Message(
    "hello", "web:1", "web:1", "socketio", "web:1/m1", {"ripen": {"user": {"id": "7", "name": "Eve Adams"}}}
)


@dataclass
class Outside:
    """What reached users. `broken` lets nothing out."""

    pushed: list[Push] = field(default_factory=list)
    broken: bool = False

    async def push(self, push: Push) -> bool:
        if self.broken:
            raise StoreError("database is locked")
        self.pushed.append(push)
        return True

    @property
    def texts(self) -> list[str | None]:
        return [part.text for push in self.pushed for part in push.parts]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> InMemoryConversationStore:
    return InMemoryConversationStore(clock)


@pytest.fixture
def outside() -> Outside:
    return Outside()


def room_over(store: InMemoryConversationStore, outside: Outside, **texts: Any) -> Room:
    return Room(store, outside.push, is_web_session, TextSettings(**texts), AgentSettings())


@pytest.fixture
async def room(store: InMemoryConversationStore, outside: Outside) -> Room:
    await say(store, HELLO)
    room = room_over(store, outside)
    await room.ask(HELLO, "the user asks for a person: it is likely")
    return room


async def test_the_user_is_told_and_hears_each_thing_once(room: Room, outside: Outside) -> None:
    assert await room.take("web:1", ADA)
    for _ in range(2):
        assert await room.say("web:1", ADA, "x1", "Hi!")
    assert await room.give_back("web:1", ADA)
    await room.look_round()
    assert outside.texts == ["Ada has joined.", "Hi!", "Ada has left. The bot answers again."]
    speakers = [(push.speaker.kind, push.speaker.name) for push in outside.pushed if push.speaker]
    assert speakers == [("notice", "Ada"), ("person", "Ada"), ("notice", "Ada")]


async def test_texts_come_from_the_config(store: InMemoryConversationStore, outside: Outside) -> None:
    room = room_over(store, outside, person_joined="{name} ist da.", person_left="Weg.")
    await say(store, HELLO)
    await room.ask(HELLO, "x")
    await room.take("web:1", ADA)
    await room.give_back("web:1", ADA)
    assert outside.texts == ["Ada ist da.", "Weg."]


async def test_what_cannot_be_delivered_now_is_delivered_later_in_order(
    room: Room, store: InMemoryConversationStore, outside: Outside
) -> None:
    outside.broken = True
    assert await room.take("web:1", ADA), "it is theirs all the same"
    assert await room.say("web:1", ADA, "x1", "one")
    outside.broken = False
    assert await room.say("web:1", ADA, "x2", "two")
    assert outside.texts == ["Ada has joined.", "one", "two"]
    elsewhere = Outside()
    await room_over(store, elsewhere).look_round()
    assert elsewhere.texts == outside.texts, "another process brings them to its own sockets, under the same ids"
    assert [push.id for push in elsewhere.pushed] == [push.id for push in outside.pushed]


async def test_who_is_gone_loses_it_and_the_user_is_told(room: Room, outside: Outside, clock: Clock) -> None:
    await room.take("web:1", ADA)
    clock.time += timedelta(minutes=4)
    await room.stay(ADA)
    clock.time += timedelta(minutes=4)
    await room.look_round()
    assert not await room.take("web:1", BOB)
    clock.time += timedelta(minutes=1)
    await room.look_round()
    assert outside.texts[1:] == ["Ada had to go. Somebody else will be with you soon."]
    assert await room.take("web:1", BOB)
    assert not await room.say("web:1", ADA, "x", "I am back")


async def test_the_board_tells_who_waits_and_how_they_feel(room: Room) -> None:
    (ticket,) = await room.board()
    assert (ticket.visitor, ticket.trend, ticket.handoff.reason) == ("Eve Adams", (0.5,), "the user asks for a person")
    assert ticket.last is not None
    assert ticket.last.voice == "bot"
    lines = await room.read("web:1")
    assert lines is not None
    assert [(line.voice, line.text) for line in lines[:2]] == [("user", "hello"), ("bot", "Hi!")]
    assert lines[1].choices == ("Bye",)


async def test_the_desk_sees_nothing_of_what_the_page_says_by_itself(
    room: Room, store: InMemoryConversationStore
) -> None:
    await say(store, replace(HELLO, text="/greet", message_id="web:1/m2", metadata={"silent": True}))
    await say(store, replace(HELLO, text="words", message_id="web:1/m3", metadata={"silent": True}))
    lines = await room.read("web:1")
    assert lines is not None
    assert [line.text for line in lines if line.voice == "user"] == ["hello", "words"]


async def test_only_where_users_can_be_told_does_anybody_wait(
    store: InMemoryConversationStore, outside: Outside
) -> None:
    room = room_over(store, outside)
    rest = Message("a person", "anne", "anne", "rest")
    await say(store, rest)
    await room.ask(rest, "x")
    assert await room.board() == []


async def test_whether_somebody_is_there_is_known_where_it_would_wait(
    room: Room, store: InMemoryConversationStore, outside: Outside, clock: Clock
) -> None:
    push, texts, settings = outside.push, TextSettings(), AgentSettings()
    beside_slack = Room(store, push, is_web_session, texts, settings, sees_all=False)
    assert [await each.attended("web:1") for each in (room, beside_slack)] == [False, None]
    await room.attend(ADA)
    assert [await each.attended("web:1") for each in (room, beside_slack)] == [True, True]
    assert await room.attended("anne") is None, "on the REST channel nothing waits"
    clock.time += ATTENDS_FOR
    assert [await each.attended("web:1") for each in (room, beside_slack)] == [False, None]


async def test_a_store_that_fails_tells_nothing_of_who_is_there(
    room: Room, store: InMemoryConversationStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: Any) -> bool:
        raise StoreError("database is locked")

    monkeypatch.setattr(store.handoffs(), "attended", fail)
    assert await room.attended("web:1") is None
    assert "who is at the desk is not known" in caplog.text


async def test_asking_never_costs_the_turn(
    store: InMemoryConversationStore, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> bool:
        raise StoreError("database is full")

    monkeypatch.setattr(store.handoffs(), "ask", fail)
    await room_over(store, outside).ask(HELLO, "x")


@pytest.mark.parametrize("text", ["\0a", "a\ud800", "{name}", "<script>alert(1)</script>"])
async def test_any_text_can_be_said(room: Room, outside: Outside, text: str) -> None:
    await room.take("web:1", ADA)
    assert await room.say("web:1", ADA, "x1", text)
    assert outside.texts[-1] == text.replace("\0", "").replace("\ud800", "")
