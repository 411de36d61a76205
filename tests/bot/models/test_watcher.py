from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.errors import BundleMissing
from bot.models import watcher
from bot.models.watcher import watch_active


class Named:
    """Stands for a bundle; opening one is tested elsewhere."""

    def __init__(self, name: str) -> None:
        self.name = name


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def open_named(folder: Path) -> Named:
        name = (folder / "active").read_text(encoding="utf-8").strip()
        if name == "broken":
            raise BundleMissing("broken cannot be opened")
        return Named(name)

    monkeypatch.setattr(watcher, "active", open_named)
    (tmp_path / "active").write_text("first\n", encoding="utf-8")
    return tmp_path


async def test_tells_each_new_bundle_once(folder: Path) -> None:
    changes = watch_active(folder, "first", seconds=0.01)
    (folder / "active").write_text("second\n", encoding="utf-8")
    assert (await anext(changes)).name == "second"
    waiting = asyncio.ensure_future(anext(changes))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    (folder / "active").write_text("first\n", encoding="utf-8")
    assert (await waiting).name == "first"


async def test_a_bundle_that_cannot_be_used_is_one_line_and_the_next_is_told(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    changes = watch_active(folder, "first", seconds=0.01)
    waiting = asyncio.ensure_future(anext(changes))
    (folder / "active").write_text("broken\n", encoding="utf-8")
    await asyncio.sleep(0.1)
    (folder / "active").unlink()
    await asyncio.sleep(0.05)
    (folder / "active").write_text("third\n", encoding="utf-8")
    assert (await waiting).name == "third"
    assert caplog.text.count("broken cannot be opened") == 1
