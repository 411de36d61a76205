from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from watchfiles import awatch
from watchfiles.main import FileChange

from bot.catalog.watcher import watch_catalog


class Watch:
    """Collects what the watcher tells, with its time."""

    def __init__(self, folder: Path, polling: bool) -> None:
        self.told: asyncio.Queue[set[str]] = asyncio.Queue()
        self._changes = watch_catalog(folder, force_polling=polling)

    async def follow(self) -> None:
        async with aclosing(self._changes) as changes:
            async for files in changes:
                self.told.put_nowait({file.name for file in files})

    async def next(self) -> set[str]:
        return await asyncio.wait_for(self.told.get(), 10)

    async def silence(self) -> bool:
        await asyncio.sleep(1)
        return self.told.empty()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "intents"
    folder.mkdir()
    (folder / "a.yml").write_text("a")
    return folder


@pytest.fixture(params=[False, True], ids=["notified", "polling"])
async def watch(folder: Path, request: pytest.FixtureRequest) -> AsyncIterator[Watch]:
    watch = Watch(folder, request.param)
    task = asyncio.create_task(watch.follow())
    yield watch
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_link_to_a_folder_is_told_since_it_would_stop_the_next_start(folder: Path, watch: Watch) -> None:
    (folder.parent / "elsewhere").mkdir()
    (folder / "more").symlink_to(folder.parent / "elsewhere")
    assert await watch.next() == {"more"}
    (folder / "more").unlink()
    assert await watch.next() == {"more"}


async def test_added_changed_and_removed_files_are_told(folder: Path, watch: Watch) -> None:
    (folder / "b.yml").write_text("b")
    assert await watch.next() == {"b.yml"}
    (folder / "a.yml").write_text("changed")
    assert await watch.next() == {"a.yml"}
    (folder / "sub").mkdir()
    (folder / "sub" / "c.yaml").write_text("c")
    assert await watch.next() == {"c.yaml"}
    (folder / "b.yml").unlink()
    assert await watch.next() == {"b.yml"}


async def test_an_edit_before_the_first_step_is_not_missed(folder: Path) -> None:
    changes = watch_catalog(folder)
    (folder / "a.yml").write_text("changed")
    async with aclosing(changes):
        assert await asyncio.wait_for(anext(changes), 10) == {folder / "a.yml"}


async def test_a_save_in_many_steps_is_told_once_it_rests(folder: Path, watch: Watch) -> None:
    await asyncio.sleep(0.3)
    for step in range(20):
        (folder / "a.yml").write_text("x" * step)
        await asyncio.sleep(0.03)
    assert await watch.next() == {"a.yml"}
    await watch.silence()
    assert watch.told.qsize() <= 2  # none, but for pauses that a busy machine makes


async def test_a_save_by_rename_is_one_change(folder: Path, watch: Watch) -> None:
    await asyncio.sleep(0.3)
    (folder / "a.yml").rename(folder / "a.yml~")
    (folder / ".a.yml.tmp").write_text("changed")
    (folder / ".a.yml.tmp").rename(folder / "a.yml")
    assert await watch.next() == {"a.yml"}
    assert await watch.silence()


async def test_what_is_no_intent_file_is_not_told(folder: Path, watch: Watch) -> None:
    for name in (".a.yml.swp", "a.yml~", "notes.txt", "#a.yml#"):
        (folder / name).write_text("x")
    assert await watch.silence()


async def test_a_folder_that_is_removed_and_made_again_is_followed(folder: Path, watch: Watch) -> None:
    await asyncio.sleep(0.3)
    shutil.rmtree(folder)
    assert await watch.next() == {"a.yml"}
    await asyncio.sleep(0.5)
    folder.mkdir()
    (folder / "b.yml").write_text("b")
    assert await watch.next() == {"b.yml"}
    (folder / "b.yml").write_text("changed")
    assert await watch.next() == {"b.yml"}


async def test_a_link_that_is_swapped_is_followed(folder: Path, watch: Watch) -> None:
    """How Kubernetes updates a mounted ConfigMap."""
    for version in ("..1", "..2"):
        (folder / version).mkdir()
        (folder / version / "map.yml").write_text(version)
    (folder / "..data").symlink_to("..1")
    (folder / "map.yml").symlink_to("..data/map.yml")
    assert await watch.next() == {"map.yml"}
    (folder / "..new").symlink_to("..2")
    (folder / "..new").replace(folder / "..data")
    assert await watch.next() == {"map.yml"}


async def test_an_edit_is_told_well_within_a_second(folder: Path, watch: Watch) -> None:
    waits = []
    for text in ("changed", "changed again", "and again"):
        await asyncio.sleep(0.3)
        start = time.perf_counter()
        (folder / "a.yml").write_text(text)
        await watch.next()
        waits.append(time.perf_counter() - start)
    assert min(waits) < 0.9


async def test_where_nothing_notifies_the_files_are_polled(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*paths: Path, force_polling: bool | None, **options: Any) -> AsyncGenerator[set[FileChange], None]:
        if not force_polling:
            raise OSError(24, "OS file watch limit reached")
        return awatch(*paths, force_polling=True, **options)

    monkeypatch.setattr("bot.catalog.watcher.awatch", refuse)
    changes = watch_catalog(folder, force_polling=False)
    (folder / "a.yml").write_text("changed")
    async with aclosing(changes):
        assert await asyncio.wait_for(anext(changes), 10) == {folder / "a.yml"}
        (folder / "a.yml").write_text("again and again")
        assert await asyncio.wait_for(anext(changes), 10) == {folder / "a.yml"}
    assert "by polling" in caplog.text
