"""Fits the prior: public sets -> simulated bots -> lessons -> arbiter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.detectors.arbiter import Arbiter, ArbiterPrior
from bot.detectors.base import Encoder
from bot.detectors.episodes import hold_out, shares
from bot.detectors.lessons import Lessons, fit_arbiter, fit_scale, untaught
from bot.detectors.risk import HeldOut
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
    simulated = list(simulate(public, bots, generator))
    lessons = Lessons.join(simulated)
    arbiter = _fit(lessons)
    return ArbiterPrior(
        arbiter,
        _hold_out_sets(simulated, max(2, len(names)), arbiter),
        {
            "data_sets": list(names),
            "splits": ["train", "valid"],
            "bots": bots * len(names),
            "lessons": len(lessons.weights),
            "seed": seed,
            "encoder": encoder.fingerprint,
        },
    )


def _fit(lessons: Lessons, near: Arbiter | None = None) -> Arbiter:
    return fit_arbiter(lessons, untaught(*fit_scale(lessons)), STRENGTH, near)


def _hold_out_sets(simulated: Sequence[Lessons], sets: int, near: Arbiter) -> HeldOut:
    """How bots of each set do by a prior of the other sets, as a user's bot is of none. `simulated` takes turns."""
    groups = [Lessons.join(simulated[number::sets]) for number in range(sets)]

    def fit_without(number: int) -> Arbiter:
        return _fit(Lessons.join([group for index, group in enumerate(groups) if index != number]), near)

    lessons = Lessons.join(groups)
    mature, new = ((lessons.sides == side).sum() for side in (0, 1))
    return hold_out(groups, fit_without, shares(float(mature), float(new)))
