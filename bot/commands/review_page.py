"""The inbox as it is printed: a table, one group in full, and JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict
from typing import Any

from rich.columns import Columns
from rich.console import Group as Rows
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from bot.connectors.terminal import harmless
from bot.review.inbox import Group, Inbox
from bot.review.signals import IN_WORDS

SHOWN = 12
BAR = 20
FORGIVING = 0.2
"""A valence nearer to 0 than this has no colour."""

KEYS = (
    ("1-5", "put it under this intent"),
    ("i", "under another intent"),
    ("n", "make a new intent"),
    ("d", "dismiss"),
    ("o", "leave sentences out"),
    ("m", "show all"),
    ("s", "skip"),
    ("b", "back"),
    ("u", "undo"),
    ("r", "look again"),
    ("q", "quit"),
)


def show_list(inbox: Inbox) -> Iterator[RenderableType]:
    """A line for each group, and what is not in them."""
    if inbox.groups:
        yield _table(inbox)
    else:
        yield Text("The inbox is empty.")
    if inbox.learnt:
        yield Text(f"{count(inbox.learnt, 'message')} more the bot understands by now.", style="dim")
    if inbox.left_out:
        yield Text(f"{count(inbox.left_out, 'older message')} will be shown when these are done.", style="dim")


def _table(inbox: Inbox) -> Table:
    right = [Column(head, justify="right") for head in ("worth", "messages", "people")]
    table = Table(Column("group", no_wrap=True), *right, "most typical", "why", "likeliest", "mood")
    for group in inbox.groups:
        likeliest = f"{group.guesses[0].intent} {group.guesses[0].confidence:.2f}" if group.guesses else ""
        table.add_row(
            group.id,
            f"{group.worth.total:.2f}",
            str(len(group.entries)),
            str(group.people),
            Text(harmless(group.sentences[0].text)),
            why(group),
            likeliest,
            mood(group.valence),
        )
    return table


def show_group(group: Group, place: str, left_out: Collection[int] = (), everything: bool = False) -> RenderableType:
    """One group in full; the sentences at `left_out` (from 0) are struck through."""
    worth = group.worth
    told = f"{count(len(group.entries), 'message')} from {count(group.people, 'person', 'people')}: {why(group)}"
    head = Text.assemble((place, "bold"), "  ", told)
    value = Text(
        f"worth {worth.total:.2f} = {worth.frequency:.2f} how many x {worth.uncertainty:.2f} how wrong "
        f"x {worth.diversity:.2f} how new",
        style="dim",
    )
    sentences = Table.grid(padding=(0, 2))
    shown = group.sentences if everything else group.sentences[:SHOWN]
    for index, sentence in enumerate(shown):
        style = "strike dim" if index in left_out else "bold" if sentence.text in group.examples else ""
        times = f"x{len(sentence.numbers)}" if len(sentence.numbers) > 1 else ""
        reasons = ", ".join(IN_WORDS[reason] for reason in sentence.reasons)
        text = Text(harmless(sentence.text), style=style)
        sentences.add_row(
            Text(str(index + 1), style="dim"), text, times, Text(reasons, style="dim"), mood(sentence.valence)
        )
    if len(group.sentences) > len(shown):
        sentences.add_row("", Text(f"and {len(group.sentences) - len(shown)} more (m)", style="dim"))
    bold = Text("In bold: what would become examples.", style="dim")
    return Rows(head, value, Padding(sentences, (1, 2)), bold, Padding(_guesses(group), (1, 2)), _proposal(group))


def _guesses(group: Group) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for index, guess in enumerate(group.guesses):
        bar = Text("█" * round(guess.confidence * BAR), style="green")
        chosen = Text(f"where {count(guess.chosen, 'message')} led to", style="cyan") if guess.chosen else ""
        table.add_row(Text(str(index + 1), style="bold cyan"), guess.intent, f"{guess.confidence:.2f}", bar, chosen)
    if not group.guesses:
        table.add_row(Text("The bot has no guess.", style="dim"))
    return table


def _proposal(group: Group) -> Text:
    proposal = group.proposal
    return Text.assemble(("n", "bold cyan"), "  ", (proposal.name, "italic"), f"  {harmless(proposal.description)}")


def show_keys() -> Columns:
    """What each key does; however narrow the terminal, a key stays with its words."""
    keys = (Text.assemble((key, "bold cyan"), " ", (does, "dim")) for key, does in KEYS)
    return Columns(keys, padding=(0, 3))


def mood(valence: float) -> Text:
    """A valence, in [-1, 1], with its sign."""
    style = "" if abs(valence) < FORGIVING else "red" if valence < 0 else "green"
    return Text(f"{round(valence, 1) + 0.0:+.1f}", style=style)


def why(group: Group) -> str:
    """What brought a group into the inbox."""
    return ", ".join(f"{number} {IN_WORDS[reason]}" for reason, number in group.reasons.items())


def count(number: int, noun: str, plural: str = "") -> str:
    """1 message, 2 messages."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"


def as_json(inbox: Inbox) -> dict[str, Any]:
    """The inbox for programs. Who said something is not in it, only how many people did."""
    return {
        "groups": [_group_as_json(group) for group in inbox.groups],
        "learnt": inbox.learnt,
        "left_out": inbox.left_out,
    }


def _group_as_json(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "worth": asdict(group.worth) | {"total": group.worth.total},
        "messages": len(group.entries),
        "people": group.people,
        "reasons": dict(group.reasons),
        "valence": group.valence,
        "sentences": [asdict(sentence) for sentence in group.sentences],
        "examples": list(group.examples),
        "guesses": [asdict(guess) for guess in group.guesses],
        "proposal": asdict(group.proposal),
        "since": group.entries[0].at.isoformat(),
        "until": group.entries[-1].at.isoformat(),
    }
