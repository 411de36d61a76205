"""The report in short, as Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from training.testing.changes import Changes
from training.testing.conversations.play import Played
from training.testing.figures import IntentFigures
from training.testing.report import Report, Understanding
from training.testing.wording import list_figures, percent, tell_change, tell_passed

MOST_PAIRS, MOST_SENTENCES, MOST_INTENTS, MOST_MOVED = 5, 3, 5, 10

MARKS = {ord(mark): f"&#{ord(mark)};" for mark in "\\`*_[]<>|#@~&"}


def write_markdown(report: Report) -> str:
    """A few lines and tables; what is long is cut, and says so."""
    return "\n".join(_lines(report)).rstrip() + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"### {_plain(report.name)}: ripen test"
    yield ""
    if report.understanding:
        summary = report.understanding.summary
        yield f"**{percent(summary.accuracy)}** understood ± {percent(summary.error)}: {report.understanding.asked}."
    if report.conversations:
        yield f"**{tell_passed(report.conversations)}**"
    yield f"Model `{report.bundle}`."
    yield ""
    for one in report.changes:
        yield from _changes(one)
    for played in report.conversations or ():
        if played.failure:
            yield from _failed(played)
    if report.understanding:
        yield from _understanding(report.understanding)
    for note in report.notes:
        yield f"- {_plain(note)}"


def _changes(one: Changes) -> Iterator[str]:
    yield f"Against **{_plain(one.than)}**: {tell_change(one)}"
    yield ""
    if one.lost:
        yield "| lost | means | now taken for |"
        yield "|---|---|---|"
        for each in one.lost[:MOST_MOVED]:
            yield f"| {_plain(each.text)} | `{each.intent}` | `{each.now}` |"
        if len(one.lost) > MOST_MOVED:
            yield f"| and {len(one.lost) - MOST_MOVED} more | | |"
        yield ""


def _failed(played: Played) -> Iterator[str]:
    failure = played.failure
    assert failure is not None  # noqa: S101 - for the type checker
    yield f"**Failed**: {_plain(played.title)} (`{played.file}:{failure.line}`), after “{_plain(failure.user)}”"
    yield ""
    yield "```diff"
    for each in failure.differences:
        yield from (f"- {each.what}: {line}" for line in _fenced(each.expected))
        yield from (f"+ {each.what}: {line}" for line in _fenced(each.got))
    yield "```"
    yield ""


def _fenced(text: str) -> list[str]:
    return text.replace("```", "'''").splitlines() or [""]


def _understanding(found: Understanding) -> Iterator[str]:
    yield "| | | |"
    yield "|---|---|---|"
    for figure in list_figures(found.summary):
        yield f"| {figure.name} | {figure.value} | {figure.note} |"
    yield ""
    weakest = sorted((one for one in found.intents if one.f1 is not None), key=lambda one: one.f1 or 0.0)
    weak = [one for one in weakest[:MOST_INTENTS] if (one.f1 or 0.0) < 1]
    if weak:
        yield "| weakest intents | precision | recall | F1 | support | taken for |"
        yield "|---|---|---|---|---|---|"
        yield from map(_intent, weak)
        yield ""
    for pair in found.pairs[:MOST_PAIRS]:
        times = f"{len(pair.answers)} time{'s' * (len(pair.answers) > 1)}"
        yield f"`{pair.intents[0]}` and `{pair.intents[1]}`, confused {times}. {_plain(pair.remedy)}"
        for answer in pair.answers[:MOST_SENTENCES]:
            because = f": {_plain(answer.reason.because)}" if answer.reason else ""
            yield f"- “{_plain(answer.text)}” was taken for `{answer.found}` ({answer.confidence:.2f}){because}"
        yield ""
    if len(found.pairs) > MOST_PAIRS:
        yield f"{len(found.pairs) - MOST_PAIRS} more pairs are in the report."
        yield ""


def _intent(one: IntentFigures) -> str:
    shares = " | ".join("–" if share is None else f"{share:.2f}" for share in (one.precision, one.recall, one.f1))
    taken = ", ".join(f"`{name}` {count}" for name, count in one.taken_for)
    return f"| `{one.intent}` | {shares} | {one.support} | {taken} |"


def _plain(text: str) -> str:
    """On one line, with nothing that Markdown or a mention of somebody (@) would make of it."""
    return " ".join(text.translate(MARKS).split())
