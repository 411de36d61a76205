"""What makes a test fail: a conversation that went otherwise, too little understood, or worse than before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from training.testing.report import Report
from training.testing.run import KEPT, LAST
from training.testing.wording import percent, tell_change


@dataclass(frozen=True, slots=True)
class Limits:
    """What was asked for: the least accuracy, in [0, 1], and whether it must be no worse than before."""

    min_accuracy: float | None = None
    no_worse: bool = False


def find_faults(report: Report, limits: Limits) -> tuple[str, ...]:
    """Each in a sentence; none when all is well."""
    return tuple(_faults(report, limits))


def _faults(report: Report, limits: Limits) -> Iterator[str]:
    failed = [one.title for one in report.conversations or () if not one.passed]
    if failed:
        yield f"{len(failed)} of {len(report.conversations or ())} conversations: {', '.join(failed)}"
    found, least = report.understanding, limits.min_accuracy
    if found is not None and least is not None and found.summary.accuracy < least:
        yield f"{percent(found.summary.accuracy)} are understood, and --min-accuracy wants {percent(least)}"
    if limits.no_worse:
        yield from _worse(report)


def _worse(report: Report) -> Iterator[str]:
    named = {one.than: one for one in report.changes}
    before = named.get(KEPT) or named.get(LAST)
    if before is None:
        yield "--no-worse has no earlier run of the same kind to compare with: keep one with ripen test --keep"
    elif report.understanding is not None and not before.shared:
        yield f"--no-worse: {before.than} asked none of these messages, so there is nothing to compare"
    elif before.worse:
        yield f"worse than {before.than}: {tell_change(before)}"
