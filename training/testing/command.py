"""`ripen test`. Cheap to import: what tests is imported when it is asked to."""

from __future__ import annotations

import logging
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.checks.written import CONVERSATIONS
from bot.commands.options import HERE, Config

if TYPE_CHECKING:
    from training.testing.report import Report

test = typer.Typer()

OUT = Path("test-report")
KEPT = Path("tests/understanding.json")


class Part(StrEnum):
    """What may be tested alone."""

    understanding = "understanding"
    conversations = "conversations"


@test.command()
def check_bot(  # noqa: PLR0913 - a parameter for each option
    data: Annotated[
        Path | None, typer.Option(help="A CSV file (text, intent) to ask, in place of the bot's own examples.")
    ] = None,
    only: Annotated[Part | None, typer.Option(help="Test this part alone.")] = None,
    conversations: Annotated[
        Path | None, typer.Option(help=f"Folder of conversation tests; {CONVERSATIONS} beside config.yml otherwise.")
    ] = None,
    folds: Annotated[int, typer.Option(min=2, max=20, help="Parts that the examples are held out in, in turn.")] = 5,
    against: Annotated[
        str | None, typer.Option(metavar="VERSION", help="Ask this version of the model the same, and compare.")
    ] = None,
    min_accuracy: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Exit with 1 when less than this share is understood.")
    ] = None,
    no_worse: Annotated[
        bool, typer.Option("--no-worse", help="Exit with 1 when it is worse than the kept run, else the last one.")
    ] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Keep this run as what --no-worse compares with.")] = False,
    kept: Annotated[
        Path | None, typer.Option(help=f"Where the kept run is; {KEPT} beside config.yml otherwise. Commit it.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for report.html, report.json and report.md.")] = OUT,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the short report for a pull request.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")] = False,
    config: Config = HERE,
) -> None:
    """Test the bot: how well it understands, why it errs, what changed, and whether conversations go as written.

    Exit code 1 when a conversation test fails, or a limit that was set is not kept.

    Example: `ripen test`

    Example: `ripen test --data held-out.csv --min-accuracy 0.9`

    Example: `ripen test --no-worse --markdown > comment.md`
    """
    from training.progress import watch
    from training.testing.changes import fill
    from training.testing.limits import Limits, find_faults
    from training.testing.report import read_kept, write_kept
    from training.testing.run import Asked, run
    from training.testing.writing import LAST, check_place, write_report

    folder = conversations or config.parent / CONVERSATIONS
    understanding, played = only != Part.conversations, only != Part.understanding
    kept = kept or config.parent / KEPT
    if conversations and not conversations.is_dir():
        raise typer.BadParameter(f"{conversations} is no folder", param_hint="--conversations")
    if not understanding and (data or against or min_accuracy is not None):
        raise typer.BadParameter("conversations alone need no --data, --against or --min-accuracy", param_hint="--only")
    if no_worse and not (kept.is_file() or (out / LAST).is_file()):
        raise typer.BadParameter(f"there is no {kept}: write it with --keep, and commit it", param_hint="--no-worse")
    check_place(out)
    logging.getLogger("bot").setLevel(logging.WARNING)  # what conversations do is told in the report
    asked = Asked(config, data, understanding, folder if played else None, folds, against, out / LAST, kept)
    try:
        report = watch(run(asked))
    except KeyboardInterrupt:
        typer.echo("\nstopped; nothing was written", err=True)
        raise typer.Exit(130) from None
    page = write_report(report, out)
    _print(report, markdown, as_json)
    typer.echo(f"All of it is in {page}.", err=True)
    if keep:
        write_kept(fill(report.keep(), read_kept(kept)), kept)
        typer.echo(f"{kept} keeps this run for --no-worse; commit it.", err=True)
    faults = find_faults(report, Limits(min_accuracy, no_worse))
    for fault in faults:
        typer.secho(f"failed: {fault}", fg="red", err=True)
    if faults:
        raise typer.Exit(1)


def _print(report: Report, markdown: bool, as_json: bool) -> None:
    """On standard output nothing but what was asked for."""
    if as_json:
        from training.testing.writing import as_json as write_json

        typer.echo(write_json(report))
    elif markdown:
        from training.testing.markdown import write_markdown

        typer.echo(write_markdown(report), nl=False)
    else:
        from rich.console import Console

        from training.testing.summary import show_report

        Console(width=None if sys.stdout.isatty() else 160, highlight=False).print(*show_report(report), sep="\n")
