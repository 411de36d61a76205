"""The report in a terminal: the figures, what failed, what changed, and the worst of what is confused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Column, Table
from rich.text import Text

from bot.connectors.terminal import harmless
from training.testing.changes import Changes
from training.testing.confusions import Pair
from training.testing.conversations.play import Played
from training.testing.figures import IntentFigures
from training.testing.report import Report
from training.testing.wording import list_figures, tell_change, tell_passed

MOST_PAIRS, MOST_SENTENCES, MOST_MOVED = 5, 3, 5


def show_report(report: Report) -> Iterator[RenderableType]:
    """From top to bottom."""
    if report.understanding:
        yield _intents(report.understanding.intents)
        yield Text(f"{report.understanding.asked}, by {report.bundle}:")
        yield _figures(report)
        yield from _pairs(report.understanding.pairs)
    if report.conversations:
        yield Text(f"\n{tell_passed(report.conversations)}", style="bold")
        for one in report.conversations:
            yield from _failed(one)
    for change in report.changes:
        yield from _changed(change)
    for note in report.notes:
        yield Text(f"note: {harmless(note)}", style="dim")


def _intents(intents: Sequence[IntentFigures]) -> Table:
    right = [Column(name, justify="right") for name in ("precision", "recall", "F1", "support")]
    table = Table(Column("intent", no_wrap=True), "stage", *right, "taken for")
    for one in intents:
        shares = ["–" if share is None else f"{share:.2f}" for share in (one.precision, one.recall, one.f1)]
        taken = ", ".join(f"{name} {count}" for name, count in one.taken_for)
        table.add_row(Text(harmless(one.intent)), one.stage, *shares, str(one.support), Text(harmless(taken)))
    return table


def _figures(report: Report) -> Table:
    table = Table.grid(padding=(0, 2))
    for figure in list_figures(report.understanding.summary) if report.understanding else ():
        table.add_row(
            "", figure.name, Text(figure.value, style="bold", justify="right"), Text(figure.note, style="dim")
        )
    return table


def _pairs(pairs: Sequence[Pair]) -> Iterator[Text]:
    if pairs:
        yield Text("\nConfused most", style="bold")
    for pair in pairs[:MOST_PAIRS]:
        times = f"{len(pair.answers)} time{'s' * (len(pair.answers) > 1)}"
        yield Text(harmless(f"{pair.intents[0]} and {pair.intents[1]}, {times}: {pair.remedy}"))
        for one in pair.answers[:MOST_SENTENCES]:
            because = f": {one.reason.because}" if one.reason else ""
            line = f'  "{one.text}" {one.where}\n    taken for {one.found} ({one.confidence:.2f}){because}'
            yield Text(harmless(line), style="dim")
    if len(pairs) > MOST_PAIRS:
        yield Text(f"and {len(pairs) - MOST_PAIRS} more pairs, in the report", style="dim")


def _failed(played: Played) -> Iterator[Text]:
    failure = played.failure
    if failure is None:
        return
    yield Text.assemble(
        (f"\n{played.file}:{failure.line}: ", "bold"), ("failed", "bold red"), f": {harmless(played.title)}"
    )
    yield Text(f"    user       {harmless(failure.user)}")
    for each in failure.differences:
        yield Text(_block(f"- {each.what}", each.expected), style="green")
        yield Text(_block(f"+ {each.what}", each.got), style="red")
    if failure.because:
        yield Text(f"    because    {harmless(failure.because)}", style="dim")
    if failure.left:
        yield Text(f"    {failure.left} more turn{'s' * (failure.left > 1)} of it not played", style="dim")


def _block(label: str, text: str) -> str:
    """A label, and lines that stand under each other."""
    first, *rest = harmless(text).splitlines() or [""]
    margin = " " * (max(len(label), 10) + 5)
    return "\n".join([f"    {label:<10} {first}", *(f"{margin}{line}" for line in rest)])


def _changed(one: Changes) -> Iterator[Text]:
    style = "red" if one.worse else "green"
    yield Text.assemble((f"\nAgainst {harmless(one.than)}: ", "bold"), (tell_change(one), style))
    for each in one.lost[:MOST_MOVED]:
        yield Text(harmless(f'  lost: "{each.text}" means {each.intent}, now taken for {each.now}'), style="dim")
    if len(one.lost) > MOST_MOVED:
        yield Text(f"  and {len(one.lost) - MOST_MOVED} more", style="dim")
    for title in one.broken:
        yield Text(f"  broken: {harmless(title)}", style="dim")
