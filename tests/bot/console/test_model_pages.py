"""Models: versions, use, undo, and a training at work. The map."""

from __future__ import annotations

import asyncio
import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from bot.console import landscape
from bot.console.landscape import BY_AXES, BY_NEIGHBOURS, Landscape, lay_out
from bot.console.training import find_runs
from bot.models.registry import activate, active_name
from tests.bot.console.conftest import Office, Person
from tests.builders import catalog, intent
from tests.standins.encoder import WordEncoder


def link(office: Office, models: Path) -> str:
    """The bundle that ships, twice, under other names; the name of the first."""
    [name] = [each.parent.name for each in models.glob("*/manifest.json")][:1]
    office.parts.models.mkdir()
    for copy in ("one", "two"):
        (office.parts.models / copy).mkdir()
        for file in (models / name).iterdir():
            if file.is_file():
                (office.parts.models / copy / file.name).symlink_to(file)
    activate(office.parts.models, "one")
    return name


async def test_versions_are_used_and_rolled_back(office: Office, eve: Person, models: Path) -> None:
    link(office, models)
    (office.parts.models / "broken").mkdir()
    (office.parts.models / "broken" / "manifest.json").write_text("{}")
    page = (await eve.open("/models")).text
    assert "serves" in page
    assert "broken" in page
    assert (await eve.send("/models/use", {"name": "two"})).status_code == 303
    assert active_name(office.parts.models) == "two"
    assert "is being learnt" in (await eve.open("/models")).text
    await eve.send("/models/undo", {})
    assert active_name(office.parts.models) == "one"
    for name in ("broken", "../one", "", "nope"):
        assert (await eve.send("/models/use", {"name": name})).status_code == 400
    assert active_name(office.parts.models) == "one"


def test_a_training_tells_how_far_it_is(tmp_path: Path) -> None:
    assert find_runs(tmp_path) == ()
    work = tmp_path / ".training" / "key"
    for fold in ("fold-1", "fold-2"):
        (work / "lora" / fold).mkdir(parents=True)
    (work / "start").mkdir()
    (work / "lora" / "fold-1" / "seconds.json").write_text("12.5")
    (work / "lora" / "fold-1" / "answers-1.json").write_text(json.dumps({}))
    (work / "lora" / "fold-2" / "seconds.json").write_text("rubbish")
    [run] = find_runs(tmp_path)
    [rung] = run.rungs
    assert [(part.name, part.seconds, part.judged) for part in rung.parts] == [
        ("fold-1", 12.5, True),
        ("fold-2", None, False),
    ]


@pytest.mark.parametrize(
    ("noted", "said"),
    [
        ({"what": "lora, fold 2 of 3", "done": 42, "total": 100, "left": 250}, "about 4 minutes left"),
        ({"what": "lora, fold 2 of 3", "done": 42, "total": 100, "left": 29}, "less than a minute left"),
        ({"what": "lora, fold 2 of 3", "done": 42, "total": 100, "left": 7300}, "about 2 hours left"),
        ({"what": "lora, fold 2 of 3", "done": 42, "total": 100, "left": None}, ""),
    ],
)
async def test_a_training_at_work_tells_how_much_is_left(
    office: Office, eve: Person, noted: dict[str, object], said: str
) -> None:
    work = office.parts.models / ".training" / "key"
    work.mkdir(parents=True)
    (work / "progress.json").write_text(json.dumps(noted))
    page = (await eve.open("/models")).text
    assert "is at work" in page
    assert 'value="0.42"' in page
    assert "42%</strong> · lora, fold 2 of 3" in page
    assert said in page
    assert (" left</p>" in page) == bool(said)
    hour_ago = datetime.now(UTC).timestamp() - 3600
    for path in (work / "progress.json", work):
        os.utime(path, (hour_ago, hour_ago))
    stopped = (await eve.open("/models")).text
    assert "was stopped" in stopped
    assert "42%" in stopped
    assert " left</p>" not in stopped


@pytest.mark.parametrize("noted", ["", "[]", "{}", '{"what": 1, "done": "x", "total": 0, "left": []}', "\0"])
def test_a_note_that_cannot_be_read_is_left_out(tmp_path: Path, noted: str) -> None:
    work = tmp_path / ".training" / "key"
    work.mkdir(parents=True)
    (work / "progress.json").write_text(noted)
    [run] = find_runs(tmp_path)
    assert run.progress is None


async def test_the_page_is_shown_anew_when_a_training_has_begun_or_ended(office: Office, eve: Person) -> None:
    work = office.parts.models / ".training" / "key"
    work.mkdir(parents=True)
    assert 'hx-get="/console/models/runs?shown=1"' in (await eve.open("/models")).text
    assert "HX-Refresh" not in (await eve.open("/models/runs", shown="1")).headers
    work.rmdir()
    assert (await eve.open("/models/runs", shown="1")).headers["HX-Refresh"] == "true"


APPLES = [f"apple pie number {number}" for number in range(40)]
BOATS = [f"boat trip number {number}" for number in range(40)]


def test_a_stray_stands_out() -> None:
    known = catalog(intent("apple", examples=[*APPLES, "boat trip number seven"]), intent("boat", examples=BOATS))
    laid = lay_out(known, WordEncoder())
    assert [(spot.text, spot.other) for spot in laid.outliers] == [("boat trip number seven", "boat")]
    assert len(laid.spots) == 81
    assert all(0 <= spot.x <= 1 and 0 <= spot.y <= 1 for spot in laid.spots)


def test_few_examples_or_none_are_laid_out_too() -> None:
    assert lay_out(catalog(intent("a")), WordEncoder()).spots == ()
    for some in (["one"], ["one", "two"], ["same", "same"]):
        assert all(
            np.isfinite([spot.x, spot.y]).all()
            for spot in lay_out(catalog(intent("a", examples=some)), WordEncoder()).spots
        )


async def test_the_map_is_there_at_once_and_gets_better() -> None:
    known = catalog(intent("apple", examples=APPLES), intent("boat", examples=BOATS))
    encoder = WordEncoder()
    looking = Landscape(lambda: encoder)
    first = await looking.look(known)
    assert not first.final
    laid = first
    for _ in range(3000):
        if (laid := await looking.look(known)).final:
            break
        await asyncio.sleep(0.02)
    assert laid.way == BY_NEIGHBOURS
    ours = np.array([[spot.x, spot.y] for spot in laid.spots])
    owner = np.array([spot.intent == "apple" for spot in laid.spots])
    nearest = [np.linalg.norm(ours - row, axis=1) for row in ours]
    same = [owner[np.argsort(row)[1]] == owner[index] for index, row in enumerate(nearest)]
    assert np.mean(same) > 0.9


async def test_of_very_many_examples_the_strays_come_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landscape, "MOST_BY_NEIGHBOURS", 50)
    monkeypatch.setattr(landscape, "ROWS_AT_ONCE", 7)
    known = catalog(intent("apple", examples=[*APPLES, "boat trip number seven"]), intent("boat", examples=BOATS))
    at_once, later = lay_out(known, WordEncoder()), lay_out(known, WordEncoder(), thorough=True)
    assert (at_once.searched, at_once.final, at_once.outliers) == (False, False, ())
    assert (later.searched, later.final, later.way) == (True, True, BY_AXES)
    assert [(spot.text, spot.other) for spot in later.outliers] == [("boat trip number seven", "boat")]


def test_of_very_many_examples_some_of_each_intent_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    known = catalog(intent("apple", examples=[*APPLES, "boat trip number seven"]), intent("boat", examples=BOATS))
    laid = lay_out(known, WordEncoder())
    assert laid.drawn("") == tuple(enumerate(laid.spots))
    monkeypatch.setattr(landscape, "MOST_DRAWN", 20)
    some, chosen = ([spot for _, spot in laid.drawn(name)] for name in ("", "boat"))
    assert 17 <= len(some) <= 22
    assert {spot.intent for spot in some} == {"apple", "boat"}
    assert [spot.text for spot in some if spot.other] == ["boat trip number seven"]
    assert [spot.text for spot in chosen if spot.intent == "boat"] == BOATS


async def test_the_page_says_that_not_all_are_drawn(eve: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "data-submits" not in (await eve.open("/map")).text
    monkeypatch.setattr(landscape, "MOST_DRAWN", 2)
    page = (await eve.open("/map")).text
    assert "2 examples are drawn" in page
    assert "data-submits" in page
    assert page.count('<circle id="s') == 2


async def test_the_map_shows_every_example(eve: Person) -> None:
    page = (await eve.open("/map", intent="refund")).text
    assert page.count('<circle id="s') == 3
    assert "<option selected>refund" in page
    assert "give me my money back" not in page, "of thousands few are read: they are asked for one by one"


async def test_what_stands_at_a_place_of_the_map(eve: Person) -> None:
    page = (await eve.open("/map")).text
    group = page[page.index('data-intent="refund"') :]
    number = re.findall(r'<circle id="s(\d+)"', group)[0]
    told = (await eve.open("/map/spot", number=number, intent="refund")).text
    assert "give me my money back" in told
    assert "orders.yml:" in told
    for wrong in (
        {"intent": "order_status"},
        {"number": "99"},
        {"number": "-1"},
        {"number": "²"},
        {"number": "1" * 99},
    ):
        told = (await eve.open("/map/spot", **{"number": number, "intent": "refund", **wrong})).text
        assert "draw it again" in told
