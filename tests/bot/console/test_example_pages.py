"""All examples, found by words and meaning, moved, removed, and put back."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from bot.config import ConsoleSettings
from bot.console import example_pages
from bot.console.examples import Examples
from tests.bot.console.conftest import Office, Person
from tests.standins.encoder import WordEncoder

CLUBS = """\
nothing_yet:
  description: Nobody has said it yet.
join:
  description: Somebody wants to join the chess club.
  examples:
    - how do i join the chess club
    - become a member of the chess club
    - the chess club would be something for me
    - where do i leave my coat at the door
leave_coat:
  description: Somebody wants to know where coats go.
  examples:
    - where do i leave my coat
    - leave my coat at the door
    - is there a door for coats where i leave my coat
"""
STRAY = "where do i leave my coat at the door"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    (tmp_path / "intents").mkdir()
    (tmp_path / "intents" / "clubs.yml").write_text(CLUBS)
    (tmp_path / "intents" / "other.yml").write_text("hello:\n  description: Somebody says hello.\n")
    return Office(tmp_path)


def form(page: str, text: str) -> dict[str, Any]:
    """What the row of an example sends."""
    rows = (re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', row) for row in page.split("<form")[1:])
    fields = ({name: unescape(value) for name, value in row} for row in rows)
    return next(row for row in fields if row.get("text") == text)


def listed(page: str) -> list[str]:
    return [unescape(text) for text in re.findall(r'class="said">([^<]*)', page)]


async def test_they_are_found_by_words_and_then_by_meaning(eve: Person) -> None:
    assert len(listed((await eve.open("/examples")).text)) == 7
    found = await eve.open("/examples", text="Chess Club ")
    assert set(listed(found.text)[:3]) == {text for text in listed(found.text) if "chess club" in text}
    alike = listed((await eve.open("/examples", text="my coat where do i leave")).text)
    assert alike[0] == "where do i leave my coat"
    only = listed((await eve.open("/examples", text="my coat where do i leave", intent="join")).text)
    assert only == [STRAY]
    part = await eve.http.get("/console/examples", params={"text": "chess"}, headers={"hx-request": "true"})
    assert "<html" not in part.text
    assert listed((await eve.open("/examples", text="zzz")).text) == []


async def test_one_that_stands_among_another_intent_is_put_there_and_back(office: Office, eve: Person) -> None:
    page = (await eve.open("/examples", text="coat")).text
    assert page.count("nearer to") == 1
    moved = await eve.send("/examples/move", form(page, STRAY) | {"to": "leave_coat"})
    assert moved.headers["location"].startswith("/console/examples?text=coat&")
    written = (office.intents / "clubs.yml").read_text()
    assert written == CLUBS.replace(f"    - {STRAY}\n", "") + f"    - {STRAY}\n"
    page = (await eve.open(moved.headers["location"].removeprefix("/console"))).text
    assert "is an example of leave_coat now, and none of join" in page
    assert "nearer to" not in page, "it is shown as the files are, not as the bot has learnt it"
    key = re.search(r'name="key" value="([^"]*)"', page)
    assert key
    back = await eve.send("/examples/undo", {"key": key[1], "back": "/examples", "search": "coat"})
    assert back.headers["location"] == "/console/examples?text=coat&back=1"
    assert "Taken back." in (await eve.open("/examples", text="coat", back=1)).text
    assert (office.intents / "clubs.yml").read_text() == CLUBS


async def test_from_the_map_one_comes_back_to_it(eve: Person) -> None:
    page = (await eve.open("/map")).text
    moved = await eve.send("/examples/move", form(page, STRAY) | {"to": "leave_coat"})
    assert moved.headers["location"].startswith("/console/map?done=")
    after = (await eve.open(moved.headers["location"].removeprefix("/console"))).text
    assert "is an example of leave_coat now" in after
    assert "No example does." in after
    elsewhere = await eve.send("/examples/move", form(page, STRAY) | {"back": "//evil.example", "to": "hello"})
    assert elsewhere.status_code == 409, "somebody moved it meanwhile"


async def test_into_another_file_and_out_of_all(office: Office, eve: Person) -> None:
    page = (await eve.open("/examples")).text
    await eve.send("/examples/move", form(page, STRAY) | {"other": " hello "})
    assert (office.intents / "other.yml").read_text().endswith(f"  examples:\n    - {STRAY}\n")
    page = (await eve.open("/examples")).text
    await eve.send("/examples/remove", form(page, STRAY))
    assert STRAY not in (await eve.open("/examples")).text
    assert (office.intents / "other.yml").read_text() == "hello:\n  description: Somebody says hello.\n"


@pytest.mark.parametrize(
    ("wrong", "status", "told"),
    [
        ({"other": "nowhere"}, 400, "There is no intent"),
        ({"other": "join"}, 400, "already"),
        ({"other": "hello", "text": "never written"}, 409, "Look again"),
        ({"other": "hello", "file": "../config.yml"}, 409, "There is no file"),
    ],
)
async def test_what_cannot_be_done_is_said(
    office: Office, eve: Person, wrong: dict[str, str], status: int, told: str
) -> None:
    page = (await eve.open("/examples")).text
    refused = await eve.send("/examples/move", form(page, STRAY) | wrong)
    assert refused.status_code == status
    assert told in unescape(refused.text)
    assert (office.intents / "clubs.yml").read_text() == CLUBS


async def test_long_lists_come_in_pages(eve: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(example_pages, "EXAMPLES_PER_PAGE", 3)
    first, last = (await eve.open("/examples")).text, (await eve.open("/examples", page=3)).text
    assert (len(listed(first)), len(listed(last))) == (3, 1)
    moved = await eve.send("/examples/move", form(last, listed(last)[0]) | {"other": "hello"})
    assert "page=3" in moved.headers["location"]


async def test_read_only_finds_and_moves_nothing(tmp_path: Path) -> None:
    (tmp_path / "intents").mkdir()
    (tmp_path / "intents" / "clubs.yml").write_text(CLUBS)
    office = Office(tmp_path, ConsoleSettings(read_only=True))
    async with office.visit() as eve:
        for path in ("/examples", "/map"):
            page = (await eve.open(path)).text
            assert "nearer to" in page
            assert "/examples/move" not in page
        await eve.open("/edit", intent="join")
        for path in ("/examples/move", "/examples/remove", "/examples/undo"):
            assert (await eve.send(path, {})).status_code == 403


async def test_html_in_an_example_is_text(office: Office, eve: Person) -> None:
    (office.intents / "other.yml").write_text("hello:\n  description: Hi.\n  examples: ['<script>x</script>\"']\n")
    page = (await eve.open("/examples", text="<script>")).text
    assert "<script>x" not in page
    assert listed(page) == ['<script>x</script>"']


def test_sentences_are_encoded_once(office: Office) -> None:
    encoder, catalog = WordEncoder(), office.loader().load()
    examples = Examples(lambda: encoder)
    examples.find(catalog)
    examples.place(catalog, examples.find(catalog, intent="join"))
    assert len(encoder.calls) == 1
    assert examples.place(catalog, ()) == []
