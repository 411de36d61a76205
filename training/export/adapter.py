"""LoRA adapters in peft's own file format, merged into the base's weights without peft or torch.

W' = W + scale * (alpha / r) * B A (arXiv:2106.09685); a `scale` below 1 lies between the base and the tuned model.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from bot.errors import BundleError
from training.export.graph import Tensors
from training.export.weights import plain_name

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"
A, B = ".lora_A.weight", ".lora_B.weight"

REFUSED = {
    "use_dora": (False, None),
    "fan_in_fan_out": (False, None),
    "bias": ("none", None),
    "lora_bias": (False, None),
}
"""Options that change the formula, and their values that do not."""


def merge_adapter(tensors: Tensors, folder: Path, scale: float) -> Tensors:
    """`tensors` with the adapter in `folder` merged at `scale`. Raises BundleError when it is not one that fits."""
    config, weights = _read(folder)
    merged = dict(tensors)
    for name in sorted(weights):
        if not name.endswith((A, B)):
            raise BundleError(
                f"the adapter {folder} has the tensor {name}; only LoRA weights of linear layers can merge."
            )
        if name.endswith(A):
            target = _target(name)
            weight = merged.get(f"{target}.weight")
            down, up = weights[name], weights.get(name.removesuffix(A) + B)
            if weight is None or up is None or (up.shape[0], down.shape[1]) != weight.shape:
                raise BundleError(
                    f"the adapter {folder} does not fit this base: {target} is missing or of another shape."
                )
            factor = scale * _scaling(config, target, rank=down.shape[0])
            merged[f"{target}.weight"] = (weight + factor * (up @ down)).astype(np.float32)
    return merged


def _read(folder: Path) -> tuple[Mapping[str, Any], Tensors]:
    try:
        config = json.loads((folder / CONFIG).read_text("utf-8"))
        weights = {name: tensor.astype(np.float32) for name, tensor in load_file(folder / WEIGHTS).items()}
    except FileNotFoundError as error:
        raise BundleError(
            f"{folder} is no LoRA adapter: it needs {CONFIG} and {WEIGHTS}, as peft saves them."
        ) from error
    except (OSError, ValueError, SafetensorError) as error:
        raise BundleError(f"the adapter {folder} cannot be read: {error}") from error
    if not isinstance(config, dict) or config.get("peft_type") != "LORA":
        raise BundleError(f"{folder / CONFIG} does not describe a LoRA adapter: peft_type must be LORA.")
    for key, harmless in REFUSED.items():
        if config.get(key) not in harmless:
            raise BundleError(f"{folder / CONFIG} has {key}: {config[key]}, which cannot be merged; train without it.")
    if not weights:
        raise BundleError(f"{folder / WEIGHTS} holds no weights.")
    return config, weights


def _target(name: str) -> str:
    return plain_name(name.removesuffix(A).removeprefix("base_model.model."))


def _scaling(config: Mapping[str, Any], target: str, rank: int) -> float:
    alpha = float(config.get("lora_alpha", 8))
    for pattern, special in (config.get("alpha_pattern") or {}).items():
        if re.match(rf"(.*\.)?({pattern})$", target):  # as peft matches it
            alpha = float(special)
    return alpha / (math.sqrt(rank) if config.get("use_rslora") else rank)
