from __future__ import annotations

import gc
import logging
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long one example takes tells how busy the machine is.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


SLOW_MARKS = ("training", "browser")
SLOW_FOLDER = Path(__file__).parent / "scenarios"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of processes side by side, each takes the next file when it is done with one. The files that take long come
    first (they train, drive a browser or serve a bot), so that none of them is begun when the others are all over."""
    if hasattr(config, "workerinput"):
        slow = {item.path for item in items if any(map(item.get_closest_marker, SLOW_MARKS))}
        items.sort(key=lambda item: not (item.path in slow or SLOW_FOLDER in item.path.parents))


def pytest_collection_finish() -> None:
    """What was imported to collect the tests stays to the end: no test has to look for garbage in it."""
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, bool, bool]:
    """Commands say how much their process logs; here the next test is in the same one, and listens for itself."""
    loggers = [logging.getLogger(name) for name in ("", "bot", "training")]
    before = [(logger, logger.level, list(logger.handlers)) for logger in loggers]
    result = yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers
    return result


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of bundles, with the one that Ripen ships for, built once for the whole run."""
    from training.export.build import Recipe, build_bundle

    folder = tmp_path_factory.mktemp("models")
    build_bundle(Recipe(), folder)
    return folder
