"""`ripen confidence`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import typer

from bot.commands.options import HERE, AsJson, Config


def confidence(
    as_json: AsJson = False,
    config: Config = HERE,
) -> None:
    """Show how far the bot's confidence can be trusted, and what each `decision.risk` would cost in questions.

    Example: `ripen confidence`
    """
    from rich.console import Console

    from bot.assemble import measure_confidence
    from bot.commands.confidence_page import show_confidence

    told = measure_confidence(config)
    if as_json:
        typer.echo(json.dumps(asdict(told), indent=2))
        return
    Console(width=None if sys.stdout.isatty() else 160, highlight=False).print(*show_confidence(told), sep="\n")
