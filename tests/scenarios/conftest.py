from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.scenarios.served import Served, serve

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sample(tmp_path: Path, models: Path) -> Path:
    """A copy of the sample bot, with a model bundle."""
    return copy_sample(tmp_path / "bot", models)


def copy_sample(folder: Path, models: Path) -> Path:
    """The sample bot as it ships, in a new `folder`."""
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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sample_bot(tmp_path_factory: pytest.TempPathFactory, models: Path) -> AsyncIterator[Served]:
    """The sample bot, served once for a whole file of tests that do not change it."""
    async with serve(copy_sample(tmp_path_factory.mktemp("sample") / "bot", models)) as bot:
        yield bot
