"""The file of a sentiment head."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from bot.detectors.sentiment import FORMAT, SentimentHead


def write_head(head: SentimentHead, path: Path, made_of: Mapping[str, str]) -> None:
    """Write a head as safetensors that `SentimentHead.load` reads."""
    tensors = {
        "label.weights": np.ascontiguousarray(
            head.label_weights
        ),  # safetensors would write a transposed one as it lies
        "label.bias": head.label_bias,
        "valence.weights": head.valence_weights,
        "valence.bias": np.array([head.valence_bias], dtype=np.float32),
    }
    save_file(tensors, path, {"format": FORMAT, **made_of})
