"""`ripen train`. Cheap to import: what trains is imported when it is asked to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import HERE, Config

if TYPE_CHECKING:
    from training.ladder.run import Outcome, Subject
    from training.rungs.base import Rung

train = typer.Typer()


@train.command()
def climb(  # noqa: PLR0913 - a parameter for each option
    rungs: Annotated[str, typer.Option(help="Rungs to try, as frozen,lora.")] = "frozen,lora",
    seed: Annotated[int, typer.Option(min=0, help="Of everything that is drawn; the same seed trains the same.")] = 0,
    epochs: Annotated[int | None, typer.Option(min=1, help="Instead of each rung's own number.")] = None,
    folds: Annotated[int, typer.Option(min=2, max=10, help="Of the cross-validation.")] = 3,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the training that was stopped.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the table as Markdown.")] = False,
    config: Config = HERE,
) -> None:
    """Tune the encoder on the bot's own examples, judge it by cross-validation, and let it serve if it is better.

    The bot may serve meanwhile. Ctrl-C stops the training; what is finished is kept for --resume.

    Example: `ripen train`

    Example: `ripen train --rungs frozen,lora --seed 7`
    """
    from training.ladder.report import as_markdown, as_table, remarks
    from training.ladder.run import Options, climb
    from training.progress import watch

    options = Options(_choose(rungs), seed, epochs, folds, resume)
    subject = read_subject(config)
    try:
        outcome = watch(climb(subject, options))
    except KeyboardInterrupt:
        typer.echo(
            "\nstopped; what is finished is kept. Go on with: ripen train --resume (and the same options)", err=True
        )
        raise typer.Exit(130) from None
    report = as_markdown(outcome, options)
    said = _write_report(report, subject, outcome)
    if markdown:
        typer.echo(report)
        return
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(as_table(outcome))
    for remark in remarks(outcome):
        console.print(remark, markup=False, highlight=False)
    console.print(said, markup=False, highlight=False)


def _choose(named: str) -> tuple[Rung, ...]:
    """The rungs that `named` lists, in the ladder's order; the lowest is always among them, as what to beat."""
    from training.rungs import RUNGS
    from training.rungs.base import TrainingError

    wanted = {name.strip() for name in named.split(",") if name.strip()}
    strangers = wanted - {rung.name for rung in RUNGS}
    if strangers:
        known = ", ".join(rung.name for rung in RUNGS)
        raise TrainingError(f"--rungs names {', '.join(sorted(strangers))}, which is no rung. Known: {known}.")
    lowest, *others = RUNGS
    chosen = tuple(rung for rung in others if rung.name in wanted)
    if not chosen:
        names = ", ".join(rung.name for rung in others)
        raise TrainingError(f"--rungs names nothing to train; add one or more of: {names}.")
    return (lowest, *chosen)


def read_subject(config: Path) -> Subject:
    """The bot of this config.yml, learnt so far as to know which intents are mature."""
    from bot.assemble import make_learn, make_reader
    from bot.config import load_settings
    from bot.detectors.arbiter import ArbiterPrior
    from bot.models.registry import active
    from bot.slots import delexicalise_examples
    from training.ladder.run import Subject

    settings = load_settings(config)
    parent = active(settings.model.bundle)
    catalog = make_reader(settings, None)()
    *_, detector = make_learn(settings, parent)(catalog)
    mature = tuple(name for name, health in detector.health.items() if health.stage == "mature")
    return Subject(settings, delexicalise_examples(catalog), mature, parent, ArbiterPrior.load(parent.arbiter_path))


def _write_report(report: str, subject: Subject, outcome: Outcome) -> str:
    """Beside the bundle that was promoted, or else in the folder of bundles; a sentence that says where it is."""
    folder = subject.settings.model.bundle
    path = outcome.bundle.folder / "report.md" if outcome.bundle else folder / "last-training.md"
    try:
        path.write_text(report, "utf-8")
    except OSError as error:  # the training is over and what it found is printed: not worth a failure
        return f"The report could not be written to {path}: {error.strerror or error}."
    return f"The report is in {path}."
