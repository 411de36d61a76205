"""What `ripen train` found, as a table for a terminal and as Markdown."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from training.ladder.judge import METRICS
from training.ladder.run import Options, Outcome
from training.ladder.verdict import Judgement

HEADINGS = ("rung", *(metric.name for metric in METRICS), "ms", "scale", "trained", "verdict")
NOTES = (
    "What decides is the mean of accuracy on mature intents and H, the harmonic mean of it and of the accuracy on "
    "hidden intents that stand beside them as newcomers, known by name and description only. AUROC of telling the "
    "hidden ones from the others when they are strangers; ECE, the calibration error of the confidence. All of them "
    "cross-validated over {folds} folds, through the detectors that serve, on sentences that the encoder was not "
    "trained on. ms is an encoder pass, lower quartile. After a figure, the difference to the rung below and its "
    "standard error. Seed {seed}."
)


def as_rows(outcome: Outcome) -> list[tuple[str, ...]]:
    """One row a rung, in the order of HEADINGS."""
    return [_row(judgement) for judgement in outcome.judgements]


def as_table(outcome: Outcome) -> Table:
    """For a terminal."""
    table = Table(*HEADINGS)
    for row in as_rows(outcome):
        table.add_row(*(escape(cell) for cell in row))
    return table


def as_markdown(outcome: Outcome, options: Options) -> str:
    """The same with what it means, as report.md has it."""
    lines = [f"| {' | '.join(HEADINGS)} |", "|" + "---|" * len(HEADINGS)]
    lines += [f"| {' | '.join(row)} |" for row in as_rows(outcome)]
    notes = NOTES.format(folds=options.folds, seed=options.seed)
    said = [*remarks(outcome), notes]
    return "\n".join([*lines, "", "\n\n".join(said)]) + "\n"


def remarks(outcome: Outcome) -> list[str]:
    """What came of it, and what else is worth knowing."""
    said = [outcome.told]
    if outcome.agreement:
        said.append(
            "Sentiment is read by a head that follows the one before: on sentences that it had not seen it gave the "
            f"same label for {outcome.agreement.label:.1%}, and a valence {outcome.agreement.valence:.3f} away on "
            "average."
        )
    if outcome.shared:
        count = len(outcome.shared)
        said.append(
            f"{count} sentence{'s' * (count > 1)} left out: under several intents at once, so they teach none of them. "
            "`ripen check` says where."
        )
    return said


def _row(judgement: Judgement) -> tuple[str, ...]:
    cells = [_figure(judgement, metric.name) for metric in METRICS]
    trained = f"{judgement.seconds:.0f} s" if judgement.below else "-"
    scale = f"{judgement.scale:g}" if judgement.below else "-"
    verdict = judgement.reason if not judgement.below else f"{_word(judgement)}: {judgement.reason}"
    return (judgement.rung, *cells, f"{judgement.latency.own:.2f}", scale, trained, verdict)


def _word(judgement: Judgement) -> str:
    return "promoted" if judgement.promoted else "not promoted"


def _figure(judgement: Judgement, name: str) -> str:
    value = f"{judgement.figures[name]:.3f}"
    if not judgement.differences:
        return value
    difference = judgement.differences[name]
    return f"{value} ({difference.value:+.3f} ± {difference.error:.3f})"
