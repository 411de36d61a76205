"""The page's pictures, as small SVG files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import RipenError
from training.benchmarks.figures import RIPEN, Reliability
from training.benchmarks.report import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

EXAMPLES = {"zero-shot, names only": "name", "1-shot": "1", "5-shot": "5", "10-shot": "10", "all data": "all"}
SHOWN = ("10-shot", "all data")
ACROSS = 4
STYLE: Any = {
    "svg.fonttype": "none",  # text stays text: smaller than outlines, and it can be searched
    "svg.hashsalt": "ripen",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
OURS, THEIRS, PLAIN = "#1f6f4a", "#b9b9b9", "#888888"


class PicturesMissing(RipenError):
    """matplotlib is not installed."""


def check_drawing() -> None:
    """Raises PicturesMissing when what draws is not installed: better before hours of measuring than after them."""
    try:
        import matplotlib  # noqa: F401
    except ModuleNotFoundError as error:
        raise PicturesMissing(
            "the pictures need matplotlib, which is not installed. Run: pip install 'ripen-bot[train]'"
        ) from error


def draw_pictures(report: Report, folder: Path) -> list[Path]:
    """accuracy.svg and reliability.svg in `folder`, as far as the report has what they show.

    The same report gives the same files. Raises PicturesMissing.
    """
    check_drawing()
    import matplotlib as mpl

    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context():
        mpl.rcParams.update(STYLE)
        drawn = [_draw_accuracy(report, folder / "accuracy.svg"), _draw_reliability(report, folder / "reliability.svg")]
    return [path for path in drawn if path]


def accuracy_lines(report: Report) -> dict[str, dict[str, dict[str, float]]]:
    """Accuracy by set, subject and experiment, for sets on which ours has at least two."""
    lines: dict[str, dict[str, dict[str, float]]] = {}
    for one in report.figures:
        if one.quantity == "accuracy" and one.experiment in EXAMPLES:
            lines.setdefault(one.data_set, {}).setdefault(one.subject, {})[one.experiment] = one.mean
    return {name: found for name, found in lines.items() if len(found.get(RIPEN, {})) > 1}


def reliability_panels(report: Report) -> list[Reliability]:
    """What reliability.svg shows."""
    return [one for one in report.reliability if one.experiment in SHOWN]


def _panels(count: int, height: float) -> tuple[object, list[Axes]]:
    from matplotlib.figure import Figure as Canvas

    across = min(ACROSS, count)
    down = -(-count // across)
    canvas = Canvas(figsize=(2.5 * across, height * down), layout="constrained")
    grid = canvas.subplots(down, across, squeeze=False)
    axes = [one for row in grid for one in row]
    for unused in axes[count:]:
        unused.set_axis_off()
    return canvas, axes[:count]


def _save(canvas: object, path: Path) -> Path:
    from matplotlib.figure import Figure as Canvas

    assert isinstance(canvas, Canvas)  # noqa: S101 - for the type checker
    canvas.savefig(path, format="svg", metadata={"Date": None, "Creator": None}, facecolor="white")
    return path


def _draw_accuracy(report: Report, path: Path) -> Path | None:
    """Accuracy over the number of examples, a panel for each set, others in grey behind."""
    lines = accuracy_lines(report)
    if not lines:
        return None
    canvas, axes = _panels(len(lines), 2.3)
    seen = {judge.data_set for judge in report.judges if judge.seen}
    for axis, (name, subjects) in zip(axes, lines.items(), strict=True):
        for subject, values in sorted(subjects.items(), key=lambda item: item[0] == RIPEN):
            at = [place for place, experiment in enumerate(EXAMPLES) if experiment in values]
            heights = [values[experiment] for experiment in EXAMPLES if experiment in values]
            axis.plot(at, heights, "o-", color=OURS if subject == RIPEN else THEIRS, markersize=3, label=subject)
        axis.set_title(name + (" *" if name in seen else ""), fontsize=9)
        axis.set_xticks(range(len(EXAMPLES)), list(EXAMPLES.values()))
        axis.set_ylim(0, 1)
        axis.grid(axis="y", linewidth=0.3)
        if len(subjects) > 1:
            axis.legend(fontsize=6, frameon=False)
    axes[0].set_ylabel("accuracy")
    axes[0].set_xlabel("examples an intent")
    return _save(canvas, path)


def _draw_reliability(report: Report, path: Path) -> Path | None:
    """Accuracy over confidence, a panel for each set and experiment, with the number of messages in each bin."""
    chosen = reliability_panels(report)
    if not chosen:
        return None
    canvas, axes = _panels(len(chosen), 2.5)
    for axis, one in zip(axes, chosen, strict=True):
        _draw_bins(axis, one)
    axes[0].set_ylabel("accuracy")
    axes[0].set_xlabel("confidence (bars: messages)")
    return _save(canvas, path)


def _draw_bins(axis: Axes, one: Reliability) -> None:
    confidence, accuracy = [bin.confidence for bin in one.bins], [bin.accuracy for bin in one.bins]
    counts: Sequence[int] = [bin.count for bin in one.bins]
    most = max(counts)
    axis.bar(confidence, [0.45 * count / most for count in counts], width=0.05, color=THEIRS)
    axis.plot([0, 1], [0, 1], color=PLAIN, linewidth=0.6, linestyle="--")
    axis.plot(confidence, accuracy, "o-", color=OURS, markersize=3, linewidth=1)
    axis.set_title(f"{one.data_set}, {one.experiment}", fontsize=8)
    axis.text(0.02, 0.93, f"{sum(counts)} messages, largest bin {most}", fontsize=6, color=PLAIN)
    axis.set_xlim(0, 1)
    axis.set_ylim(0, 1)
