"""`ripen check`: the linter of intent files and config.yml."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import HERE, AsJson, Config

if TYPE_CHECKING:
    from bot.checks.check import CheckReport


class Format(StrEnum):
    """How findings are printed."""

    text = "text"
    json = "json"
    github = "github"


def check(
    as_json: AsJson = False,
    output: Annotated[
        Format, typer.Option("--format", help="text, json, or github: annotations on the lines of a pull request.")
    ] = Format.text,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 on warnings, too.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="First mend what is safe to mend, in the files.")] = False,
    config: Config = HERE,
) -> None:
    """Check config.yml, the intent files and the actions; exit code 1 when there are errors.

    docs/check.md lists the rules. `# ripen: allow RULE` in a file allows what one finds there.

    Example: `ripen check --strict && git commit`
    """
    from bot.checks.fixes import fix_files
    from bot.checks.formats import FORMATS

    logging.getLogger("bot").setLevel(logging.ERROR)  # what rests, and why, is part of the report
    report = _find(config := config.absolute())
    if fix:
        mended = fix_files(report.problems, config)
        typer.echo("\n".join(mended.told), err=True, nl=bool(mended.told))
        report = _find(config) if mended.files else report
    form = Format.json if as_json else output
    for line in FORMATS[form.value](report):
        if form is Format.text:
            typer.secho(line.text, fg=line.colour)
        else:
            typer.echo(line.text)
    if report.errors or (strict and report.warnings):
        raise typer.Exit(1)


def _find(config: Path) -> CheckReport:
    from bot.checking import find_all_problems

    try:
        with _nothing_collected():
            return asyncio.run(find_all_problems(config))
    except KeyboardInterrupt:
        typer.echo("\nstopped; sentences that were encoded by now are kept for the next check", err=True)
        raise typer.Exit(130) from None


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """What a check reads stays until its end: to look for cycles in it costs a tenth of a second check."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
