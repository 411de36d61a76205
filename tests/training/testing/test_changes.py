from __future__ import annotations

from dataclasses import replace

import pytest

from tests.training.testing.answered import answer, changed, played, report
from training.testing.changes import Changes, fill
from training.testing.conversations.comparison import Difference
from training.testing.limits import Limits, find_faults
from training.testing.report import Report
from training.testing.wording import tell_change

FAILED = Difference("bot", "hello", "goodbye")


def run_of(right: int, wrong: int) -> Report:
    """The first `right` of these messages are understood."""
    total = right + wrong
    return report(*(answer("a", "a" if number < right else "b", 0.8, f"m{number}") for number in range(total)))


@pytest.mark.parametrize(("lost", "worse"), [(0, False), (1, False), (2, True), (5, True)])
def test_one_lost_message_is_no_proof_and_two_are(lost: int, worse: bool) -> None:
    found = changed(run_of(20, 0), run_of(20 - lost, lost))
    assert (len(found.lost), len(found.won), found.worse) == (lost, 0, worse)


def test_what_is_won_is_set_against_what_is_lost() -> None:
    before = report(*(answer("a", "a" if n < 3 else "b", 0.8, f"m{n}") for n in range(6)))
    now = report(*(answer("a", "b" if n < 3 else "a", 0.8, f"m{n}") for n in range(6)))
    found = changed(before, now)
    assert (len(found.lost), len(found.won), found.worse) == (3, 3, False)
    assert "as good" in tell_change(found)


def test_messages_that_only_one_asked_are_counted_and_not_judged() -> None:
    before = report(answer("a", "a", 0.9, "gone"), answer("a", "a", 0.9, "both"))
    found = changed(
        before, report(answer("a", "a", 0.9, "both"), answer("a", "b", 0.9, "new"), answer("b", "a", 0.9, "too"))
    )
    assert (found.shared, found.added, found.gone, found.worse) == (1, 2, 1, False)


def test_a_conversation_that_breaks_is_worse_and_a_new_one_that_fails_is_not() -> None:
    before = report(conversations=(played("one"), played("two", FAILED)))
    broken = changed(before, report(conversations=(played("one", FAILED), played("two"))))
    assert (broken.broken, broken.mended, broken.worse) == (("one",), ("two",), True)
    new = changed(before, report(conversations=(played("one"), played("three", FAILED))))
    assert (new.broken, new.worse) == ((), False)


def test_a_failed_conversation_is_a_fault_whatever_was_asked_for() -> None:
    assert find_faults(report(conversations=(played("one"),)), Limits()) == ()
    [fault] = find_faults(report(conversations=(played("one"), played("two", FAILED))), Limits())
    assert "1 of 2 conversations: two" in fault


def test_the_least_accuracy_is_itself_enough() -> None:
    assert find_faults(run_of(9, 1), Limits(min_accuracy=0.9)) == ()
    [fault] = find_faults(run_of(8, 2), Limits(min_accuracy=0.9))
    assert "80.0\u00a0% are understood" in fault


def test_no_worse_looks_at_the_kept_run_before_the_last() -> None:
    good, bad = (
        changed(run_of(5, 5), run_of(8, 2), "the last run"),
        changed(run_of(10, 0), run_of(8, 2), "the kept run"),
    )
    now = run_of(8, 2)
    assert find_faults(_with(now, good), Limits(no_worse=True)) == ()
    [fault] = find_faults(_with(now, good, bad), Limits(no_worse=True))
    assert "worse than the kept run" in fault


def test_no_worse_passes_nothing_that_it_could_not_compare() -> None:
    [fault] = find_faults(run_of(8, 2), Limits(no_worse=True))
    assert "no earlier run" in fault
    other = changed(report(answer("a", "a", 0.9, "something else")), run_of(8, 2), "the kept run")
    [fault] = find_faults(_with(run_of(8, 2), other), Limits(no_worse=True))
    assert "nothing to compare" in fault


def _with(now: Report, *changes: Changes) -> Report:
    return replace(now, changes=changes)


def test_a_run_of_one_part_leaves_the_other_as_it_was_known() -> None:
    whole = report(answer("a", "a", 0.9), conversations=(played("one"),)).keep()
    part = report(conversations=(played("one", FAILED),)).keep()
    assert fill(part, whole).answers == whole.answers
    assert fill(part, whole).conversations == {"one": False}
    assert fill(part, None) == part
    assert fill(report(answer("a", "b", 0.9)).keep(), whole).conversations == {"one": True}


def test_of_understanding_nothing_is_told_where_only_one_asked() -> None:
    whole = report(answer("a", "a", 0.9), conversations=(played("one"),))
    found = changed(whole, report(conversations=(played("one"),)))
    assert (found.shared, found.added, found.gone) == (0, 0, 0)
    assert tell_change(found) == "Nothing is different."
