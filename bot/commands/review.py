"""`ripen review`: the inbox in the terminal, or as text and JSON for programs."""

from __future__ import annotations

import asyncio
import getpass
import json
import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.options import HERE, Config
from bot.review.defaults import CERTAINTY

WIDTH_FOR_PROGRAMS = 160


def review(
    listing: Annotated[bool, typer.Option("--list", help="Print the inbox and leave.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="The same as JSON, for other programs.")] = False,
    days: Annotated[int, typer.Option(min=1, help="Look through the messages of so many days.")] = 30,
    certainty: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Look at what was acted on with less confidence than this.")
    ] = CERTAINTY,
    by: Annotated[str | None, typer.Option(help="Who reviews, as it is kept; your login otherwise.")] = None,
    config: Config = HERE,
) -> None:
    """Review what the bot did not understand: put messages under an intent, make a new one of them, or dismiss them.

    Example: `ripen review`, or `ripen review --list --json` where no one sits at the keyboard
    """
    if not (listing or json_ or sys.stdin.isatty()):
        typer.echo("The input is no terminal, so this only lists (ripen review --list).", err=True)
        listing = True
    asyncio.run(_review(config, days, certainty, None if listing or json_ else by or _login(), json_))


async def _review(config: Path, days: int, certainty: float, by: str | None, json_: bool) -> None:
    """`by` is who reviews; None when it is only to be printed."""
    from rich.console import Console

    from bot.commands.keyboard import Keys
    from bot.commands.review_page import as_json, show_list
    from bot.commands.review_session import Session
    from bot.reviewing import open_desk

    console = Console(width=None if sys.stdout.isatty() else WIDTH_FOR_PROGRAMS, highlight=False)
    async with open_desk(config, days, certainty) as reviewing:
        if by is not None:
            logging.getLogger("bot").setLevel(logging.WARNING)
            with Keys() as keys:
                await Session(reviewing, by, console, keys).run()
            return
        inbox = await reviewing.look()
        if json_:
            typer.echo(json.dumps(as_json(inbox), indent=2, ensure_ascii=False))
        else:
            console.print(*show_list(inbox), sep="\n")


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "terminal"
