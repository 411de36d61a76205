"""What int8 costs and brings: the same encoder in both precisions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.detectors.encoder import OnnxEncoder
from bot.errors import BundleError
from bot.models.bundle import Bundle
from training.benchmarks.experiments import Subject, few_shot
from training.benchmarks.figures import RIPEN, Figure
from training.export.adapter import WEIGHTS
from training.export.build import SHIPPED_ADAPTER, Recipe, stage_bundle
from training.export.weights import checksum, find_base

NAMES = {"int8": "int8", "none": "fp32"}


def has_shipped_adapter(bundle: Bundle) -> bool:
    """Whether the adapter in it is the one that ships."""
    adapter = bundle.manifest.adapter
    return adapter is not None and adapter.sha256 == checksum(SHIPPED_ADAPTER / WEIGHTS)


def build_other_precision(bundle: Bundle, folder: Path) -> Bundle:
    """The same base and adapter in fp32 for an int8 bundle, and the other way round; in `folder`, not active.

    Raises BundleError: the base or the adapter is not here, or the bundle was tuned by `ripen train`.
    """
    made = bundle.manifest
    if made.training is not None or (made.adapter is not None and not has_shipped_adapter(bundle)):
        raise BundleError(
            f"{bundle.name} cannot be built in another precision: what was merged into it is not the shipped adapter. "
            "Build a bundle of it with --fp32 and name that with --other-precision."
        )
    base = find_base(made.base.name)
    if base.sha256 != made.base.sha256:
        raise BundleError(f"the weights {made.base.name} here are not those that {bundle.name} was built from.")
    recipe = Recipe(
        base=made.base.name,
        adapter="shipped" if made.adapter else None,
        adapter_scale=made.adapter.scale if made.adapter else None,
        quantization="none" if made.quantization == "int8" else "int8",
        without=("sentiment",),
    )
    return stage_bundle(base, recipe, folder)


def compare(subject: Subject, other: Bundle, threads: int) -> Iterator[Figure]:
    """10-shot by the bundle in the other precision, same prior; `subject` is measured among the experiments."""
    name = f"{RIPEN}, {NAMES[other.manifest.quantization]}"
    for measured in few_shot(replace(subject, encoder=OnnxEncoder.from_bundle(other, threads), name=name), 10):
        if isinstance(measured, Figure):
            yield measured
