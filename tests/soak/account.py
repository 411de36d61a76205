"""The account of a soak: what was to be heard by whom, and what is wrong with what was heard. Pure."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

SHOWN = 5
"""Faults of one kind that are told of each place."""

FAULTS = ("lost", "doubled", "foreign", "disordered", "other")


@dataclass
class Account:
    """`expected` holds by listener what they are to hear, and how often; every word belongs to one listener."""

    expected: dict[str, Counter[str]] = field(default_factory=dict)
    heard: int = 0
    faults: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in FAULTS})

    def expect(self, listener: str, text: str, times: int = 1) -> None:
        """The listener is to hear it, so many times more."""
        self.expected.setdefault(listener, Counter())[text] += times

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not any(self.faults.values())

    def blame(self, what: str) -> None:
        """Something else is wrong."""
        self.faults["other"].append(what)

    def check(self, listener: str, place: str, texts: Sequence[str]) -> None:
        """Compare what is shown to a listener at a place, as in one of their tabs, with what they were to hear."""
        due, shown = self.expected.get(listener, Counter()), Counter(texts)
        self.heard += len(texts)
        for text in (due - shown).elements():
            self.faults["lost"].append(f"{place}: {text}")
        for text in (shown - due).elements():
            kind = "doubled" if text in due else "foreign"
            self.faults[kind].append(f"{place}: {text}")

    def check_order(self, place: str, numbers: Iterable[int]) -> None:
        """Numbers of what is shown must rise."""
        seen = list(numbers)
        self.faults["disordered"] += [
            f"{place}: {later} after {earlier}" for earlier, later in itertools.pairwise(seen) if later <= earlier
        ]

    def describe(self) -> str:
        """The account as lines."""
        due = sum(counter.total() for counter in self.expected.values())
        lines = [
            f"{due} messages were due to {len(self.expected)} listeners, {self.heard} were shown (tabs count each)."
        ]
        for name, found in self.faults.items():
            lines.append(f"{name:>10}: {len(found)}" + "".join(f"\n            {each}" for each in _by_place(found)))
        return "\n".join(lines)


def _by_place(found: Sequence[str]) -> list[str]:
    """The first few of each place, and how many more there are."""
    places: dict[str, list[str]] = {}
    for each in found:
        places.setdefault(each.partition(":")[0], []).append(each)
    told = list[str]()
    for several in places.values():
        told += several[:SHOWN]
        told += [f"... and {len(several) - SHOWN} more there"] if len(several) > SHOWN else []
    return told


def missing(account: Account, shown: Mapping[str, Sequence[Sequence[str]]]) -> int:
    """How many messages are still to come, over all places of all listeners."""
    return sum(
        (due - Counter(texts)).total()
        for listener, due in account.expected.items()
        for texts in shown.get(listener, [[]])
    )
