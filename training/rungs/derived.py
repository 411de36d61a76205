"""Weights made of a base's, in a folder that is a base itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from training.export.graph import Tensors
from training.export.weights import FILES, OPTIONAL, WEIGHTS, Base, checksum


def derive_base(base: Base, tensors: Tensors, folder: Path, name: str) -> Base:
    """`base` with other weights, in `folder`; the weights are written last, and whole or not at all. Raises OSError."""
    for file in (*FILES, *OPTIONAL):
        if file != WEIGHTS and (base.folder / file).is_file():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(base.folder / file, folder / file)
    draft = folder / "weights.draft"
    save_file({key: np.ascontiguousarray(tensor) for key, tensor in tensors.items()}, draft, {"format": "pt"})
    draft.replace(folder / WEIGHTS)
    return Base(name, folder, checksum(folder / WEIGHTS))
