"""`ripen slack`: setting the bot up on Slack."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.options import HERE, Config

slack = typer.Typer(
    no_args_is_help=True, help="Set the bot up on Slack: the app's manifest, and a check of what is missing."
)
Url = Annotated[str | None, typer.Option(help="The bot's public address, as https://bot.example.com.")]


@slack.command()
def manifest(
    url: Url = None,
    oauth: Annotated[bool, typer.Option("--oauth", help="Let several workspaces install the bot.")] = False,
    config: Config = HERE,
) -> None:
    """Print the manifest to paste at api.slack.com/apps: for Socket Mode, or with --url for the Events API.

    The app gets the name that config.yml gives the bot, and the agent view where slack.direct is threads.

    Example: `ripen slack manifest`
    """
    from bot.config import Settings, load_settings
    from bot.connectors.slack.manifest import write_manifest

    settings = load_settings(config) if config.exists() or config != HERE else Settings()
    agent_view = settings.slack is not None and settings.slack.direct == "threads"
    typer.echo(write_manifest(url, oauth=oauth, name=settings.name, agent_view=agent_view), nl=False)


@slack.command()
def check(url: Url = None, config: Config = HERE) -> None:
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
