"""How a report's figures are said, on every page alike."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from training.testing.changes import Changes
from training.testing.conversations.play import Played
from training.testing.figures import Summary


@dataclass(frozen=True, slots=True)
class Figure:
    """A name, a value as it is shown, and a note that says what it is."""

    name: str
    value: str
    note: str


def list_figures(summary: Summary) -> Iterator[Figure]:
    """The summary, the most important first."""
    yield Figure("accuracy", percent(summary.accuracy), f"± {percent(summary.error)}, {summary.messages} messages")
    yield Figure("F1", f"{summary.macro_f1:.3f}", f"mean over intents; {summary.weighted_f1:.3f} over messages")
    yield Figure("acted on rightly", percent(summary.acted_rightly), f"acts on {percent(summary.acted)}")
    yield Figure("wrong acts", percent(summary.wrong_acts), "of all acts; decision.risk is the limit")
    yield Figure("asked back", percent(summary.asked), f"not understood: {percent(summary.refused)}")
    yield Figure("confidence off by", percent(summary.calibration_error), "expected calibration error")
    if summary.strangers_refused is not None:
        yield Figure("strangers not acted on", percent(summary.strangers_refused), f"{summary.strangers} out of scope")


def percent(share: float) -> str:
    """A share as 12.3 %, on one line."""
    return f"{share * 100:.1f}\u00a0%"


def tell_change(one: Changes) -> str:
    """What is different, in a sentence or two."""
    parts = []
    if one.shared:
        parts.append(
            f"{percent(one.now)} against {percent(one.before)} of the {one.shared} messages that both asked: "
            f"{_verdict(one)}. Won {len(one.won)}, lost {len(one.lost)}."
        )
    elif one.added or one.gone:
        parts.append("No message was asked both times.")
    if one.added or one.gone:
        parts.append(f"{one.added} are new, {one.gone} are gone.")
    if one.broken or one.mended:
        parts.append(f"Conversations: {len(one.broken)} broken, {len(one.mended)} mended.")
    return " ".join(parts) or "Nothing is different."


def _verdict(one: Changes) -> str:
    surplus = len(one.won) - len(one.lost)
    if not surplus:
        return "as good"
    if abs(surplus) <= math.sqrt(len(one.won) + len(one.lost)):
        return f"{'better' if surplus > 0 else 'worse'}, but no more than chance explains"
    return "better" if surplus > 0 else "worse, by more than chance explains"


def tell_passed(played: Sequence[Played]) -> str:
    """How many went as written."""
    return f"{sum(one.passed for one in played)} of {len(played)} conversations went as written."
