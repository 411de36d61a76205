"""`ripen models`: which bundle serves."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.options import HERE, Config

models = typer.Typer(
    help="List the model bundles (*: which one serves), what they were made of and their figures; change over.\n\n"
    "Example: `ripen models`"
)


@models.callback(invoke_without_command=True)
def list_models(context: typer.Context, config: Config = HERE) -> None:
    """Without a sub-command, the list."""
    if context.invoked_subcommand is not None:
        return
    from bot.config import load_settings
    from bot.models.registry import active_name, describe_versions

    folder = load_settings(config).model.bundle
    serving = active_name(folder)
    for name, told in describe_versions(folder).items():
        typer.echo(f"{'*' if name == serving else ' '} {name}  {told}")


@models.command("use")
def use_model(
    version: Annotated[str, typer.Argument(help="A name that `ripen models` lists.")], config: Config = HERE
) -> None:
    """Make VERSION the one that serves; a running bot changes over without losing a message.

    Example: `ripen models use all-MiniLM-L6-v2-d0b238ba`
    """
    from bot.config import load_settings
    from bot.models.registry import activate

    typer.echo(f"{activate(load_settings(config).model.bundle, version).name} is active")


@models.command("undo")
def undo_model(config: Config = HERE) -> None:
    """Go back to the bundle that was active before.

    Example: `ripen models undo`
    """
    from bot.config import load_settings
    from bot.models.registry import undo

    typer.echo(f"{undo(load_settings(config).model.bundle).name} is active again")
