"""The seam of this room: a task in, progress on the way, an encoder's body out."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from bot.errors import RipenError
from training.export.weights import Base


class TrainingError(RipenError):
    """Training cannot start or go on: why, and what to do."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """An intent as it teaches a body: `card`, the texts that say what it means, and its examples, all different."""

    intent: str
    card: tuple[str, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """What a rung is to train. `folder` is its own: what it writes there is found again after a stop.

    `epochs` None takes the rung's own number. Equal tasks give equal bodies on one machine.
    """

    base: Base
    lessons: tuple[Lesson, ...]
    seed: int
    epochs: int | None
    folder: Path


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` steps of `total`."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Body:
    """Weights that training/export makes an encoder of; with an adapter, at any scale."""

    base: Base
    adapter: Path | None = None


Training = Generator[Progress, None, Body]


class Rung(Protocol):
    """A way to make a body. `scales` are the shares of the change worth judging, (1.0,) when there is no choice."""

    @property
    def name(self) -> str:
        """As the command line and the report call it."""

    @property
    def scales(self) -> tuple[float, ...]:
        """Adapter scales, the best of which is chosen on held-out examples."""

    @property
    def epochs(self) -> int:
        """When the task names no number; 0 where nothing is trained."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The packages of the training extra that it imports."""

    def train(self, task: Task) -> Training:
        """Yield progress, return the body. May be closed at any yield; the same task then goes on where it was.

        Raises TrainingError: what went wrong.
        """


def check_installed(rungs: Iterable[Rung]) -> None:
    """Raises TrainingError when a rung cannot run here, before anything has taken its time."""
    for rung in rungs:
        missing = [package for package in rung.needs if find_spec(package) is None]
        if missing:
            raise TrainingError(
                f"the rung {rung.name} needs the training extra ({', '.join(missing)} not installed): "
                "pip install 'ripen-bot[train]'"
            )
