from __future__ import annotations

from datetime import timedelta

from bot.conversations.memory import InMemoryConversationStore
from bot.review.history import PAGE, History
from tests.bot.review.stories import NOW, tell, turn


async def texts(history: History) -> list[str]:
    return [each.text for each in (await history.look())[0]]


async def test_every_turn_is_read_once_however_many_pages_there_are() -> None:
    store = InMemoryConversationStore()
    history = History(store.reviews(), days=30)
    await tell(store, [turn(str(index)) for index in range(2 * PAGE + 1)])
    assert len(await texts(history)) == 2 * PAGE + 1
    await tell(store, [turn("new")])
    assert (await texts(history))[-1] == "new"


async def test_a_turn_in_flight_is_waited_for() -> None:
    store = InMemoryConversationStore(lambda: NOW)
    history = History(store.reviews(), days=30)
    slow = turn("slow")
    number, _ = await store.record_message(slow.message)
    await tell(store, [turn("quick")])
    assert [each.text for each in (await history.look(NOW))[0]] == []
    state = await store.load(slow.message)
    await store.record_turn(number, slow, state)
    assert [each.text for each in (await history.look(NOW))[0]] == ["slow", "quick"]


async def test_a_turn_that_was_cut_short_is_not_waited_for_for_ever() -> None:
    store = InMemoryConversationStore(lambda: NOW)
    await store.record_message(turn("cut short").message)
    await tell(store, [turn("next")])
    history = History(store.reviews(), days=30)
    assert [each.text for each in (await history.look(NOW + timedelta(minutes=2)))[0]] == ["next"]


async def test_what_is_forgotten_is_forgotten_here_too() -> None:
    store = InMemoryConversationStore()
    history = History(store.reviews(), days=30)
    await tell(store, [turn("mine"), turn("hers", sender="bob")])
    assert await texts(history) == ["mine", "hers"]
    await store.forget("ada")
    assert await texts(history) == ["hers"]


async def test_older_days_are_left_out() -> None:
    store = InMemoryConversationStore()
    await tell(store, [turn("old", minute=-60 * 24 * 3), turn("new")])
    assert await texts(History(store.reviews(), days=2)) == ["new"]
