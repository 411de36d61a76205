"""`ripen confidence` for people: said against right, and what each risk would cost."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Column, Table
from rich.text import Text

from bot.detectors.reliability import Consequence, Reliability

BAR = 20


def show_confidence(told: Reliability) -> Iterator[RenderableType]:
    """The page, from top to bottom."""
    if not told.messages:
        yield Text("The bundle says nothing of held-out messages, so there is nothing to show.")
        return
    yield Text(_introduce(told))
    yield _said_and_right(told)
    yield Text(f"On average, confidence is off by {told.error:.1%} (expected calibration error).\n")
    yield _choices(told)
    yield Text("decision.risk in config.yml sets it; the last line is what it comes to now.", style="dim")


def _introduce(told: Reliability) -> str:
    if told.own:
        return (
            f"From {told.messages:.0f} messages of this bot's own examples, asked while they were held out of learning."
        )
    return (
        "This bot is too young to tell by its own examples: it needs six mature intents. "
        f"From {told.messages:.0f} messages of simulated public bots, by which it acts until then."
    )


def _said_and_right(told: Reliability) -> Table:
    table = Table("confidence", Column("said", justify="right"), Column("was right", justify="right"), "")
    table.add_column("messages", justify="right")
    for one in told.bins:
        bar = Text("█" * round(one.right * BAR), style="green" if one.right >= one.said - 0.1 else "red")
        span = f"{one.low:.1f} to {one.high:.1f}"
        table.add_row(span, f"{one.said:.0%}", f"{one.right:.0%}", bar, f"{one.messages:.0f}")
    return table


def _choices(told: Reliability) -> Table:
    columns = [Column(head, justify="right") for head in ("acts from", "acts on", "asks back", "gives up on")]
    table = Table("wrong acts, at most", *columns)
    for one in told.consequences:
        table.add_row(f"1 in {1 / one.risk:.0f} ({one.risk:g})", *_shares(one))
    table.add_section()
    now = told.settings
    table.add_row(f"now: {now.risk:.2g}", *_shares(now))
    return table


def _shares(one: Consequence) -> tuple[str, ...]:
    least = "never" if one.confidence is None else f"{one.confidence:.2f}"
    return (least, f"{one.acted:.0%}", f"{one.asked:.0%}", f"{one.refused:.0%}")
