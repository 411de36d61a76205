"""Figures as a Markdown table and as JSON."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from training.benchmarks.experiments import Figure


def as_markdown(figures: Sequence[Figure], seen: Collection[str] = ()) -> str:
    """One row a figure: mean, and the standard deviation where there are several draws. Sets in `seen` are marked."""
    lines = ["| set | experiment | quantity | value |", "|---|---|---|---|"]
    for figure in figures:
        spread = f" ± {figure.spread:.4f} ({len(figure.values)} draws)" if len(figure.values) > 1 else ""
        name = f"{figure.data_set} *" if figure.data_set in seen else figure.data_set
        lines.append(f"| {name} | {figure.experiment} | {figure.quantity} | {figure.mean:.4f}{spread} |")
    if seen:
        lines += ["", f"\\* the bundle's adapter was trained on it; judge {', '.join(seen)} with one that was not"]
    return "\n".join(lines)


def as_json(figures: Sequence[Figure], about: dict[str, Any]) -> dict[str, Any]:
    """Everything that the table says, every draw, and what was measured."""
    return {**about, "figures": [asdict(figure) | {"mean": figure.mean, "spread": figure.spread} for figure in figures]}
