"""The folder that a training works in: what took long lies there until the end, so that a stop costs little."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from safetensors import SafetensorError

from training.rungs.base import TrainingError

WORK = ".training"
PROGRESS = "progress.json"
"""In a run's folder: how far it is, as progress.py leaves it. The console reads it (bot/console/training.py)."""


@contextmanager
def open_work(models: Path, key: str, resume: bool) -> Iterator[Path]:
    """A folder for the run `key`, gone once it has ended well; with `resume` the one that it left when it was stopped.

    Raises TrainingError: nothing to go on with, another training at work, or a disk that cannot be written.
    """
    work = models / WORK / key
    with _told_what_to_do(models), _alone(models):
        _make(work, resume)
        yield work
        shutil.rmtree(work.parent, ignore_errors=True)


def _make(work: Path, resume: bool) -> None:
    if resume and not work.is_dir():
        raise TrainingError(
            "there is no stopped training to go on with: none was stopped, or intents, config.yml or options have "
            "changed since. Run it without --resume."
        )
    if not resume:
        shutil.rmtree(work.parent, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)


@contextmanager
def _alone(models: Path) -> Iterator[None]:
    """A second training would clear away what the first has finished."""
    try:
        with FileLock(models / f"{WORK}.lock", timeout=0):
            yield
    except Timeout:
        raise TrainingError(f"another training is at work on {models}; let it end, or stop it first.") from None


@contextmanager
def _told_what_to_do(models: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, SafetensorError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise TrainingError(
            f"the training cannot write to {models}: {said}. What is finished is kept: make room, then run it again "
            "with --resume."
        ) from error
