"""Figures of what was said: by day, by channel and by intent. Pure functions over what record.py read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from bot.console.record import Said

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Figures:
    """Of some turns. `valence` is on average; `median` and `slow` (the 95th percentile) are milliseconds. None where
    nothing was measured."""

    messages: int = 0
    conversations: int = 0
    act: int = 0
    clarify: int = 0
    out_of_scope: int = 0
    hand_off: int = 0
    silent: int = 0
    failed: int = 0
    valence: float | None = None
    median: float | None = None
    slow: float | None = None


def count(said: Sequence[Said]) -> Figures:
    """The figures of `said`."""
    kinds = Counter(each.kind for each in said)
    felt = [each.valence for each in said if each.valence is not None]
    took = sorted(each.milliseconds for each in said if each.milliseconds is not None)
    return Figures(
        len(said),
        len({each.conversation_id for each in said}),
        kinds["act"],
        kinds["clarify"],
        kinds["out_of_scope"],
        kinds["hand_off"],
        kinds[None],
        sum(each.failed for each in said),
        sum(felt) / len(felt) if felt else None,
        _quantile(took, 0.5),
        _quantile(took, 0.95),
    )


def by_day(said: Sequence[Said], days: int, today: date) -> Mapping[date, Figures]:
    """Each of the last `days`, oldest first, days without a message among them. Days are UTC's."""
    groups = _group(said, lambda each: each.at.date())
    dates = [today - timedelta(days=back) for back in range(days - 1, -1, -1)]
    return {each: count(groups.get(each, [])) for each in dates}


def by_channel(said: Sequence[Said]) -> Mapping[str, Figures]:
    """The busiest first."""
    groups = _group(said, lambda each: each.channel)
    return {name: count(some) for name, some in sorted(groups.items(), key=lambda item: -len(item[1]))}


def by_intent(said: Sequence[Said]) -> Mapping[str, Figures]:
    """Of the intents that the bot acted on, or asked back about first."""
    named = [each for each in said if each.intent is not None]
    return {name: count(some) for name, some in _group(named, lambda each: each.intent or "").items()}


def _group(said: Sequence[Said], key: Callable[[Said], K]) -> dict[K, list[Said]]:
    groups: defaultdict[K, list[Said]] = defaultdict(list)
    for each in said:
        groups[key(each)].append(each)
    return dict(groups)


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else None
