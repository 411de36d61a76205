"""docs/benchmarks.md from a run: python -m training.benchmarks.page benchmark.json [--pictures docs/pictures]."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from bot.errors import RipenError
from training.benchmarks.figures import Figure
from training.benchmarks.pictures import accuracy_lines, draw_pictures, reliability_panels
from training.benchmarks.prose import (
    ACTING,
    CALIBRATION,
    DESCRIBED,
    HEAD,
    IN_DOCS,
    JUDGES,
    LEARNING,
    MIXED,
    NEAR_AND_FAR,
    OTHERS,
    OWN_DATA,
    PRECISION,
    SENTIMENT,
    SEVERAL,
    SPEED,
    STRANGERS,
    TEST,
    UNDERSTANDING,
    VALIDATION,
)
from training.benchmarks.report import Report, read_report
from training.benchmarks.tables import Tables, show, table

ACCURACY, CALIBRATION_ERROR = "accuracy", "calibration error"
ACCURACY_PICTURE = "![Accuracy by number of examples](pictures/accuracy.svg)"
RELIABILITY_PICTURE = "![Confidence against accuracy](pictures/reliability.svg)"

COSTS = ("seconds to train", "milliseconds a message", "seconds to start", "peak memory in MB")
"""Of rivals: they run in processes of their own."""

ACTS = ("acted on", "acts that are wrong")


def write_page(report: Report, *, in_docs: bool = False) -> str:
    """The page; it follows from the report alone. Pictures are linked as pictures/NAME.svg.

    `in_docs`: it is docs/benchmarks.md, beside other pages that it leads to.
    """
    tables = Tables(report)
    precision = _precision(tables, report)
    sections = [
        _head(report, in_docs),
        _section(
            "Understanding",
            UNDERSTANDING,
            _understanding(tables),
            ACCURACY_PICTURE if accuracy_lines(report) else "",
        ),
        _section("By name and by description", DESCRIBED, _described(tables)),
        _section("Mature and new intents in one bot", MIXED, _mixed(tables)),
        _section("Acting and not acting", ACTING, _acting(tables)),
        _section("Strangers", STRANGERS, *_strangers(tables)),
        _section("Calibration", CALIBRATION, RELIABILITY_PICTURE if reliability_panels(report) else ""),
        _section("Several wishes in one message", SEVERAL, _several(tables)),
        _section("Sentiment", SENTIMENT, _sentiment(tables)),
        _section("int8", PRECISION, precision),
        _section("Speed", SPEED, _speed(report), LEARNING, _learning(report)),
        _section("What the others cost", OTHERS, _costs(tables)),
        _section("Other figures", "", _rest(tables)),
        _section("Which bundle judged what", JUDGES, _judges(report, tables)),
        _section("What was left out", "", _left_out(report)),
        "## Your own data\n\n" + OWN_DATA,
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _section(heading: str, prose: str, *bodies: str) -> str:
    """Nothing at all when the first body is empty: its experiments were not run."""
    if not bodies or not bodies[0]:
        return ""
    return "\n\n".join(part for part in (f"## {heading}", prose, *bodies) if part)


def _head(report: Report, in_docs: bool) -> str:
    where, versions = report.machine, report.versions
    minutes = max(1, round(report.seconds / 60))
    made = (
        f"`{report.command}`, {report.made}, {minutes} minutes on {where['cores']} cores of {where['cpu']} "
        f"(load {where['load']} at its end); {', '.join(f'{name} {number}' for name, number in versions.items())}. "
        f"Bundle `{report.bundle['name']}`: {report.bundle['base']}, adapter {report.bundle['adapter']}, "
        f"{report.bundle['precision']}, fingerprint {report.bundle['fingerprint']}."
    )
    return "\n\n".join(
        ["# Benchmarks", HEAD, *([IN_DOCS] if in_docs else []), made, VALIDATION if report.split == "valid" else TEST]
    )


def _is_plain(figure: Figure) -> bool:
    return figure.experiment.endswith("-shot") or figure.experiment in ("zero-shot, names only", "all data")


def _understanding(tables: Tables) -> str:
    def wanted(quantity: str) -> list[Figure]:
        described = {one.data_set for one in tables.peek("zero-shot, names and descriptions")}
        return tables.pick(
            lambda one: (
                _is_plain(one)
                and one.quantity == quantity
                and one.data_set not in described
                and not _other_precision(one.subject)
            )
        )

    accuracy = tables.pivot(wanted(ACCURACY), lambda one: one.experiment)
    error = tables.pivot(wanted(CALIBRATION_ERROR), lambda one: one.experiment)
    return "\n\n".join([accuracy, f"The calibration error of the same:\n\n{error}"]) if error else accuracy


def _described(tables: Tables) -> str:
    described = {one.data_set for one in tables.peek("zero-shot, names and descriptions")}
    found = tables.pick(lambda one: one.data_set in described and one.experiment.startswith("zero-shot"))
    return tables.pivot(found, lambda one: f"{one.experiment.removeprefix('zero-shot, ')}: {one.quantity}")


def _mixed(tables: Tables) -> str:
    found = tables.pick(lambda one: " mature " in one.experiment)
    return tables.pivot(found, lambda one: one.quantity, lambda one: one.experiment)


def _acting(tables: Tables) -> str:
    found = tables.pick(lambda one: one.quantity in ACTS and not _other_precision(one.subject))
    return tables.pivot(found, lambda one: one.quantity, lambda one: one.experiment)


def _strangers(tables: Tables) -> list[str]:
    found = tables.pick(
        lambda one: (
            ("out-of-scope" in one.quantity or one.quantity == "in scope, acted on rightly")
            and not _other_precision(one.subject)
        )
    )
    pivoted = tables.pivot(found, lambda one: one.quantity, lambda one: one.experiment)
    return [pivoted, NEAR_AND_FAR] if any(one.quantity.startswith("near ") for one in found) else [pivoted]


def _several(tables: Tables) -> str:
    found = tables.pick(lambda one: one.experiment.startswith("several wishes"))
    return tables.pivot(found, lambda one: one.quantity)


def _sentiment(tables: Tables) -> str:
    found = tables.pick(lambda one: one.experiment.startswith("sentiment") and one.quantity not in COSTS)
    return tables.pivot(found, lambda one: one.quantity)


def _other_precision(subject: str) -> bool:
    return subject in ("ripen, fp32", "ripen, int8")


def _precision(tables: Tables, report: Report) -> str:
    """10-shot in both precisions: the rows of the other one, and ours again beside them."""
    other = tables.pick(lambda one: _other_precision(one.subject))
    if not other:
        return ""
    places = {(one.data_set, one.experiment, one.quantity) for one in other}
    ours = [
        one
        for one in report.figures
        if one.subject == "ripen" and (one.data_set, one.experiment, one.quantity) in places
    ]
    named = [_as_precision(one, report.bundle["precision"]) for one in ours]
    return tables.pivot([*named, *other], lambda one: one.quantity, lambda one: one.experiment)


def _as_precision(figure: Figure, precision: str) -> Figure:
    return Figure(figure.data_set, figure.experiment, figure.quantity, figure.values, f"ripen, {precision}")


def _speed(report: Report) -> str:
    headings = ("encoder", "threads", "a message: median ms", "95th percentile ms", "encoder alone, median ms")
    rows = [
        (
            one.precision,
            str(one.threads),
            f"{one.median_ms:.2f}",
            f"{one.p95_ms:.2f}",
            f"{one.encoder_median_ms:.2f}",
            f"{one.per_second:.0f}",
            f"{one.per_second_a_core:.0f}",
        )
        for one in report.timings
    ]
    return table((*headings, "messages/s", "messages/s a core"), rows) if rows else ""


def _learning(report: Report) -> str:
    return table(("part", "seconds"), [(name, f"{taken:.2f}") for name, taken in report.learning.items()])


def _costs(tables: Tables) -> str:
    found = tables.pick(lambda one: one.quantity in COSTS)
    return tables.pivot(found, lambda one: one.quantity, lambda one: one.experiment)


def _rest(tables: Tables) -> str:
    """What no section above has a place for, rivals' own quantities for one: nothing is dropped in silence."""
    rows = [
        (tables.marked(one.data_set), one.experiment, one.subject, one.quantity, show(one)) for one in tables.rest()
    ]
    return table(("set", "experiment", "by", "quantity", "value"), rows) if rows else ""


def _judges(report: Report, tables: Tables) -> str:
    rows = [
        (
            tables.marked(one.data_set),
            f"`{one.bundle}`",
            f"{one.adapter}{_fairness(one.seen, one.own)}",
            one.prior,
            "; ".join(report.notes.get(one.data_set, ())) or "as they come",
        )
        for one in report.judges
    ]
    return table(("set", "bundle", "adapter", "arbiter's prior", "splits"), rows) if rows else ""


def _fairness(seen: bool, own: bool) -> str:
    if seen:
        return ", trained on this set"
    return ", for this set alone" if own else ""


def _left_out(report: Report) -> str:
    return _bullets(report.left_out) or "Nothing."


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def main() -> None:
    """Print the page; with --pictures, draw its pictures too."""
    parser = argparse.ArgumentParser(prog="python -m training.benchmarks.page", description=__doc__)
    parser.add_argument("report", type=Path, help="a benchmark.json")
    parser.add_argument("--pictures", type=Path, help="folder to draw the pictures into")
    asked = parser.parse_args()
    try:
        report = read_report(asked.report)
        if asked.pictures:
            draw_pictures(report, asked.pictures)
    except RipenError as error:
        raise SystemExit(f"error: {error}") from None
    print(write_page(report, in_docs=True), end="")


if __name__ == "__main__":
    main()
