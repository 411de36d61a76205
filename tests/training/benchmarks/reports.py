"""A made-up report that has something for every section of the page."""

from __future__ import annotations

from training.benchmarks.figures import Figure, Reliability
from training.benchmarks.judges import Judge
from training.benchmarks.report import Report
from training.benchmarks.timing import Timing
from training.evaluation.metrics import Bin

FIGURES = (
    Figure("banking77", "zero-shot, names only", "accuracy", (0.6251,)),
    Figure("banking77", "10-shot", "accuracy", (0.8612,)),
    Figure("banking77", "10-shot", "calibration error", (0.0521,)),
    Figure("banking77", "10-shot", "accuracy", (0.5432,), "rival"),
    Figure("banking77", "10-shot", "seconds to train", (1234.5,), "rival"),
    Figure("banking77", "10-shot", "accuracy", (0.8634,), "ripen, fp32"),
    Figure("banking77", "57 mature 10-shot + 20 new", "H", (0.7, 0.8)),
    Figure("clinc150", "10-shot", "acted on", (0.877,)),
    Figure("clinc150", "10-shot", "acts that are wrong", (0.0345,)),
    Figure("clinc150", "10-shot", "in scope, acted on rightly", (0.8461,)),
    Figure("clinc150", "10-shot", "out-of-scope recall", (0.9501,)),
    Figure("hwu64", "several wishes, 20 intents 10-shot", "pairs, both acted on", (0.6, 0.7)),
    Figure("sgd", "zero-shot, names only", "accuracy", (0.4441,)),
    Figure("sgd", "zero-shot, names and descriptions", "accuracy", (0.5551,)),
    Figure("sst2", "sentiment", "accuracy", (0.8091,)),
    Figure("banking77", "something new", "a quantity of its own", (0.1231,)),
)

REPORT = Report(
    command="ripen benchmark --data DIR --split valid --quick",
    split="valid",
    quick=True,
    made="2026-01-02",
    seconds=421,
    machine={"cpu": "A Processor", "cores": 2, "load": 1.5},
    versions={"python": "3.11.9", "onnxruntime": "1.20.0"},
    bundle={
        "name": "b-1",
        "base": "a/base",
        "adapter": "the shipped one",
        "precision": "int8",
        "fingerprint": "f",
    },
    judges=(
        Judge("banking77", "b-1", "the shipped one x 0.3", False, False, "the bundle's"),
        Judge("clinc150", "b-1", "the shipped one x 0.3", True, False, "fitted without this set"),
        Judge("hwu64", "b-2", "without-hwu64 (123456) x 0.3", False, True, "fitted without this set"),
    ),
    notes={"banking77": ("train_5 drawn",)},
    left_out=("the set snips",),
    figures=FIGURES,
    reliability=(Reliability("banking77", "10-shot", (Bin(0.5, 0.4, 10), Bin(0.9, 0.95, 90))),),
    timings=(Timing("int8", 1, 2.11, 2.52, 1.53, 450.1),),
    learning={"head of 77 mature intents": 0.123},
)
