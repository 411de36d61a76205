"""Where the marks of the pictures go; the templates draw them as SVG. Plain arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.console.traffic import Figures

WIDTH, HEIGHT = 640.0, 120.0
DAYS_HEIGHT = 180.0
KINDS = ("act", "clarify", "out_of_scope", "hand_off", "silent")


@dataclass(frozen=True, slots=True)
class Dot:
    """A message in the picture of a mood; `number` counts from 1."""

    x: float
    y: float
    valence: float
    number: int


@dataclass(frozen=True, slots=True)
class Mood:
    """A line from message to message, from 1 (above) to -1 (below)."""

    width: float
    height: float
    dots: tuple[Dot, ...]

    @property
    def points(self) -> str:
        """For a polyline."""
        return " ".join(f"{dot.x:.1f},{dot.y:.1f}" for dot in self.dots)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a day's bar."""

    kind: str
    y: float
    height: float
    value: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A day."""

    x: float
    width: float
    day: date
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """Bars of messages; `most` is what the highest could hold."""

    width: float
    height: float
    bars: tuple[Bar, ...]
    most: int


def draw_mood(valences: Sequence[float | None]) -> Mood:
    """How a person felt from message to message; those without a feeling have no mark."""
    step = WIDTH / max(len(valences), 1)
    dots = tuple(
        Dot((index + 0.5) * step, 8 + (1 - value) / 2 * (HEIGHT - 16), value, index + 1)
        for index, value in enumerate(valences)
        if value is not None
    )
    return Mood(WIDTH, HEIGHT, dots)


def draw_days(rows: Mapping[date, Figures]) -> Days:
    """What came of each day's messages, one upon the other."""
    most = max([1, *(each.messages for each in rows.values())])
    step = WIDTH / max(len(rows), 1)
    bars = []
    for index, (day, figures) in enumerate(rows.items()):
        pieces, y = [], DAYS_HEIGHT
        for kind in KINDS:
            value = int(getattr(figures, kind))
            height = value / most * DAYS_HEIGHT
            y -= height
            if value:
                pieces.append(Piece(kind, y, height, value))
        bars.append(Bar(index * step + step * 0.12, step * 0.76, day, tuple(pieces)))
    return Days(WIDTH, DAYS_HEIGHT, tuple(bars), most)
