from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.connectors.feedback import Feedback
from bot.conversations import transcript
from bot.conversations.base import RECENT_TURNS
from bot.conversations.codec import turn_from
from bot.conversations.conversation import Turn
from bot.conversations.sql import SqlConversationStore
from bot.conversations.transcript import Transcripts
from bot.errors import StoreError
from tests.contracts.conversations import FULL, message, say


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[tuple[SqlConversationStore, SqlConversationStore]]:
    """Two processes' views of one file."""
    opened = [await SqlConversationStore.open(f"sqlite:///{tmp_path}/c.db") for _ in range(2)]
    yield opened[0], opened[1]
    for store in opened:
        await store.close()


Stores = tuple[SqlConversationStore, SqlConversationStore]


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words of every turn that was decoded."""
    words: list[str] = []

    def noted(row: Any, at: Any) -> Any:
        words.append(row["message"]["text"])
        return turn_from(row, at)

    monkeypatch.setattr(transcript, "turn_from", noted)
    return words


async def words(store: SqlConversationStore) -> list[str]:
    return [turn.message.text for turn in (await store.load(message())).turns]


async def test_a_recorded_turn_is_decoded_once(stores: Stores, decoded: list[str]) -> None:
    store, other = stores
    await say(other, message("one"))
    await say(other, message("two"))
    decoded.clear()
    for _ in range(3):
        assert await words(store) == ["one", "two"]
    assert sorted(decoded) == ["one", "two"]


async def test_who_records_a_turn_need_not_read_it(stores: Stores, decoded: list[str]) -> None:
    store, other = stores
    await say(store, message("one"))
    await say(store, message("two"))
    decoded.clear()
    recorded = await store.load(message())
    assert decoded == []
    assert recorded == await other.load(message())


async def test_what_could_not_be_recorded_is_not_read(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    store, _ = stores
    number, before = await store.record_message(message())

    def keep(self: Transcripts, number: int, turn: Turn) -> None:
        kept(self, number, turn)
        raise OSError("the disk is full")

    kept = Transcripts.keep
    monkeypatch.setattr(Transcripts, "keep", keep)
    with pytest.raises(StoreError, match="full"):
        await store.record_turn(number, FULL, before)
    assert [turn.outcome for turn in (await store.load(message())).turns] == [None]


async def test_a_turn_that_was_only_begun_is_looked_at_again(stores: Stores) -> None:
    store, other = stores
    number, before = await other.record_message(message())
    assert (await store.load(message())).turns[0].outcome is None
    await other.record_turn(number, FULL, before)
    assert (await store.load(message())).turns == (FULL,)


async def test_what_another_process_forgets_is_not_brought_back(stores: Stores) -> None:
    store, other = stores
    await say(store, message("from ada"))
    await say(store, message("from bob", sender_id="bob"))
    assert await words(store) == ["from ada", "from bob"]
    await other.forget("ada")
    assert await words(store) == ["from bob"]


async def test_what_is_forgotten_here_does_not_stay_in_memory(stores: Stores, decoded: list[str]) -> None:
    store, _ = stores
    await say(store, message("from ada"))
    await say(store, message("from bob", sender_id="bob"))
    await words(store)
    decoded.clear()
    await store.forget("ada")
    assert await words(store) == ["from bob"]
    assert decoded == ["from bob"]


async def test_feedback_on_a_turn_that_is_kept_shows(stores: Stores) -> None:
    store, other = stores
    await say(store, message(message_id="m1"))
    (before,) = (await store.load(message())).turns
    assert before.ratings == ()
    await other.feedback().record_feedback(Feedback("web", "m1/0", "up", "ada", "m1"))
    (after,) = (await store.load(message())).turns
    assert [each.opinion for each in after.ratings] == ["up"]
    assert replace(after, ratings=()) == before


async def test_the_latest_turns_of_a_conversation_are_kept(stores: Stores, decoded: list[str]) -> None:
    store, other = stores
    for number in range(RECENT_TURNS + 3):
        await say(store, message(str(number)))
    decoded.clear()
    for _ in range(2):
        assert await words(store) == [str(number) for number in range(3, RECENT_TURNS + 3)]
    assert decoded == []
    whole = await store.find(message().conversation_id, 100)
    assert whole is not None
    assert len(whole.turns) == RECENT_TURNS + 3
    assert sorted(decoded) == ["0", "1", "2"]
    await words(store)
    assert len(decoded) == 3
    assert await other.find(message().conversation_id, 100) == whole


async def test_those_who_talked_last_are_kept(
    stores: Stores, decoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcript, "KEPT_CONVERSATIONS", 2)
    store, _ = stores
    for name in ("a", "b", "a", "c"):
        await say(store, message(f"from {name}", conversation_id=name))
    decoded.clear()
    for name in ("a", "c", "b"):
        await store.load(message(conversation_id=name))
    assert decoded == ["from b"]
