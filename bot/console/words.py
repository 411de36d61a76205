"""How pages say figures, moods and moments: the filters of the templates."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from bot.review.signals import IN_WORDS

FORGIVING = 0.2
"""A valence nearer to 0 than this is no feeling."""

KINDS = {
    "act": "acted",
    "clarify": "asked back",
    "out_of_scope": "not understood",
    "hand_off": "handed off",
    None: "silent",
}


def share(value: float | None) -> str:
    """A number in [0, 1] as a percentage."""
    return "–" if value is None else f"{value:.0%}"


def part_of(value: int, whole: int) -> str:
    """How much of it, as a percentage."""
    return "–" if not whole else f"{value / whole:.0%}"


def signed(value: float | None) -> str:
    """A valence with its sign."""
    # Added to nothing, what rounds to -0.0 is 0.0.
    return "–" if value is None else f"{round(value, 2) + 0.0:+.2f}".replace("-", "−")


def mood(value: float | None) -> str:
    """The style of a valence."""
    if value is None or abs(value) < FORGIVING:
        return "calm"
    return "bad" if value < 0 else "good"


def milliseconds(value: float | None) -> str:
    """A duration."""
    if value is None:
        return "–"
    return f"{value / 1000:.1f} s" if value >= 1000 else f"{value:.1f} ms" if value < 10 else f"{value:.0f} ms"


def time_left(seconds: float) -> str:
    """Roughly: nobody counts the seconds of a training."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute left"
    if minutes < 90:
        return f"about {plural(minutes, 'minute')} left"
    return f"about {plural(round(seconds / 3600), 'hour')} left"


def moment(value: datetime) -> str:
    """A point in time, in UTC."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def plural(number: int, noun: str, several: str = "") -> str:
    """1 message, 2 messages."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {several or noun + 's'}"


def kind(value: str | None) -> str:
    """A decision in words."""
    return KINDS.get(value, str(value))


FILTERS: Mapping[str, Callable[..., Any]] = {
    "share": share,
    "part_of": part_of,
    "signed": signed,
    "mood": mood,
    "milliseconds": milliseconds,
    "moment": moment,
    "time_left": time_left,
    "plural": plural,
    "kind": kind,
    "reason": lambda value: IN_WORDS.get(value, value),
    "written": lambda value: json.dumps(value, ensure_ascii=False, default=str),
    "query": lambda value: quote(str(value), safe=""),
}
