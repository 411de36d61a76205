"""`ripen init`: a new bot, from the starter or from what a Rasa project knows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def init(
    folder: Annotated[Path, typer.Argument(help="Where the new bot goes: a new or empty folder, or a new repository.")],
    rasa: Annotated[
        Path | None,
        typer.Option(
            "--from-rasa", help="Folder of a Rasa project (2.x or 3.x): its intents and answers, not a starter's."
        ),
    ] = None,
) -> None:
    """Make a new bot: config.yml, intents/ and actions/.

    Example: `ripen init my-bot`
    """
    if rasa is None:
        from bot.starter import copy_starter

        copy_starter(folder)
    else:
        _migrate(rasa, folder)
    typer.echo(f"{folder} is ready. Next: cd {folder} && ripen bundle build && ripen chat")


def _migrate(rasa: Path, folder: Path) -> None:
    from bot.migration.new_bot import NOTES_FILE, migrate_rasa

    found = migrate_rasa(rasa, folder)
    typer.echo(f"{found} were carried over.")
    typer.echo(f"{len(found.notes)} things to look at are in {folder / NOTES_FILE}.")
