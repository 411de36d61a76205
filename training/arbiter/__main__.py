"""Fit the shipped prior: python -m training.arbiter --data DIR [--bundle DIR] [--out FILE]."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bot.detectors.embedding_cache import CachedEncoder
from bot.detectors.encoder import OnnxEncoder
from bot.models.bundle import Bundle
from bot.models.registry import active
from training.arbiter.prior import BOTS, SEED, fit_prior
from training.export.build import ASSETS, Recipe, build_bundle


def main() -> None:
    """Fit on the public sets and write the asset that every bundle carries."""
    parser = argparse.ArgumentParser(prog="python -m training.arbiter", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with intents/NAME/SPLIT.csv")
    parser.add_argument("--bundle", type=Path, help="folder of bundles whose encoder is used; by default a fresh one")
    parser.add_argument("--cache", type=Path, help="file to keep embeddings in between runs")
    parser.add_argument("--out", type=Path, default=ASSETS / "arbiter.json")
    parser.add_argument("--bots", type=int, default=BOTS, help="simulated bots on each data set")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        bundle: Bundle = (
            active(asked.bundle)
            if asked.bundle
            else build_bundle(Recipe(without=("arbiter", "sentiment")), Path(scratch) / "bundles")
        )
        encoder = CachedEncoder(OnnxEncoder.from_bundle(bundle), asked.cache or Path(scratch) / "embeddings.db")
        prior = fit_prior(asked.data, encoder, bots=asked.bots, seed=asked.seed)
    prior.save(asked.out)
    print(
        f"{asked.out}: fitted on {prior.made_of['lessons']} messages of {prior.made_of['bots']} bots", file=sys.stderr
    )


if __name__ == "__main__":
    main()
