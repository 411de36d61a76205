"""What a reviewer does, and what becomes of the files and the entries."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.catalog import writer
from bot.catalog.loader import load_catalog
from bot.catalog.writer import version_of
from bot.conversations.memory import InMemoryConversationStore
from bot.conversations.review import State
from bot.conversations.sql import SqlConversationStore
from bot.errors import CatalogError, ReviewConflict, ReviewError, StoreError
from bot.review.desk import Assignment, Criteria, Desk, NewIntent
from tests.bot.review.stories import FILES, open_desk, tell, turn, write_intents

SHIP = ("do you ship to norway", "ship to norway please", "do you ship abroad to norway")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_intents(tmp_path / "intents")


@pytest.fixture
async def store() -> InMemoryConversationStore:
    store = InMemoryConversationStore()
    said = [
        turn(text, "out_of_scope", ("order_status", 0.2), sender=who) for text, who in zip(SHIP, "abc", strict=True)
    ]
    await tell(
        store, [*said, turn("money money back", "clarify", ("refund", 0.5)), turn("hello", "act", ("refund", 0.9))]
    )
    return store


@pytest.fixture
def desk(store: InMemoryConversationStore, folder: Path) -> Desk:
    return open_desk(store, folder)


def orders(folder: Path) -> str:
    return (folder / "orders.yml").read_text(encoding="utf-8")


async def open_numbers(desk: Desk) -> list[int]:
    return sorted(number for group in (await desk.look()).groups for number in group.numbers)


async def test_the_inbox_holds_groups_of_one_meaning_the_most_telling_first(desk: Desk) -> None:
    inbox = await desk.look()
    assert [group.numbers for group in inbox.groups] == [(1, 2, 3), (4,)]
    ship = inbox.groups[0]
    assert {sentence.text for sentence in ship.sentences} == set(SHIP)
    assert (ship.people, ship.reasons, ship.guesses[0].intent) == (3, {"out_of_scope": 3}, "order_status")
    assert "norway" in ship.proposal.name


async def test_putting_under_an_intent_adds_lines_and_changes_no_other_byte(desk: Desk, folder: Path) -> None:
    inbox = await desk.look()
    version = inbox.versions[folder / "orders.yml"]
    done = await desk.assign(Assignment((4,), "refund", ("money money back",), version), by="eve")
    assert orders(folder) == FILES["orders.yml"] + "    - money money back\n"
    assert done.written is not None
    assert done.written.added == 1
    assert await open_numbers(desk) == [1, 2, 3]
    (review,) = await desk.latest()
    assert (review.number, review.state, review.intent, review.by) == (4, "assigned", "refund", "eve")


async def test_a_new_intent_goes_into_a_file_with_its_sentences(desk: Desk, folder: Path) -> None:
    (group, _) = (await desk.look()).groups
    new = NewIntent(
        group.numbers, "ship_abroad", "The customer asks whether we ship abroad.", group.examples[:2], version=""
    )
    await desk.create(new, by="eve")
    intent = load_catalog(folder).intents["ship_abroad"]
    assert intent.source.file == folder / "reviewed.yml"
    assert [example.text for example in intent.examples] == list(group.examples[:2])
    assert await open_numbers(desk) == [4]


async def test_a_new_intent_may_go_below_others_in_their_file(desk: Desk, folder: Path) -> None:
    version = version_of(folder / "orders.yml")
    await desk.create(
        NewIntent((1,), "ship", "The customer asks about shipping.", SHIP[:1], "orders.yml", version), by="eve"
    )
    assert orders(folder).startswith(FILES["orders.yml"])
    assert list(load_catalog(folder).intents) == ["order_status", "refund", "ship"]


async def test_dismissing_leaves_the_files_alone(desk: Desk, folder: Path) -> None:
    done = await desk.dismiss((4,), by="eve")
    assert await open_numbers(desk) == [1, 2, 3]
    assert orders(folder) == FILES["orders.yml"]
    await desk.undo(done)
    assert await open_numbers(desk) == [1, 2, 3, 4]


async def test_an_act_can_be_taken_back(desk: Desk, folder: Path) -> None:
    first = await desk.assign(Assignment((4,), "refund", ("money money back",)), by="eve")
    second = await desk.create(NewIntent((1,), "ship", "The customer asks about shipping.", SHIP[:1]), by="eve")
    await desk.undo(second)
    await desk.undo(first)
    assert orders(folder) == FILES["orders.yml"]
    assert not (folder / "reviewed.yml").exists()
    assert await open_numbers(desk) == [1, 2, 3, 4]


async def test_nothing_is_taken_back_from_a_file_that_somebody_changed_since(desk: Desk, folder: Path) -> None:
    done = await desk.assign(Assignment((4,), "refund", ("money money back",)), by="eve")
    (folder / "orders.yml").write_text(orders(folder) + "# mine\n", encoding="utf-8")
    with pytest.raises(ReviewConflict, match="changed meanwhile"):
        await desk.undo(done)
    assert orders(folder).endswith("# mine\n")
    assert await open_numbers(desk) == [1, 2, 3]


async def test_a_file_that_changed_meanwhile_is_told_not_overwritten(desk: Desk, folder: Path) -> None:
    inbox = await desk.look()
    theirs = FILES["orders.yml"].replace("money back\n", "money back\n    - refund me\n")
    (folder / "orders.yml").write_text(theirs, encoding="utf-8")
    seen = Assignment((4,), "refund", ("money money back",), inbox.versions[folder / "orders.yml"])
    with pytest.raises(ReviewConflict, match=r"orders\.yml was changed meanwhile"):
        await desk.assign(seen, by="eve")
    assert orders(folder) == theirs
    assert await open_numbers(desk) == [1, 2, 3, 4]
    again = await desk.look()
    await desk.assign(replace(seen, version=again.versions[folder / "orders.yml"]), by="eve")
    assert orders(folder) == theirs + "    - money money back\n"


async def test_a_change_while_it_is_being_written_is_seen(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.yaml_files import parse_yaml

    def save_another_meanwhile(file: Path, content: bytes) -> object:
        if file != Path("-"):
            (folder / "orders.yml").write_text(FILES["orders.yml"] + "# saved by an editor\n", encoding="utf-8")
        return parse_yaml(file, content)

    monkeypatch.setattr(writer, "parse_yaml", save_another_meanwhile)
    with pytest.raises(ReviewConflict):
        await desk.assign(Assignment((4,), "refund", ("money money back",)), by="eve")
    assert orders(folder).endswith("# saved by an editor\n")


async def test_a_file_that_was_not_there_is_not_taken_over(desk: Desk, folder: Path) -> None:
    (folder / "reviewed.yml").write_text("a:\n  description: x y\n", encoding="utf-8")
    with pytest.raises(ReviewConflict):
        await desk.create(NewIntent((1,), "ship", "The customer asks about shipping.", SHIP[:1], version=""), by="eve")


async def test_two_reviewers_never_both_act_on_one_entry(tmp_path: Path, folder: Path) -> None:
    url = f"sqlite:///{tmp_path}/c.db"
    stores = [await SqlConversationStore.open(url) for _ in range(2)]
    await tell(stores[0], [turn(text, "out_of_scope") for text in SHIP])
    desks = [open_desk(store, folder) for store in stores]
    acts = (
        desks[0].assign(Assignment((1, 2), "refund", SHIP[:1]), by="eve"),
        desks[1].assign(Assignment((2, 3), "order_status", SHIP[2:]), by="eve"),
    )
    results = await asyncio.gather(*acts, return_exceptions=True)
    assert sorted(type(each).__name__ for each in results) == ["Done", "ReviewConflict"]
    assert len(await desks[0].latest()) == 2
    assert sum(text in orders(folder) for text in SHIP) == 1
    for store in stores:
        await store.close()


async def test_what_fails_leaves_the_entries_open(desk: Desk, folder: Path) -> None:
    with pytest.raises(CatalogError):
        await desk.assign(Assignment((4,), "refund", ("x" * 1001,)), by="eve")
    assert orders(folder) == FILES["orders.yml"]
    assert await open_numbers(desk) == [1, 2, 3, 4]


async def test_a_database_that_fails_at_the_end_leaves_the_file_as_it_was(
    store: InMemoryConversationStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> int:
        raise StoreError("The disk is full.")

    desk = open_desk(store, folder)
    monkeypatch.setattr(store.reviews(), "settle", fail)
    with pytest.raises(StoreError):
        await desk.assign(Assignment((4,), "refund", ("money money back",)), by="eve")
    assert orders(folder) == FILES["orders.yml"]
    assert await open_numbers(desk) == [1, 2, 3, 4]


async def test_who_is_forgotten_while_the_file_is_written_is_in_no_file(
    store: InMemoryConversationStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = store.reviews().settle

    async def forget_first(numbers: Sequence[int], by: str, state: State, intent: str | None = None) -> int:
        await store.forget("a")
        return await settle(numbers, by, state, intent)

    desk = open_desk(store, folder)
    monkeypatch.setattr(store.reviews(), "settle", forget_first)
    with pytest.raises(ReviewConflict, match="forgotten"):
        await desk.assign(Assignment((1, 2), "refund", SHIP[:2]), by="eve")
    assert orders(folder) == FILES["orders.yml"]
    assert await open_numbers(desk) == [2, 3, 4]


async def test_an_act_that_nobody_waits_for_is_finished(desk: Desk, folder: Path) -> None:
    act = asyncio.create_task(desk.assign(Assignment((4,), "refund", ("money money back",)), by="eve"))
    while not (await desk._store.standing(0)).reviews:  # noqa: ASYNC110 - until it holds its entry
        await asyncio.sleep(0)
    act.cancel()
    while not await desk.latest():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert "money money back" in orders(folder)


async def test_broken_files_are_told(desk: Desk, folder: Path) -> None:
    (folder / "orders.yml").write_text("order_status:\n  descripton: x\n", encoding="utf-8")
    with pytest.raises(CatalogError, match="descripton"):
        await desk.assign(Assignment((4,), "order_status", ("money",)), by="eve")
    with pytest.raises(CatalogError, match="descripton"):
        await desk.look()


async def test_examples_are_masked_before_they_are_written(desk: Desk, folder: Path) -> None:
    examples = ("write to [me](x) at anne@example.com, 4111 1111 1111 1111",)
    await desk.assign(Assignment((4,), "refund", examples), by="eve")
    assert load_catalog(folder).intents["refund"].examples[-1].text == "write to [me] (x) at email address, card number"


async def test_what_was_forgotten_cannot_be_acted_on(
    desk: Desk, store: InMemoryConversationStore, folder: Path
) -> None:
    await desk.look()
    await store.forget("a")
    with pytest.raises(ReviewConflict, match="forgotten"):
        await desk.assign(Assignment((1,), "refund", SHIP[:1]), by="eve")
    assert orders(folder) == FILES["orders.yml"]
    assert await open_numbers(desk) == [2, 3, 4]


@pytest.mark.parametrize("name", ["", "order status", "utter_hello", "9", "x" * 81, "refund"])
async def test_a_name_that_cannot_be_is_refused(desk: Desk, name: str) -> None:
    with pytest.raises(ReviewError, match=r"name of an intent|already"):
        await desk.create(NewIntent((1,), name, "The customer asks.", SHIP[:1]), by="eve")


@pytest.mark.parametrize("file", ["../x.yml", "/tmp/x.yml", "x.txt", ".x.yml", ".git/x.yml", "", "out/x.yml", "\0.yml"])
async def test_a_new_intent_goes_nowhere_but_into_the_folder(
    desk: Desk, folder: Path, tmp_path: Path, file: str
) -> None:
    (folder / "out").symlink_to(tmp_path)
    with pytest.raises(ReviewError, match="cannot go to"):
        await desk.create(NewIntent((1,), "ship", "The customer asks.", SHIP[:1], file), by="eve")


async def test_one_sentence_can_mean_one_thing(desk: Desk) -> None:
    with pytest.raises(ReviewError, match=r"example of order_status already, at .*orders\.yml:5"):
        await desk.assign(Assignment((4,), "refund", ("Where is my order?",)), by="eve")


async def test_an_intent_that_is_gone_and_an_act_on_nothing_are_told(desk: Desk) -> None:
    with pytest.raises(ReviewConflict, match="no intent gone"):
        await desk.assign(Assignment((4,), "gone", ("x",)), by="eve")
    with pytest.raises(ReviewError, match="No message"):
        await desk.dismiss((), by="eve")


async def test_what_is_an_example_by_now_leaves_the_inbox(desk: Desk, folder: Path) -> None:
    (folder / "orders.yml").write_text(FILES["orders.yml"] + "    - Money money back!\n", encoding="utf-8")
    inbox = await desk.look()
    assert (await open_numbers(desk), inbox.learnt) == ([1, 2, 3], 1)


async def test_what_the_bot_is_certain_of_by_now_leaves_the_inbox(desk: Desk) -> None:
    inbox = await desk.look(lambda texts: [0.9 if "norway" in text else 0.7 for text in texts])
    assert ([group.numbers for group in inbox.groups], inbox.learnt) == ([(4,)], 3)


async def test_a_part_of_a_group_leaves_the_rest(desk: Desk) -> None:
    group = (await desk.look()).groups[0]
    part, rest = group.part(group.sentences[:1]), group.part(group.sentences[1:])
    assert part is not None
    assert rest is not None
    assert {*part.numbers, *rest.numbers} == {1, 2, 3}
    assert part.examples == (part.sentences[0].text,)
    assert group.part([]) is None


async def test_certainty_and_days_are_criteria(store: InMemoryConversationStore, folder: Path) -> None:
    assert 5 in await open_numbers(open_desk(store, folder, Criteria(certainty=0.95)))
