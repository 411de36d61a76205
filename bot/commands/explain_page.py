"""`ripen explain` for people: the decision, and from top to bottom what it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from bot.connectors.terminal import harmless
from bot.detectors.evidence import Evidence
from bot.explanation import TELLING_CONFIDENCE, TELLING_VALENCE, Change, Explanation, Threshold, WordWeight
from bot.messages import Decision

BAR = 16
EXAMPLES = 2
KINDS = {
    "act": ("acts on", "green"),
    "clarify": ("asks back, first about", "yellow"),
    "out_of_scope": ("says that it did not understand", "red"),
    "hand_off": ("passes on to a person", "magenta"),
}


def show_explanation(told: Explanation) -> Iterator[RenderableType]:
    """The page, from top to bottom."""
    yield Text.assemble("The bot ", told_decision(told.decision))
    yield Text(f"because {harmless(told.decision.reason)}.")
    if told.read_as != told.text:
        yield Text(f'It reads: "{harmless(told.read_as)}"', style="dim")
    if told.text in told.sources:
        yield Text(f"It is an example, word for word: {Path(told.sources[told.text]).name}", style="dim")
    if told.detection.segments:
        yield _titled("Pieces of the message, each by itself", _pieces(told))
    if told.evidence:
        yield _titled("What it may mean", _intents(told))
    if told.lead:
        yield _titled(_lead_title(told), _lead(told))
    if told.words:
        yield _titled("Words, by leaving each out", *_words(told.words))
    mood = told.detection.sentiment
    yield _titled("Feeling", Text(f"{mood.label}, valence {mood.valence:+.2f}", style=_mood_style(mood.label)))
    if told.thresholds:
        yield _titled("Thresholds", _thresholds(told.thresholds))
    if told.changes:
        yield _titled("What would have changed it", *(_change(one, told.decision) for one in told.changes))


def _change(change: Change, now: Decision) -> Text:
    """What comes of it, also where that is the same as now."""
    same = (change.decision.kind, change.decision.intent) == (now.kind, now.intent)
    told = f"  even {harmless(change.what)}: it still " if same else f"  {harmless(change.what)}: it "
    return Text.assemble(told, told_decision(change.decision))


def told_decision(decision: Decision) -> Text:
    """A decision in a few words."""
    words, style = KINDS[decision.kind]
    if decision.says is not None:
        return Text(f"says texts.{decision.says}", style=f"bold {style}")
    wishes = [wish.candidate.intent for wish in decision.wishes]
    about = ", ".join(wishes) if wishes else decision.intent or ""
    sure = f" ({decision.confidence:.2f})" if about else ""
    return Text.assemble((f"{words} {harmless(about)}".rstrip(), f"bold {style}"), sure)


def _titled(title: str, *shown: RenderableType) -> Group:
    return Group(Text(f"\n{title}", style="bold"), *shown)


def _pieces(told: Explanation) -> Table:
    table = Table.grid(padding=(0, 2))
    for piece in told.detection.segments:
        meant = f"{piece.candidate.intent} {piece.candidate.confidence:.2f}"
        table.add_row("", Text(f'"{harmless(piece.text)}"'), Text(meant), Text(f"risk {piece.risk:.2f}", style="dim"))
    return table


def _intents(told: Explanation) -> Table:
    right = [Column(head, justify="right") for head in ("confidence", "card", "head")]
    table = Table(Column("intent", no_wrap=True), "stage", *right, "nearest examples")
    for one in told.evidence:
        head = "" if one.head is None else f"{one.head:.2f}"
        numbers = (f"{one.confidence:.2f}", f"{one.card:.2f}", head)
        table.add_row(Text(harmless(one.intent)), one.stage, *numbers, _nearest(one, told.sources))
    return table


def _nearest(one: Evidence, sources: Mapping[str, str]) -> Text:
    """The best examples, each with its file and line."""
    if not one.nearest:
        return Text(f'none; its card says "{harmless(one.card_text)}"')
    lines = [
        Text.assemble(f'{each.similarity:.2f} "{harmless(each.text)}"', (f" {Path(sources[each.text]).name}", "dim"))
        for each in one.nearest[:EXAMPLES]
    ]
    return Text("\n").join(lines)


def _lead_title(told: Explanation) -> str:
    times = math.exp(min(sum(told.lead.values()), 30.0))
    many = f"{times:.1f}" if times < 100 else f"{times:,.0f}" if times < 1e6 else "over a million"
    return (
        f"Why {harmless(told.evidence[0].intent)} is {many} times likelier than {harmless(told.rival or '')} (log odds)"
    )


def _lead(told: Explanation) -> Table:
    table = Table.grid(padding=(0, 2))
    most = max((abs(value) for value in told.lead.values()), default=0.0) or 1.0
    for name, value in sorted(told.lead.items(), key=lambda item: -abs(item[1])):
        if abs(value) >= 0.005:
            bar = Text("█" * max(1, round(abs(value) / most * BAR)), style="green" if value > 0 else "red")
            table.add_row("", name, Text(f"{value:+.2f}", justify="right"), bar)
    return table


def _words(words: Iterable[WordWeight]) -> Iterator[RenderableType]:
    """Those that tell, the most telling first; of the rest it says that they do not."""
    words = list(words)
    for what, least in (("valence", TELLING_VALENCE), ("confidence", TELLING_CONFIDENCE)):
        telling = sorted(
            (one for one in words if abs(getattr(one, what)) >= least), key=lambda one: -abs(getattr(one, what))
        )
        line = Text(f"  {what:<11}")
        for one in telling[:8]:
            value = getattr(one, what)
            line.append(f"{harmless(one.word)} ", style="bold")
            line.append(f"{value:+.2f}   ", style="green" if value > 0 else "red")
        yield line if telling else line.append("no word by itself changes it much", style="dim")


def _thresholds(thresholds: Iterable[Threshold]) -> Table:
    table = Table.grid(padding=(0, 2))
    for one in thresholds:
        wanted = f"at least {one.least:.2f}" if one.least is not None else f"at most {one.most:.2f}"
        mark = Text("enough", style="green") if one.met else Text("not enough", style="yellow")
        table.add_row("", one.name, f"{one.value:.2f}", Text(f"needs {wanted}", style="dim"), mark, _for_what(one))
    return table


def _for_what(one: Threshold) -> Text:
    purpose = {"risk of acting": "to act", "confidence": "to act", "valence": "to count as strongly negative"}
    return Text(purpose.get(one.name, "to ask back"), style="dim")


def _mood_style(label: str) -> str:
    return {"negative": "red", "neutral": "yellow", "positive": "green"}[label]
