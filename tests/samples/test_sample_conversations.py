"""The sample bot, and one as `ripen init` makes it, go as their own conversation tests say, with the real model."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.starter import copy_starter
from training.testing.run import Asked, run

ROOT = Path(__file__).parents[2]


def play_all(folder: Path) -> tuple[int, list[str]]:
    """How many conversations a bot's tests hold, and what failed, in words."""
    config = folder / "config.yml"
    conversations = folder / "tests" / "conversations"
    steps = run(Asked(config, None, False, conversations, 5, None, folder / "none.json", folder / "none.json"))
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            played = finished.value.conversations
            return len(played), [f"{one.file}:{one.failure.line}: {one.failure}" for one in played if one.failure]


def test_the_sample_goes_as_written(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("intents", "actions", "tests/conversations"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "config.yml", tmp_path)
    (tmp_path / "models").symlink_to(models)
    monkeypatch.setenv("SHOP_DB", str(tmp_path / "shop.db"))
    count, failed = play_all(tmp_path)
    assert failed == []
    assert count >= 10
    assert not (tmp_path / "shop.db").exists(), "a conversation test worked on the shop that serves"


def test_a_new_bot_goes_as_written(tmp_path: Path, models: Path) -> None:
    copy_starter(tmp_path / "bot")
    (tmp_path / "bot" / "models").symlink_to(models)
    count, failed = play_all(tmp_path / "bot")
    assert failed == []
    assert count >= 3
