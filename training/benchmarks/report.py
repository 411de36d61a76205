"""Figures as a Markdown table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from training.benchmarks.experiments import Figure


def as_markdown(figures: Sequence[Figure]) -> str:
    """One row a figure: mean, and the standard deviation where there are several draws."""
    lines = ["| set | experiment | quantity | value |", "|---|---|---|---|"]
    for figure in figures:
        spread = f" ± {figure.spread:.4f} ({len(figure.values)} draws)" if len(figure.values) > 1 else ""
        lines.append(f"| {figure.data_set} | {figure.experiment} | {figure.quantity} | {figure.mean:.4f}{spread} |")
    return "\n".join(lines)


def as_json(figures: Sequence[Figure], about: dict[str, Any]) -> dict[str, Any]:
    """Everything that the table says, every draw, and what was measured."""
    return {**about, "figures": [asdict(figure) | {"mean": figure.mean, "spread": figure.spread} for figure in figures]}
