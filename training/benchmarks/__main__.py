"""Judge the bundle that serves on public sets: python -m training.benchmarks --data DIR [--bundle models]."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.embedding_cache import CachedEncoder
from bot.detectors.encoder import OnnxEncoder
from bot.models.bundle import Bundle
from bot.models.registry import active
from training.arbiter.prior import fit_prior
from training.arbiter.public import DATA_SETS
from training.benchmarks.experiments import EXPERIMENTS, SPLIT, Figure, Subject
from training.benchmarks.report import as_json, as_markdown
from training.benchmarks.several import several
from training.export.adapter import WEIGHTS
from training.export.build import SHIPPED_ADAPTER
from training.export.weights import checksum
from training.pretrain.corpus import DATA_SETS as PRETRAINED_ON


def main() -> None:
    """Print a table to standard output; progress goes to standard error."""
    parser = argparse.ArgumentParser(prog="python -m training.benchmarks", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with intents/NAME/SPLIT.csv")
    parser.add_argument(
        "--bundle", type=Path, default=Path("models"), help="folder of bundles; its active one is judged"
    )
    parser.add_argument("--sets", nargs="+", choices=SPLIT, default=list(SPLIT))
    parser.add_argument("--split", choices=("valid", "test"), default="test", help="choose on valid, report test")
    parser.add_argument("--cache", type=Path, help="file to keep embeddings in between runs")
    parser.add_argument("--json", type=Path, help="file for every figure and draw")
    asked = parser.parse_args()
    bundle = active(asked.bundle)
    with tempfile.TemporaryDirectory() as scratch:
        encoder = CachedEncoder(OnnxEncoder.from_bundle(bundle), asked.cache or Path(scratch) / "embeddings.db")
        figures = [figure for name in asked.sets for figure in _measure(name, asked.data, bundle, encoder, asked.split)]
    seen = _seen_by_adapter(bundle, asked.sets)
    print(as_markdown(figures, seen))
    if asked.json:
        about = {"bundle": bundle.name, "encoder": bundle.fingerprint, "split": asked.split, "seen_by_adapter": seen}
        asked.json.write_text(json.dumps(as_json(figures, about), indent=1) + "\n", encoding="utf-8")


def _measure(name: str, data: Path, bundle: Bundle, encoder: CachedEncoder, split: str) -> list[Figure]:
    subject = Subject(data, name, encoder, _fair_prior(name, data, bundle, encoder), split)
    figures = []
    for experiment in (*EXPERIMENTS, several):
        start = perf_counter()
        measured = list(experiment(subject))
        told = ", ".join(f"{figure.quantity} {figure.mean:.4f}" for figure in measured)
        print(f"{name}, {measured[0].experiment}: {told} ({perf_counter() - start:.0f} s)", file=sys.stderr, flush=True)
        figures += measured
    return figures


def _seen_by_adapter(bundle: Bundle, sets: list[str]) -> list[str]:
    """Sets that the bundle's adapter was trained on, if it is the shipped one: no figure on them is a fair one."""
    adapter = bundle.manifest.adapter
    shipped = adapter is not None and adapter.sha256 == checksum(SHIPPED_ADAPTER / WEIGHTS)
    return [name for name in sets if shipped and name in PRETRAINED_ON]


def _fair_prior(name: str, data: Path, bundle: Bundle, encoder: CachedEncoder) -> ArbiterPrior:
    """The bundle's own; for a set that it was fitted on, one fitted on the others."""
    shipped = ArbiterPrior.load(bundle.arbiter_path)
    if name not in shipped.data_sets:
        return shipped
    print(f"{name}: fitting a prior without it", file=sys.stderr, flush=True)
    return fit_prior(data, encoder, [other for other in DATA_SETS if other != name])


if __name__ == "__main__":
    main()
