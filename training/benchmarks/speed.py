"""How fast the engine is on this machine: python -m training.benchmarks.speed [--bundle models] [--json FILE].

A made-up bot of 77 intents with 10 examples each: one ten-word message at a time, and a rebuild after an edit of one
intent. Sentences are put together from word lists: timing does not care what they mean, accuracy is judged elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import tempfile
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from bot.catalog.catalog import Catalog, Example
from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.embedding_cache import CachedEncoder
from bot.detectors.encoder import OnnxEncoder
from bot.detectors.learner import Learner
from bot.detectors.sentiment import NeutralSentiment, SentimentHead
from bot.models.bundle import Bundle
from bot.models.registry import active
from training.benchmarks.bots import HERE, make_catalog, with_speller

VERBS = ("change", "cancel", "find", "track", "print", "renew", "share", "block", "move", "lend", "paint")
THINGS = ("ticket", "garden", "letter", "engine", "blanket", "recipe", "bicycle")
FRAMES = (
    "i want to {} my {}",
    "how do i {} the {} today",
    "please {} this {} for me",
    "can you {} a {}",
    "is it possible to {} another {}",
    "{} {} now",
    "help me to {} an old {}",
    "who is able to {} our {}",
    "my brother asked you to {} his {}",
    "we could not {} that {} last week",
)
MESSAGE = "could you please tell me how to renew my ticket"
ROUNDS = 500


def synthetic_catalog() -> Catalog:
    """77 intents, 10 examples each."""
    pairs = list(product(VERBS, THINGS))
    return make_catalog({f"{verb}_{thing}": [frame.format(verb, thing) for frame in FRAMES] for verb, thing in pairs})


def time_calls(call: Callable[[], object], rounds: int = ROUNDS) -> dict[str, float]:
    """Median and 95th percentile, in milliseconds, after a warm-up."""
    for _ in range(20):
        call()
    taken = []
    for _ in range(rounds):
        start = perf_counter()
        call()
        taken.append((perf_counter() - start) * 1000)
    return {"median_ms": round(float(np.median(taken)), 3), "p95_ms": round(float(np.quantile(taken, 0.95)), 3)}


def time_learning(learner: Learner, catalog: Catalog) -> dict[str, float]:
    """Seconds to the first and to the last detector."""
    start = perf_counter()
    steps = learner.learn(catalog)
    next(steps)
    first = perf_counter() - start
    for _ in steps:
        pass
    return {"first_s": round(first, 3), "last_s": round(perf_counter() - start, 3)}


def measure(bundle: Bundle, scratch: Path) -> dict[str, Any]:
    """Every figure of this page."""
    encoder = OnnxEncoder.from_bundle(bundle)
    cached = CachedEncoder(encoder, scratch / "embeddings.db")
    sentiment = SentimentHead.load(bundle.sentiment_path) if bundle.sentiment_path else NeutralSentiment()
    learner = Learner(cached, encoder, sentiment, ArbiterPrior.load(bundle.arbiter_path))
    catalog = synthetic_catalog()
    *_, learnt = learner.learn(catalog)
    detector = with_speller(learnt, catalog, encoder)
    edited = catalog.intents["renew_ticket"]
    more = replace(edited, examples=(*edited.examples, Example("the ticket of mine ran out", HERE)))
    added = make_catalog({"water_plants": ()}).intents
    return {
        "message": time_calls(lambda: detector.detect(MESSAGE)),
        "encoder alone": time_calls(lambda: encoder.encode([MESSAGE])),
        "rebuild, an example added": time_learning(learner, Catalog({**catalog.intents, "renew_ticket": more})),
        "rebuild, an intent added": time_learning(learner, Catalog({**catalog.intents, **added})),
    }


def machine() -> dict[str, Any]:
    """What it was measured on."""
    names = [line.split(":", 1)[1].strip() for line in _cpu_info() if line.startswith("model name")]
    load = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    return {"cpu": names[0] if names else platform.processor(), "cores": os.cpu_count(), "load": load}


def _cpu_info() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def main() -> None:
    """Print the figures; exit 0 whatever they are: a busy machine is not a broken build."""
    parser = argparse.ArgumentParser(prog="python -m training.benchmarks.speed", description=__doc__)
    parser.add_argument(
        "--bundle", type=Path, default=Path("models"), help="folder of bundles; its active one is timed"
    )
    parser.add_argument("--json", type=Path, help="file for the figures")
    asked = parser.parse_args()
    where = machine()
    with tempfile.TemporaryDirectory() as scratch:
        figures = measure(active(asked.bundle), Path(scratch))
    print(f"{where['cpu']}, {where['cores']} cores, load {where['load']}, {platform.python_version()}")
    for name, values in figures.items():
        print(f"{name:27}", "  ".join(f"{key.replace('_', ' ')} {value}" for key, value in values.items()))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{'peak memory, this process':27} {memory} MB")
    if asked.json:
        report = {"machine": where, "figures": figures, "peak_memory_mb": memory}
        asked.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
