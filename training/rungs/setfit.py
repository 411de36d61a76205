"""SetFit (arXiv:2209.11055) by the setfit package: the whole encoder, by the cosine of pairs of examples.

Its own sampler lists every pair of examples before it takes the first: at 40,000 rows, 800 million of them. Here pairs
are drawn as they are needed: in each pass every example meets one sibling and one stranger.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from training.export.encoder import read_max_tokens, read_pooling
from training.export.weights import WEIGHTS, Base, checksum
from training.rungs.base import Body, Lesson, Progress, Task, Training, TrainingError
from training.rungs.checkpoint import Checkpoint
from training.rungs.derived import derive_base
from training.rungs.quiet import quiet

BATCH = 16
LEARNING_RATE = 2e-5
EXAMPLES_USED = 50
"""Of an intent in one pass, drawn anew for each."""

Pair = tuple[str, str, float]


class SetFit:
    """Tunes all weights. Each pass is a training of its own, so that a stop costs one pass at most."""

    name = "setfit"
    scales = (1.0,)
    epochs = 5
    needs = ("torch", "setfit", "sentence_transformers", "datasets")

    def train(self, task: Task) -> Training:
        """A base in the task's folder; after every pass a checkpoint beside it."""
        tuned = task.folder / "tuned"
        if (tuned / WEIGHTS).is_file():
            yield Progress(1, 1)
            return Body(Base(task.base.name, tuned, checksum(tuned / WEIGHTS)))
        total = task.epochs or self.epochs
        with quiet():
            model = _load(task.base)
        checkpoint = Checkpoint(task.folder / "checkpoint.safetensors")
        found = checkpoint.read()
        first, tensors = found or (0, {})
        if tensors:
            model.load_state_dict(tensors)
        for number in range(first, total):
            pairs = draw_pairs(task.lessons, np.random.default_rng([task.seed, number]))
            with quiet():
                _learn(model, pairs, task.seed * 1_000 + number, task.folder / "scratch")
            checkpoint.write(number + 1, {name: tensor.cpu() for name, tensor in model.state_dict().items()})
            yield Progress(number + 1, total)
        body = model[0].auto_model
        weights = {name: tensor.cpu().float().numpy() for name, tensor in body.state_dict().items()}
        derived = derive_base(task.base, weights, tuned, task.base.name)
        checkpoint.drop()
        return Body(derived)


def draw_pairs(lessons: Sequence[Lesson], generator: np.random.Generator) -> list[Pair]:
    """One pass: each example drawn meets a sibling (1.0), if it has one, and an example of another intent (0.0)."""
    taught = [lesson.examples for lesson in lessons if lesson.examples]
    pairs: list[Pair] = []
    for number, examples in enumerate(taught):
        for at in generator.permutation(len(examples))[:EXAMPLES_USED].tolist():
            if len(examples) > 1:
                sibling = (at + 1 + int(generator.integers(len(examples) - 1))) % len(examples)
                pairs.append((examples[at], examples[sibling], 1.0))
            if len(taught) > 1:
                others = taught[(number + 1 + int(generator.integers(len(taught) - 1))) % len(taught)]
                pairs.append((examples[at], others[int(generator.integers(len(others)))], 0.0))
    return [pairs[at] for at in generator.permutation(len(pairs))]


def _load(base: Base) -> Any:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    config = base.json("config.json")
    if not isinstance(config, dict):
        raise TrainingError(f"{base.folder / 'config.json'} is not a JSON object.")
    encoder = Transformer(str(base.folder), max_seq_length=read_max_tokens(base, config))
    return SentenceTransformer(modules=[encoder, Pooling(int(config["hidden_size"]), read_pooling(base))])


def _learn(model: Any, pairs: Sequence[Pair], seed: int, scratch: Path) -> None:
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments
    from transformers import PrinterCallback

    class OnPairs(Trainer):  # type: ignore[misc]  # setfit ships no types
        """setfit's trainer, on pairs that are drawn."""

        def get_dataset(self, x: Any, y: Any, args: Any, max_pairs: int = -1) -> Any:  # noqa: ARG002 - setfit's signature
            columns = zip(*pairs, strict=True)
            rows = Dataset.from_dict(dict(zip(("sentence_1", "sentence_2", "label"), map(list, columns), strict=True)))
            return rows, args.loss(self.model.model_body)

    settings = TrainingArguments(
        output_dir=str(scratch), batch_size=BATCH, num_epochs=1, body_learning_rate=LEARNING_RATE, seed=seed,
        show_progress_bar=False, report_to="none", logging_strategy="no", logging_first_step=False, save_strategy="no",
    )  # fmt: skip
    trainer = OnPairs(SetFitModel(model_body=model, labels=["-"]), args=settings)
    trainer.remove_callback(PrinterCallback)
    trainer.train_embeddings([], [], args=settings)
    shutil.rmtree(scratch, ignore_errors=True)
