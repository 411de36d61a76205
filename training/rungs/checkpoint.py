"""Where a training was, as safetensors: a file that is replaced in one step, so a kill leaves the last whole one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


class Checkpoint:
    """Tensors by name, and how many epochs are over. Needs torch."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[int, dict[str, torch.Tensor]] | None:
        """What was kept last; None when nothing was, or a damaged disk made garbage of it."""
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(self._path, framework="pt") as file:
                names = list(file.keys())
                return int(file.metadata()["epochs"]), {name: file.get_tensor(name) for name in names}
        except (FileNotFoundError, SafetensorError, KeyError, TypeError):
            return None

    def write(self, epochs: int, tensors: Mapping[str, torch.Tensor]) -> None:
        """Replace what was kept. Raises OSError, as on a full disk."""
        from safetensors import SafetensorError
        from safetensors.torch import save_file

        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".draft")
        try:
            save_file(dict(tensors), draft, metadata={"epochs": str(epochs)})
        except SafetensorError as error:  # it wraps what the disk said
            raise OSError(str(error)) from error
        draft.replace(self._path)

    def drop(self) -> None:
        """Forget it."""
        self._path.unlink(missing_ok=True)
