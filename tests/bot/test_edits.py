from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import edits as module
from bot.catalog.catalog import Catalog, Source
from bot.detectors.abandonment import go_on
from bot.detectors.base import Detector
from bot.edits import Edits, describe_change, learn_first
from bot.errors import CatalogError, Problem
from bot.live import LiveSnapshot, Snapshot
from bot.messages import Detection
from tests.builders import catalog, detection, intent

ONE = catalog(intent("greet", "Hello."))
TWO = catalog(intent("greet", "Hello."), intent("bye", "Bye."))
MOVED = catalog(replace(intent("greet", "Hello."), source=Source(Path("intents/moved.yml"), 7)))
THREE = catalog(intent("bye", "Bye, bye."))


class Knows(Detector):
    """A detector of one step of learning."""

    def __init__(self, catalog: Catalog, step: int) -> None:
        self.intents = list(catalog.intents)
        self.step = step

    def detect(self, text: str) -> Detection:
        return detection()


def learn_in_two_steps(of: Catalog) -> Iterator[Detector]:
    yield Knows(of, 1)
    yield Knows(of, 2)


def edits_of(*readings: Catalog | Exception, live: LiveSnapshot) -> Edits:
    waiting = list(readings)

    def read() -> Catalog:
        reading = waiting.pop(0)
        if isinstance(reading, Exception):
            raise reading
        return reading

    return Edits(read, learn_in_two_steps, live)


async def changes(times: int, after: Callable[[], None] = lambda: None) -> AsyncIterator[object]:
    for _ in range(times):
        yield object()
        after()
        await asyncio.sleep(0.2)


async def forever() -> AsyncIterator[object]:
    """One change, and then none."""
    yield object()
    await asyncio.Event().wait()


def start() -> LiveSnapshot:
    return LiveSnapshot(Snapshot(ONE, Knows(ONE, 2)))


async def test_an_edit_goes_live_at_once_and_then_gets_better(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    live = start()
    go_on = threading.Event()

    def learn_when_told(of: Catalog) -> Iterator[Detector]:
        yield Knows(of, 1)
        go_on.wait(5)
        yield Knows(of, 2)

    edits = Edits(lambda: TWO, learn_when_told, live)
    steps = []

    def look() -> None:
        steps.append(live.current.detector.step)  # type: ignore[attr-defined]  # Knows
        go_on.set()

    await edits.follow(changes(1, look))
    steps.append(live.current.detector.step)  # type: ignore[attr-defined]  # Knows
    assert steps == [1, 2]
    assert live.current.catalog is TWO
    assert "added bye" in caplog.text


async def test_a_broken_edit_is_reported_and_the_last_good_catalog_stays(caplog: pytest.LogCaptureFixture) -> None:
    live = start()
    problem = Problem("error", Path("intents/x.yml"), 3, "Unknown key exmples.", "Did you mean examples?")
    await edits_of(CatalogError((problem,)), live=live).follow(changes(1))
    assert live.current.catalog is ONE
    assert live.error is not None
    assert "intents/x.yml:3" in live.error
    assert "Did you mean examples?" in caplog.text
    assert "last good" in caplog.text


async def test_learning_on_does_not_hide_that_the_newest_edit_is_broken() -> None:
    live = start()
    broken = CatalogError((Problem("error", Path("x.yml"), 1, "Broken.", ""),))
    edits = edits_of(broken, live=live)
    live.keep(str(broken))
    await edits.ripen(learn_in_two_steps(ONE))
    assert live.current.detector.step == 2  # type: ignore[attr-defined]  # Knows
    assert live.error is not None


async def test_mending_the_edit_clears_the_error_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    live = start()
    broken = CatalogError((Problem("error", Path("x.yml"), 1, "Broken.", ""),))
    await edits_of(broken, ONE, live=live).follow(changes(2))
    assert live.error is None
    assert live.current.catalog is ONE
    assert "in order again" in caplog.text


async def test_a_newer_edit_abandons_the_learning_of_an_older_one() -> None:
    live = start()
    await edits_of(TWO, THREE, live=live).follow(changes(2))
    assert live.current.catalog is THREE


async def test_learning_that_nobody_waits_for_ends_at_its_next_piece() -> None:
    live, began, pieces = start(), threading.Event(), []

    def learn_for_minutes(of: Catalog) -> Iterator[Detector]:
        yield Knows(of, 1)
        for piece in range(6000):
            go_on()
            pieces.append(piece)
            began.set()
            time.sleep(0.01)
        yield Knows(of, 2)

    edits = Edits(lambda: TWO, learn_for_minutes, live)
    following = asyncio.create_task(edits.follow(forever()))
    assert await asyncio.to_thread(began.wait, 30)
    following.cancel()
    await asyncio.wait([following], timeout=30)
    await asyncio.to_thread(edits._thread.shutdown)  # as the interpreter does when it ends
    assert 0 < len(pieces) < 6000
    assert live.current.catalog is TWO


async def test_learning_that_takes_long_says_so(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def learn_slowly(of: Catalog) -> Iterator[Detector]:
        while "learning 2 intents" not in caplog.text:
            time.sleep(0.01)
        yield Knows(of, 1)

    caplog.set_level(logging.INFO)
    monkeypatch.setattr(module, "SLOW_SECONDS", 0.01)
    assert isinstance(await asyncio.wait_for(learn_first(TWO, learn_slowly(TWO)), 30), Knows)


async def test_learning_that_takes_no_time_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await learn_first(TWO, learn_in_two_steps(TWO))
    assert "takes a while" not in caplog.text


async def test_a_learner_that_breaks_leaves_the_bot_with_the_last_good_snapshot(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(of: Catalog) -> Iterator[Detector]:
        if "bye" in of.intents:
            raise ValueError("singular matrix")
        yield Knows(of, 1)

    live = start()
    readings = [TWO, catalog(intent("greet", "Hi."))]
    await Edits(lambda: readings.pop(0), fail, live).follow(changes(2))
    assert list(live.current.catalog.intents) == ["greet"]
    assert live.current.catalog is not ONE
    assert "learning failed" in caplog.text


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (ONE, TWO, "added bye"),
        (TWO, ONE, "removed bye"),
        (TWO, THREE, "changed bye; removed greet"),
        (
            ONE,
            catalog(*(intent(f"i{i}", "One.") for i in range(9))),
            "added i0, i1, i2, i3, i4 and 4 more; removed greet",
        ),
        (MOVED, TWO, "intents: added bye;"),
        (ONE, MOVED, "the same in other places"),
        (ONE, catalog(intent("greet", "Hello."), utter_hours="At nine."), "responses:"),
    ],
)
def test_says_what_an_edit_did(before: Catalog, after: Catalog, told: str) -> None:
    assert told in describe_change(before, after)


async def test_another_model_is_swapped_in_when_it_has_learnt_everything() -> None:
    live = start()
    edits = edits_of(TWO, live=live)
    assert await edits.relearn(learn_in_two_steps, "another")
    assert live.current.catalog is ONE
    assert live.current.detector.step == 2  # type: ignore[attr-defined]  # Knows
    assert edits.learn is learn_in_two_steps


async def test_a_model_that_cannot_learn_leaves_the_old_one() -> None:
    def fail(of: Catalog) -> Iterator[Detector]:
        if of is ONE:
            raise ValueError("no")
        yield Knows(of, 1)

    live = start()
    before, edits = live.current, edits_of(TWO, live=live)
    assert not await edits.relearn(fail, "broken")
    assert live.current is before
    assert edits.learn is learn_in_two_steps
