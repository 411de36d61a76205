"""The lowest rung: the encoder as it is. It is what the others must beat."""

from __future__ import annotations

from training.rungs.base import Body, Progress, Task, Training


class Frozen:
    """Trains nothing."""

    name = "frozen"
    scales = (1.0,)
    epochs = 0
    needs = ()

    def train(self, task: Task) -> Training:
        """The base itself."""
        yield Progress(1, 1)
        return Body(task.base)
