"""What an experiment gives: figures, and how sure against how right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.evaluation.metrics import Bin

RIPEN = "ripen"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured quantity in [0, 1], once for each draw, and who was measured."""

    data_set: str
    experiment: str
    quantity: str
    values: tuple[float, ...]
    subject: str = RIPEN

    @property
    def mean(self) -> float:
        """Over the draws."""
        return float(np.mean(self.values))

    @property
    def spread(self) -> float:
        """Standard deviation over the draws; 0 for a single one."""
        return float(np.std(self.values, ddof=1)) if len(self.values) > 1 else 0.0


@dataclass(frozen=True, slots=True)
class Reliability:
    """Confidence against accuracy of one experiment, in bins of equal width."""

    data_set: str
    experiment: str
    bins: tuple[Bin, ...]


Measured = Figure | Reliability
