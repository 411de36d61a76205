"""How far a running `ripen train` is, by what it leaves in the folder of bundles while it works."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

WORK = ".training"
"""The folder of training/ladder/work.py, gone when a training ends well."""

PROGRESS = "progress.json"
"""What training/progress.py leaves in a run's folder."""


@dataclass(frozen=True, slots=True)
class Part:
    """One fold of a rung, or the whole; `seconds` is what learning took, None while it goes on."""

    name: str
    seconds: float | None
    judged: bool


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of the ladder and its parts so far."""

    name: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training is: `share` of it is over, in [0, 1]; `left` is in seconds, None where nothing tells."""

    what: str
    share: float
    left: float | None


@dataclass(frozen=True, slots=True)
class Run:
    """A training that is at work, or was stopped; `touched` is when it last wrote."""

    key: str
    rungs: tuple[Rung, ...]
    touched: datetime
    progress: Progress | None = None


def find_runs(models: Path) -> tuple[Run, ...]:
    """Every training that has not ended. Never raises for what lies there."""
    try:
        return tuple(_read(folder) for folder in sorted((models / WORK).iterdir()) if folder.is_dir())
    except OSError:
        return ()


def _read(folder: Path) -> Run:
    rungs = [
        Rung(rung.name, parts)
        for rung in sorted(each for each in folder.iterdir() if each.is_dir())
        if (parts := tuple(_parts(rung)))
    ]
    touched = max(_touched(path) for path in (folder, *folder.rglob("*")))
    return Run(folder.name, tuple(rungs), datetime.fromtimestamp(touched, UTC), _progress(folder / PROGRESS))


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # a draft, which has its name by now
        return 0.0


def _progress(file: Path) -> Progress | None:
    try:
        told = json.loads(file.read_text("utf-8"))
        what, done, total, left = (told[name] for name in ("what", "done", "total", "left"))
        share = min(max(float(done) / float(total), 0.0), 1.0)
        return Progress(str(what), share, None if left is None else max(float(left), 0.0))
    except (OSError, ValueError, TypeError, LookupError, ArithmeticError):
        return None


def _parts(rung: Path) -> Iterator[Part]:
    for folder in sorted(each for each in rung.iterdir() if each.is_dir()):
        if folder.name == "all" or folder.name.startswith("fold-"):
            judged = any(folder.glob("answers-*.json"))
            yield Part(folder.name, _seconds(folder / "seconds.json"), judged)


def _seconds(file: Path) -> float | None:
    try:
        value = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return float(value) if isinstance(value, int | float) else None
