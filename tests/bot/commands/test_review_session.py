"""Keys pressed at the inbox, and what is on the screen then."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import Console

from bot.catalog.loader import load_catalog
from bot.commands.review_page import KEYS, as_json, show_keys, show_list
from bot.commands.review_session import Session
from bot.conversations.memory import InMemoryConversationStore
from bot.review.inbox import Inbox
from tests.bot.review.stories import FILES, open_desk, tell, turn, write_intents

SHIP = ("do you ship to norway", "ship to norway please", "do you ship abroad to norway")


@dataclass
class Typed:
    """Keys, and lines for what is asked; "" takes what is proposed. At the end, q."""

    keys: list[str]
    lines: list[str] = field(default_factory=list)

    def press(self) -> str:
        return self.keys.pop(0) if self.keys else ""

    def ask(self, question: str, default: str = "") -> str:
        return self.lines.pop(0) or default

    def waiting(self) -> AbstractContextManager[None]:
        return nullcontext()


class Reviewed:
    """What a session needs of bot/reviewing.py."""

    def __init__(self, store: InMemoryConversationStore, folder: Path) -> None:
        self.folder = folder
        self.desk = open_desk(store, folder)

    async def look(self) -> Inbox:
        return await self.desk.look()


@pytest.fixture
async def desk(tmp_path: Path) -> Reviewed:
    store = InMemoryConversationStore()
    said = [
        turn(text, "out_of_scope", ("order_status", 0.2), sender=who) for text, who in zip(SHIP, "abc", strict=True)
    ]
    await tell(store, [*said, turn("money [red]back\x1b[2J", "clarify", ("refund", 0.5))])
    return Reviewed(store, write_intents(tmp_path / "intents"))


async def play(desk: Reviewed, keys: Sequence[str], lines: Sequence[str] = ()) -> str:
    """All that was on the screen."""
    screen = io.StringIO()
    console = Console(file=screen, width=140, highlight=False)
    await Session(desk, "eve", console, Typed(list(keys), list(lines))).run()
    return screen.getvalue()


async def open_numbers(desk: Reviewed) -> list[int]:
    return sorted(number for group in (await desk.look()).groups for number in group.numbers)


async def test_a_group_is_shown_with_sentences_guesses_mood_and_keys(desk: Reviewed) -> None:
    screen = await play(desk, "")
    for shown in (
        "1 of 2 groups",
        "3 messages from 3 people",
        *SHIP,
        "order_status  0.20",
        "not understood",
        "+0.0",
        "dismiss",
    ):
        assert shown in screen


async def test_one_key_puts_a_group_under_a_guess(desk: Reviewed) -> None:
    screen = await play(desk, "s1")
    assert "1 message put under intent refund: orders.yml has 1 example more" in screen
    assert await open_numbers(desk) == [1, 2, 3]
    assert load_catalog(desk.folder).intents["refund"].examples[-1].text.startswith("money [red]back")


async def test_an_intent_is_named_by_its_beginning(desk: Reviewed) -> None:
    screen = await play(desk, "iii", ["refnud", "", "ref"])
    assert "There is no intent refnud. Near it: refund." in screen
    assert "3 messages put under intent refund" in screen


async def test_n_makes_an_intent_as_proposed_or_as_typed(desk: Reviewed) -> None:
    await play(desk, "n", ["", "The customer asks whether we ship abroad.", ""])
    (name,) = set(load_catalog(desk.folder).intents) - {"order_status", "refund"}
    assert "norway" in name
    assert (desk.folder / "reviewed.yml").exists()
    assert await open_numbers(desk) == [4]


async def test_a_name_that_is_called_off_makes_nothing(desk: Reviewed) -> None:
    screen = await play(desk, ["n"], ["ship", "The customer asks.", "../x.yml"])
    assert "cannot go to '../x.yml'" in screen
    assert await open_numbers(desk) == [1, 2, 3, 4]


async def test_what_is_left_out_stays_in_the_inbox(desk: Reviewed) -> None:
    screen = await play(desk, "od", ["1, 2 99"])
    assert "1 message dismissed" in screen
    assert "2 messages from 2 people" in screen
    assert len(await open_numbers(desk)) == 3


async def test_u_takes_back_act_by_act(desk: Reviewed) -> None:
    screen = await play(desk, "d1uuu")
    assert "Taken back." in screen
    assert "There is nothing to take back." in screen
    assert await open_numbers(desk) == [1, 2, 3, 4]
    assert (desk.folder / "orders.yml").read_text(encoding="utf-8") == FILES["orders.yml"]


async def test_an_empty_inbox_says_so_and_keys_do_nothing(desk: Reviewed) -> None:
    screen = await play(desk, "dd1ndsbmo")
    assert "The inbox is empty." in screen
    assert "2 groups done." in screen


async def test_who_was_slower_is_told_and_sees_the_inbox_anew(desk: Reviewed) -> None:
    class Slow(Typed):
        def press(self) -> str:
            if self.keys == ["1"]:
                (desk.folder / "orders.yml").write_text(FILES["orders.yml"] + "# mine\n", encoding="utf-8")
            return super().press()

    screen = io.StringIO()
    await Session(desk, "eve", Console(file=screen, width=140), Slow(["s", "1"])).run()
    assert "was changed meanwhile" in screen.getvalue()
    assert await open_numbers(desk) == [1, 2, 3, 4]


async def test_ctrl_c_leaves_as_q_does(desk: Reviewed) -> None:
    assert "0 groups done." in await play(desk, "\x03d")


async def test_users_cannot_drive_the_terminal(desk: Reviewed) -> None:
    screen = io.StringIO()
    console = Console(file=screen, width=140, force_terminal=True, color_system=None)
    console.print(*show_list(await desk.look()))
    assert "money [red]back [2J" in screen.getvalue()


async def test_json_says_how_many_people_but_not_who(desk: Reviewed) -> None:
    told = as_json(await desk.look())
    group = told["groups"][0]
    assert (group["people"], group["messages"], group["guesses"][0]["intent"]) == (3, 3, "order_status")
    assert "sender" not in str(told)


@pytest.mark.parametrize("width", [60, 80, 138, 160])
def test_a_key_stays_with_its_words_however_narrow_the_terminal(width: int) -> None:
    console = Console(width=width, file=io.StringIO(), record=True)
    console.print(show_keys())
    printed = console.export_text()
    assert [key for key, does in KEYS if f"{key} {does}" not in printed] == []
