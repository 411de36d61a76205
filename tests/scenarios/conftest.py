from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sample(tmp_path: Path, models: Path) -> Path:
    """A copy of the sample bot, with a model bundle."""
    folder = tmp_path / "bot"
    folder.mkdir()
    for name in ("intents", "actions"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.db*"))
    shutil.copy(ROOT / "config.yml", folder)
    (folder / "models").symlink_to(models)
    return folder


@pytest.fixture
def configure() -> Callable[[Path, str], None]:
    """Add lines to a bot's config.yml."""

    def add(folder: Path, lines: str) -> None:
        config = folder / "config.yml"
        config.write_text(config.read_text(encoding="utf-8") + "\n" + lines, encoding="utf-8")

    return add
