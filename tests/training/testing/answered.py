"""Short ways to build what a test of a bot found."""

from __future__ import annotations

from training.testing.answers import Answer, Near, Reason
from training.testing.changes import Changes, compare_runs
from training.testing.confusions import Pair
from training.testing.conversations.comparison import Difference
from training.testing.conversations.play import Failure, Played
from training.testing.figures import figures_by_intent, histogram, reliability_points, summarise
from training.testing.report import Report, Understanding


def answer(meant: str, found: str, confidence: float, text: str = "", *, decision: str = "act") -> Answer:
    """An answer that is acted on, unless `decision` says otherwise; with a reason when it is wrong."""
    near = Near(f"example of {found}", 0.8, "intents/x.yml:3")
    reason = Reason(f"{found} is near", near, None, 0.5, 0.4) if meant not in (found, "out_of_scope") else None
    acted = (found,) if decision == "act" else ()
    said = text or f"{meant} {found} {confidence}"
    return Answer(said, meant, "intents/x.yml:1", found, confidence, decision, acted, 0.1, reason)


def understood(*answers: Answer) -> Understanding:
    """How `answers` went; every wrong one is a pair of its own."""
    names = dict.fromkeys(name for one in answers for name in (one.intent, one.found) if name != "out_of_scope")
    pairs = tuple(Pair((one.intent, one.found), (one,), 0.5, "Do something.") for one in answers if one.reason)
    return Understanding(
        "cross-validation",
        f"{len(answers)} examples",
        summarise(answers),
        figures_by_intent(answers, dict.fromkeys(names, "new")),
        histogram(answers),
        reliability_points(answers),
        pairs,
        answers,
    )


def played(title: str, *differences: Difference) -> Played:
    """A conversation of three turns; with differences, it failed at the second."""
    failure = Failure(7, "hello", differences, "it was sure", 1) if differences else None
    return Played(title, "tests/conversations/x.yml", 5, 3, failure)


def report(
    *answers: Answer, conversations: tuple[Played, ...] | None = None, changes: tuple[Changes, ...] = ()
) -> Report:
    """A report of these."""
    found = understood(*answers) if answers else None
    return Report("My bot", "model-1", "0.1.0", "2026-01-01T10:00:00+00:00", found, conversations, changes, ("a note",))


def changed(before: Report, now: Report, than: str = "the last run") -> Changes:
    """What is different."""
    return compare_runs(before.keep(), now.keep(), than)
