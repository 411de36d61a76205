"""`ripen intents`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import typer

from bot.commands.options import HERE, AsJson, Config


def intents(
    as_json: AsJson = False,
    config: Config = HERE,
) -> None:
    """List the intents: stage, examples, recall in cross-validation, action, and what the next stage still needs.

    Example: `ripen intents`
    """
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Column, Table

    from bot.assemble import learn_intents

    catalog, health = learn_intents(config)
    if as_json:
        listed = [asdict(health[name]) | {"action": intent.action} for name, intent in catalog.intents.items()]
        typer.echo(json.dumps(listed, indent=2, ensure_ascii=False))
        return
    table = Table(Column("intent", no_wrap=True), "stage", "examples", "recall", Column("does", no_wrap=True), "next")
    for name, intent in catalog.intents.items():
        row = health[name]
        recall = "" if row.recall is None else f"{row.recall:.2f}"
        does = intent.action or ("answers" if intent.responses else "nothing yet")
        table.add_row(escape(name), row.stage, str(row.examples), recall, does, escape(row.note))
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(table)
    for found in (row.contradiction for row in health.values() if row.contradiction):
        sentences = ", ".join(f'"{sentence}"' for sentence in found.sentences)
        console.print(f"{found.intent}: {found.told}. Most at odds: {sentences}", markup=False, highlight=False)
