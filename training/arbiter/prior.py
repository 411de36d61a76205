"""Fits the prior: public sets -> simulated bots -> lessons -> arbiter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.base import Encoder
from bot.detectors.lessons import Lessons, fit_arbiter, fit_scale, untaught
from training.arbiter.public import DATA_SETS, read_public
from training.arbiter.simulation import simulate

BOTS = 60
SEED = 20
STRENGTH = 1.0


def fit_prior(
    data: Path, encoder: Encoder, names: Sequence[str] = DATA_SETS, bots: int = BOTS, seed: int = SEED
) -> ArbiterPrior:
    """Fit on the data sets `names`: those on which a bot will be judged must not be among them."""
    generator = np.random.default_rng(seed)
    public = read_public(data, encoder, names, generator)
    lessons = Lessons.join(list(simulate(public, bots, generator)))
    arbiter = fit_arbiter(lessons, untaught(*fit_scale(lessons)), STRENGTH)
    return ArbiterPrior(
        arbiter,
        {
            "data_sets": list(names),
            "splits": ["train", "valid"],
            "bots": bots * len(names),
            "lessons": len(lessons.weights),
            "seed": seed,
            "encoder": encoder.fingerprint,
        },
    )
