"""Figures as Markdown tables: a row for each set and subject, a column for each experiment or quantity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from training.benchmarks.figures import Figure
from training.benchmarks.report import Report

Key = Callable[[Figure], str]


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown; bars in cells are escaped."""
    lines = [_line(headings), "|" + "---|" * len(headings)]
    return "\n".join([*lines, *map(_line, rows)])


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def show(figure: Figure | None) -> str:
    """The mean, and the standard deviation where there are several draws; a dash for what was not measured."""
    if figure is None:
        return "-"
    if figure.mean > 10:  # a time or a size
        return f"{figure.mean:,.0f}"
    return f"{figure.mean:.3f}" + (f" ± {figure.spread:.3f}" if len(figure.values) > 1 else "")


class Tables:
    """Makes tables of a report's figures, and remembers which figures have been shown."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._shown: set[Figure] = set()
        self._marks = {judge.data_set: " \\*" if judge.seen else " †" if judge.own else "" for judge in report.judges}

    def marked(self, data_set: str) -> str:
        """The set's name; with a star if the adapter has seen it, a dagger if a bundle of its own judged it."""
        return data_set + self._marks.get(data_set, "")

    def pick(self, wanted: Callable[[Figure], bool]) -> list[Figure]:
        """The figures that are `wanted`; they count as shown."""
        found = [figure for figure in self._report.figures if wanted(figure)]
        self._shown.update(found)
        return found

    def peek(self, experiment: str) -> list[Figure]:
        """The figures of an experiment; they do not count as shown."""
        return [figure for figure in self._report.figures if figure.experiment == experiment]

    def rest(self) -> list[Figure]:
        """The figures that no table has shown."""
        return [figure for figure in self._report.figures if figure not in self._shown]

    def pivot(self, figures: Sequence[Figure], column: Key, also_row: Key | None = None) -> str:
        """A row for each set (and what `also_row` says) and subject. Empty when there are no figures."""
        if not figures:
            return ""
        columns = list(dict.fromkeys(column(one) for one in figures))
        subjects = list(dict.fromkeys(one.subject for one in figures))
        rows: dict[tuple[str, ...], dict[str, Figure]] = {}
        for one in figures:
            key = (self.marked(one.data_set), *((also_row(one),) if also_row else ()), one.subject)
            rows.setdefault(key, {})[column(one)] = one
        alone = len(subjects) == 1
        headings = ["set", *(["examples"] if also_row else []), *([] if alone else ["by"]), *columns]
        cells = (
            [*(key[:-1] if alone else key), *(show(found.get(name)) for name in columns)] for key, found in rows.items()
        )
        return table(headings, cells)
