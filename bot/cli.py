"""The command line: parse and print only. What the commands do lives in assemble.py and the rooms."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Coroutine
from dataclasses import asdict
from importlib.metadata import entry_points
from typing import Annotated, Any, TypeVar

import typer
from typer.core import TyperGroup

from bot import __version__
from bot.commands.check import check
from bot.commands.confidence import confidence
from bot.commands.explain import explain
from bot.commands.init import init
from bot.commands.intents import intents
from bot.commands.models import models
from bot.commands.options import HERE, Config
from bot.commands.rename import rename
from bot.commands.review import review
from bot.commands.slack import slack
from bot.errors import CatalogError, RipenError

T = TypeVar("T")

STOPPED = 130
"""Exit code after Ctrl-C, as shells have it: 128 and the number of the signal."""

PLUGINS = "ripen.commands"
"""Entry points under this name add commands; those of training/ are found so, since bot/ never imports it."""


class Commands(TyperGroup):
    """Ripen's commands: those of this file, and those that other packages add. Its errors are one clear line."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All commands by name."""
        added = {point.name for point in entry_points(group=PLUGINS)}
        return [*super().list_commands(ctx), *sorted(added)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command; an added one is imported now, not before."""
        for point in entry_points(group=PLUGINS, name=cmd_name):
            command = typer.main.get_command(point.load())
            command.name = cmd_name
            return command
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; what Ripen raises on purpose becomes one line and exit code 1, Ctrl-C one and 130."""
        try:
            return super().invoke(ctx)
        except RipenError as error:
            if ctx.params.get("debug"):
                raise
            # Problems in files say what they are, each on a line with its place.
            told = str(error) if isinstance(error, CatalogError) else f"error: {error}"
            typer.secho(told, fg="red", err=True)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            typer.echo("\nstopped", err=True)
            raise typer.Exit(STOPPED) from None


app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="markdown")


def main() -> None:
    """Entry point of the `ripen` command."""
    try:
        app()
    except KeyboardInterrupt:  # while the command is still being found
        sys.exit(STOPPED)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def ripen(
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks and the log in full.")] = False,
    version: Annotated[  # noqa: ARG001 - its callback answers, before a command is asked for
        bool, typer.Option("--version", help="Print the version and leave.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Ripen: chat bots whose intents ripen. Run it in a bot's folder, the one with config.yml."""
    _log_to_stderr(debug)


app.command()(init)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; config.yml's web.host otherwise.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = None,
    config: Config = HERE,
) -> None:
    """Serve the bot: the web page and widget, REST, Socket.IO, and Slack when config.yml has a `slack` section.

    Example: `ripen serve --port 8080`
    """
    from bot.serving import serve_bot

    def say(address: str) -> None:
        typer.echo(f"The bot is on {address} (Ctrl-C stops it)")

    _run(serve_bot(config, host, port, say))


@app.command()
def chat(
    explain: Annotated[bool, typer.Option("--explain", help="Show decision, confidences and sentiment.")] = False,
    sender: Annotated[str, typer.Option(help="Whose conversation to go on with.")] = "terminal",
    config: Config = HERE,
) -> None:
    """Talk to the bot in this terminal.

    Example: `ripen chat --explain`
    """
    from bot.assemble import chat_with_bot

    logging.getLogger("bot").setLevel(logging.WARNING)
    _run(chat_with_bot(config, explain=explain, sender=sender))


@app.command()
def parse(text: Annotated[str, typer.Argument(help="A message.")], config: Config = HERE) -> None:
    """Print as JSON what the bot makes of TEXT: detection, decision, timings.

    Example: `ripen parse "where is my order A-1042"`
    """
    from bot.assemble import parse_text

    parsed = parse_text(config, text)
    typer.echo(json.dumps(asdict(parsed), indent=2, ensure_ascii=False, default=str))


app.command()(check)


app.command()(intents)
app.command()(confidence)
app.command()(explain)
app.command()(rename)
app.command()(review)


@app.command()
def forget(
    sender: Annotated[str, typer.Argument(help="The sender's id, as the channel names them.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    config: Config = HERE,
) -> None:
    """Delete everything that is kept about SENDER.

    Example: `ripen forget U024BE7LH`
    """
    from bot.assemble import forget_sender

    if not yes:
        typer.confirm(f"Delete every turn and slot of {sender}?", abort=True)
    typer.echo(f"{_count(_run(forget_sender(config, sender)), 'turn')} deleted")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


app.add_typer(models, name="models")
app.add_typer(slack, name="slack")


def _log_to_stderr(debug: bool) -> None:
    """Ripen's own log from INFO up, other libraries' from WARNING up; with --debug all of ours, and who says it."""
    layout = "%(asctime)s %(levelname)-7s %(name)s: %(message)s" if debug else "%(asctime)s %(levelname)-7s %(message)s"
    logging.basicConfig(level=logging.WARNING, format=layout, datefmt="%H:%M:%S", stream=sys.stderr)
    for ours in ("bot", "training"):
        logging.getLogger(ours).setLevel(logging.DEBUG if debug else logging.INFO)


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(STOPPED) from None
