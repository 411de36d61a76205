"""The report as one HTML page that needs nothing else: no script, no request, light or dark as the reader's system."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from training.evaluation.intent_sets import OUT_OF_SCOPE
from training.testing.answers import Answer, Near
from training.testing.changes import Changes, Moved
from training.testing.confusions import Pair
from training.testing.conversations.play import Failure, Played
from training.testing.figures import IntentFigures
from training.testing.pictures import MOST_SHOWN, draw_histogram, draw_matrix, draw_reliability
from training.testing.report import Report, Understanding
from training.testing.wording import list_figures, percent, tell_change, tell_passed

STYLE = Path(__file__).with_name("page.css")
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
OPEN = 3
"""Pairs that are shown unfolded."""

OF_INTENTS = """\
Of the messages that were taken for an intent, the share that meant it (precision); of those that meant it, the share
that was taken for it (recall); F1 is their harmonic mean. The weakest come first."""
OF_CONFIDENCE = """\
Left: how sure the bot was, right answers upwards and wrong ones downwards. Right: of answers about as sure, the share
that was right; the dashed line is where the two are the same."""


def write_page(report: Report) -> str:
    """The whole page. Every word of a user or an author is escaped."""
    title = f"{report.name}: test report"
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE.read_text('utf-8')}</style></head><body><main>",
            *_head(title, report),
            '<div id="changes">',
            *(part for one in report.changes for part in _changes(one)),
            "</div>",
            *(_conversations(report.conversations) if report.conversations else ()),
            *(_understanding(report.understanding) if report.understanding else ()),
            "</main></body></html>",
            "",
        ]
    )


def _head(title: str, report: Report) -> Iterator[str]:
    yield f"<header><h1>{escape(title)}</h1>"
    made = f"{report.made.replace('T', ' ')[:16]} UTC, model {report.bundle}, ripen {report.version}"
    asked = f" {report.understanding.asked}." if report.understanding else ""
    yield f'<p class="soft">{escape(made)}.{escape(asked)}</p>'
    links = {
        "changes": bool(report.changes),
        "conversations": bool(report.conversations),
        "intents": report.understanding is not None,
        "matrix": report.understanding is not None,
        "confidence": report.understanding is not None,
        "pairs": report.understanding is not None,
    }
    yield "<nav>" + "".join(f'<a href="#{name}">{name}</a>' for name, there in links.items() if there) + "</nav>"
    yield '</header><dl class="tiles">'
    if report.understanding:
        for figure in list_figures(report.understanding.summary):
            yield _tile(figure.name, figure.value, figure.note)
    if report.conversations:
        failed = sum(not one.passed for one in report.conversations)
        note = f'<span class="bad">{failed} failed</span>' if failed else '<span class="good">all as written</span>'
        passed = f"{len(report.conversations) - failed} of {len(report.conversations)}"
        yield f"<div><dt>conversations</dt><dd>{passed}<small>{note}</small></dd></div>"
    yield "</dl>"
    for note in report.notes:
        yield f'<p class="soft">Note: {escape(note)}.</p>'


def _tile(name: str, value: str, note: str) -> str:
    return f"<div><dt>{escape(name)}</dt><dd>{escape(value)}<small>{escape(note)}</small></dd></div>"


def _changes(one: Changes) -> Iterator[str]:
    kind = "bad" if one.worse else "good"
    yield f'<h2>Against {escape(one.than)}</h2><p class="{kind}">{escape(tell_change(one))}</p>'
    for title, moved in (("Lost", one.lost), ("Won", one.won)):
        if moved:
            rows = "".join(_moved(each) for each in moved)
            head = "<tr><th>sentence</th><th>means</th><th>there</th><th>here</th></tr>"
            yield f"<details{' open' if title == 'Lost' else ''}><summary>{title}: {len(moved)}</summary>"
            yield f'<div class="wide"><table>{head}{rows}</table></div></details>'
    for told, titles in (("do not go as written any more", one.broken), ("go as written again", one.mended)):
        if titles:
            yield f"<p>Conversations that {told}: {escape(', '.join(titles))}.</p>"


def _moved(one: Moved) -> str:
    names = (one.intent, one.before, one.now)
    return f"<tr><td>{escape(one.text)}</td>" + "".join(f'<td class="name">{escape(n)}</td>' for n in names) + "</tr>"


def _conversations(played: Sequence[Played]) -> Iterator[str]:
    yield f'<h2 id="conversations">Conversations</h2><p>{escape(tell_passed(played))}</p>'
    for one in sorted(played, key=lambda each: each.passed):
        if one.failure:
            yield "".join(_failed(one, one.failure))
    rows = "".join(
        f'<tr><td>{escape(one.title)}</td><td class="name">{escape(one.file)}:{one.line}</td>'
        f'<td class="number">{one.turns}</td></tr>'
        for one in played
        if one.passed
    )
    if rows:
        head = '<tr><th>as written</th><th>where</th><th class="number">turns</th></tr>'
        yield f'<div class="wide"><table>{head}{rows}</table></div>'


def _failed(one: Played, failure: Failure) -> Iterator[str]:
    yield f'<details open><summary><b class="bad">failed</b> {escape(one.title)} '
    yield f"<code>{escape(one.file)}:{failure.line}</code></summary><div>"
    yield f"<p>user: {escape(failure.user)}</p>"
    for each in failure.differences:
        yield f"<b>{escape(each.what)}</b><pre><del>{escape(each.expected)}</del><ins>{escape(each.got)}</ins></pre>"
    if failure.because:
        yield f'<p class="soft">The bot decided so because {escape(failure.because)}.</p>'
    if failure.left:
        turns = "1 more turn was" if failure.left == 1 else f"{failure.left} more turns were"
        yield f'<p class="soft">{turns} not played.</p>'
    yield "</div></details>"


def _understanding(found: Understanding) -> Iterator[str]:
    yield '<h2 id="intents">Intents</h2>'
    yield f'<p class="soft">{OF_INTENTS}</p>'
    yield _intent_table(found.intents)
    picture, shown = draw_matrix(found.intents)
    yield '<h2 id="matrix">What is taken for what</h2>'
    yield '<p class="soft">Rows are what was meant, columns what was found; hover for words.'
    yield f" The {MOST_SHOWN} intents that are confused most.</p>" if shown < _there(found.intents) else "</p>"
    yield f'<div class="wide">{picture}</div>'
    apart = percent(found.summary.calibration_error)
    yield '<h2 id="confidence">Confidence</h2>'
    yield f'<p class="soft">{OF_CONFIDENCE} They are {apart} apart on average.</p>'
    yield f'<div class="two"><div class="wide">{draw_histogram(found.histogram)}</div>'
    yield f'<div class="wide">{draw_reliability(found.reliability)}</div></div>'
    yield '<h2 id="pairs">What is confused, and why</h2>'
    if not found.pairs:
        yield "<p>Nothing: every message was taken for what it means.</p>"
    for number, pair in enumerate(found.pairs):
        yield "".join(_pair(pair, number < OPEN))
    yield from _strangers([one for one in found.answers if one.intent == OUT_OF_SCOPE and one.acted])


def _strangers(answers: Sequence[Answer]) -> Iterator[str]:
    """Messages that mean none of the intents, and were acted on."""
    if answers:
        rows = "".join(
            f'<tr><td>{escape(one.text)}</td><td class="name">{escape(", ".join(one.acted))}</td>'
            f'<td class="number">{one.confidence:.2f}</td></tr>'
            for one in sorted(answers, key=lambda each: -each.confidence)
        )
        head = '<tr><th>message</th><th>acted on as</th><th class="number">confidence</th></tr>'
        yield f'<h2>Strangers that were acted on</h2><div class="wide"><table>{head}{rows}</table></div>'


def _there(intents: Sequence[IntentFigures]) -> int:
    return sum(bool(one.support or one.found) for one in intents)


def _intent_table(intents: Sequence[IntentFigures]) -> str:
    columns = ("precision", "recall", "F1", "support")
    head = "".join(f'<th class="number">{name}</th>' for name in columns)
    rows = []
    for one in sorted(intents, key=lambda each: (each.f1 is None, each.f1 or 0.0)):
        shares = [("–" if share is None else f"{share:.2f}") for share in (one.precision, one.recall, one.f1)]
        numbers = "".join(f'<td class="number">{share}</td>' for share in (*shares, one.support))
        taken = ", ".join(f"{name} {count}" for name, count in one.taken_for)
        rows.append(
            f'<tr><td class="name">{escape(one.intent)}</td><td>{one.stage}</td>{numbers}<td>{escape(taken)}</td></tr>'
        )
    table = f"<tr><th>intent</th><th>stage</th>{head}<th>taken for</th></tr>{''.join(rows)}"
    return f'<div class="wide"><table>{table}</table></div>'


def _pair(pair: Pair, unfolded: bool) -> Iterator[str]:
    first, second = (f"<code>{escape(name)}</code>" for name in pair.intents)
    times = f"{len(pair.answers)} time{'s' * (len(pair.answers) > 1)}"
    yield f"<details{' open' if unfolded else ''}><summary>{first} and {second}, {times}</summary><div>"
    yield f"<p>{escape(pair.remedy)}</p>"
    for one in pair.answers:
        yield "".join(_sentence(one))
    yield f'<p class="soft">Their names and descriptions are {pair.cards:.2f} alike.</p></div></details>'


def _sentence(one: Answer) -> Iterator[str]:
    where = f" <code>{escape(one.where)}</code>" if one.where else ""
    yield f"<blockquote><p>“{escape(one.text)}”{where}</p>"
    yield f'<p class="soft">means <code>{escape(one.intent)}</code>, was taken for <code>{escape(one.found)}</code> '
    yield f"({one.confidence:.2f})"
    if one.reason:
        yield f" because {escape(one.reason.because)}.</p>"
        yield f'<p class="soft">{_cards(one)}{_near("nearest there", one.reason.near_found)}'
        yield _near("nearest of its own", one.reason.near_meant)
    yield "</p></blockquote>"


def _cards(one: Answer) -> str:
    assert one.reason is not None  # noqa: S101 - for the type checker
    return f"descriptions: {one.reason.card_found:.2f} there, {one.reason.card_meant:.2f} its own"


def _near(label: str, near: Near | None) -> str:
    return f"; {label}: “{escape(near.text)}” {near.similarity:.2f} <code>{escape(near.where)}</code>" if near else ""
