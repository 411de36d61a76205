"""A folder of intent files, and what `ripen check` finds in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.checks.check import CheckReport, Subject, check_bot
from bot.config import Settings
from bot.config.check import CheckSettings
from bot.detectors.base import Embeddings, Encoder
from tests.standins.encoder import MeaningEncoder


class Directions(MeaningEncoder):
    """An encoder that knows the angle, in degrees, of each text it is told; all others stand at right angles."""

    fingerprint = "directions"
    dimensions = 256

    def __init__(self, angles: dict[str, float]) -> None:
        self._angles = angles

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Shape (len(texts), dimensions)."""
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for index, text in enumerate(texts):
            if text in self._angles:
                rows[index, :2] = np.cos(np.radians(self._angles[text])), np.sin(np.radians(self._angles[text]))
            else:
                rows[index, 2 + index] = 1
        return rows


def report_on(
    folder: Path, text: str, encoder: Encoder | None = None, check: CheckSettings | None = None, **more: Any
) -> CheckReport:
    """Check a bot whose only intent file, a.yml in `folder`, holds `text`."""
    intents = folder / "intents"
    intents.mkdir(exist_ok=True)
    (intents / "a.yml").write_text(text, encoding="utf-8")
    config = folder / "config.yml"
    config.touch()
    settings = Settings(intents=intents, check=check or CheckSettings(), **more)
    return check_bot(Subject(settings, config, None, encoder))


def found(folder: Path, text: str, encoder: Encoder | None = None, **more: Any) -> list[tuple[int, str]]:
    """Line and rule of each finding; each has a remedy."""
    problems = report_on(folder, text, encoder, **more).problems
    assert all(problem.remedy for problem in problems)
    return [(problem.line, problem.rule) for problem in problems]
