"""A branch: a tuned copy of an encoder's upper layers, from which feeling is read; the lower layers serve both.

It is kept as a LoRA adapter of those layers, and merged into the copy when a bundle is built.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bot.detectors.sentiment import SentimentHead
from bot.errors import BundleError
from training.export.adapter import CONFIG, WEIGHTS, merge_adapter
from training.export.graph import Tensors, Upper
from training.export.weights import Base, checksum

FOLDER = "feeling"
"""Where a head's branch lies, beside the head."""

SHORT = 16  # characters of a checksum that a head names its branch by


@dataclass(frozen=True, slots=True)
class Branch:
    """The adapter in `folder`. `start` has the weights that it was tuned on, when they are not the bundle's own."""

    folder: Path
    start: Base | None = None

    @property
    def sha256(self) -> str:
        """Of the adapter's weights. Raises BundleError when they are not there."""
        try:
            return checksum(self.folder / WEIGHTS)
        except OSError as error:
            raise BundleError(f"{self.folder / WEIGHTS} cannot be read: {error.strerror}.") from error

    @property
    def after(self) -> int:
        """How many layers lie under it. Raises BundleError for an adapter that does not say which layers it tunes."""
        path = self.folder / CONFIG
        try:
            layers = json.loads(path.read_text("utf-8")).get("layers_to_transform")
        except (OSError, ValueError, AttributeError) as error:
            raise BundleError(f"{path} cannot be read: {error}.") from error
        if not (isinstance(layers, list) and layers and layers == list(range(layers[0], layers[0] + len(layers)))):
            raise BundleError(f"{path} has layers_to_transform: {layers}; a branch tunes some in a row, [4, 5] say.")
        return int(layers[0])

    def upper(self, tensors: Tensors) -> Upper:
        """Its layers' weights, tuned from `start`, or else from `tensors`. Raises BundleError when it does not fit."""
        own = self.start.tensors() if self.start else tensors
        return Upper(self.after, merge_adapter(own, self.folder, 1.0))


def find_branch(path: Path, head: SentimentHead, named: Branch | None = None) -> Branch | None:
    """The branch that the head in the file `path` reads: `named`, or else beside it. None for a head that needs none.

    Raises BundleError when it is not there, or is another than the head was tuned with.
    """
    wanted = head.made_of.get("branch")
    if wanted is None:
        return None
    branch = named or Branch(path.parent / FOLDER)
    if branch.sha256[:SHORT] != wanted:
        raise BundleError(
            f"the sentiment head {path} was tuned with another branch ({wanted}) than the one in {branch.folder} "
            f"({branch.sha256[:SHORT]}). Copy both from where `python -m training.sentiment tune` wrote them."
        )
    return branch
