"""`ripen slack`: setting the bot up on Slack."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

slack = typer.Typer(
    no_args_is_help=True, help="Set the bot up on Slack: the app's manifest, and a check of what is missing."
)
Url = Annotated[str | None, typer.Option(help="The bot's public address, as https://bot.example.com.")]


@slack.command()
def manifest(
    url: Url = None,
    oauth: Annotated[bool, typer.Option("--oauth", help="Let several workspaces install the bot.")] = False,
) -> None:
    """Print the manifest to paste at api.slack.com/apps: for Socket Mode, or with --url for the Events API.

    Example: `ripen slack manifest`
    """
    from bot.connectors.slack.manifest import write_manifest

    typer.echo(write_manifest(url, oauth=oauth), nl=False)


@slack.command()
def check(
    url: Url = None,
    config: Annotated[Path, typer.Option("--config", "-c", envvar="RIPEN_CONFIG", help="The bot's config.yml.")] = Path(
        "config.yml"
    ),
) -> None:
    """Say which token, scope or setting is missing, and what Slack lets nobody check; exit code 1 when one is.

    Example: `ripen slack check --url https://bot.example.com`
    """
    if not asyncio.run(_check(config, url)):
        raise typer.Exit(1)


async def _check(config: Path, url: str | None) -> bool:
    import os

    from bot.config import load_settings
    from bot.connectors.slack.check import check as look
    from bot.errors import ConfigError

    settings = load_settings(config).slack
    if settings is None:
        raise ConfigError(f"{config}: there is no `slack` section. Write `slack: {{}}` to take all its defaults.")
    colours = {"ok": "green", "wrong": "red", "unknown": "yellow"}
    wrong = 0
    async for finding in look(settings, os.environ, url):
        typer.secho(f"{finding.kind:8}{finding.text}", fg=colours[finding.kind])
        wrong += finding.kind == "wrong"
    typer.echo("nothing is missing that can be checked" if not wrong else f"{wrong} to mend")
    return not wrong
