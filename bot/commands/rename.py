"""`ripen rename`: an intent under another name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.options import HERE, Config


def rename(
    old: Annotated[str, typer.Argument(help="The intent, as it is called now.")],
    new: Annotated[str, typer.Argument(help="What it is to be called.")],
    config: Config = HERE,
) -> None:
    """Rename an intent wherever the bot's files name it: intents, buttons that lead to it, conversation tests.

    Comments and every other byte stay; all files are changed, or none. A bot that is running follows.

    Example: `ripen rename opening_hours hours`
    """
    from bot.catalog.renames import Renaming, rename_intent
    from bot.checks.written import CONVERSATIONS
    from bot.config import load_settings

    config = config.absolute()
    settings = load_settings(config)
    done = rename_intent(Renaming(settings.intents, config.parent / CONVERSATIONS, old, new))
    here = f"{Path.cwd()}/"
    for place in done.places:
        typer.echo(place.removeprefix(here))
    typer.echo(f"{old} is {new} now. Its past conversations, and what code of yours names, stay as they are.", err=True)
