from __future__ import annotations

from pathlib import Path

import pytest

from bot.assemble import make_learn, make_reader
from bot.catalog.catalog import Catalog
from bot.config import load_settings
from bot.detectors.detector import LearnedDetector
from bot.models.registry import active

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def learnt(models: Path) -> tuple[Catalog, list[LearnedDetector]]:
    """The sample bot as `ripen serve` has it: its catalog, and the detectors that serve, each better than the last."""
    settings = load_settings(ROOT / "config.yml")
    settings = settings.model_copy(update={"model": settings.model.model_copy(update={"bundle": models})})
    catalog = make_reader(settings, None)()
    return catalog, list(make_learn(settings, active(models))(catalog))
