"""One YAML file as plain values that remember their lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import Problem

Location = tuple[str | int, ...]
"""Keys and indexes from the top of a file down to a value."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds: `value` is None where the file is empty or unreadable; `problems` says which."""

    file: Path
    value: Any
    lines: Mapping[Location, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def line(self, location: Sequence[str | int]) -> int:
        """The line, from 1, of the key or item at `location`, or of the nearest thing around it; 0 if none."""
        for length in range(len(location), 0, -1):
            line = self.lines.get(tuple(location[:length]))
            if line is not None:
                return line
        return 0
