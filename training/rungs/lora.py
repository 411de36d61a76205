"""LoRA (arXiv:2106.09685) by peft: each utterance is pulled to its intent's card and to its siblings.

On HWU64, 48 intents mature and 16 new, that lifted both the mature and the unseen ones (DESIGN 3e). The loss is
- cross-entropy of an utterance over the cards in its batch, cosines times CARD_SCALE,
- supervised contrast among the utterances of the batch (arXiv:2004.11362), temperature 1 / CONTRAST_SCALE,
- 1 - cosine to what the base makes of the same text, so that what the examples do not speak of stays where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.rungs.base import Body, Lesson, Progress, Task, Training, TrainingError
from training.rungs.checkpoint import Checkpoint
from training.rungs.quiet import quiet

if TYPE_CHECKING:
    import torch

LEARNING_RATE, WARM_UP = 5e-4, 0.1
CARD_SCALE, CONTRAST_SCALE, NEARNESS = 20.0, 14.0, 1.0
PAIRS = 32
"""In a batch, each of two examples of one intent."""

MOST_TOKENS = 64
"""Of a text, in training. Chat is shorter; a batch of pages pasted into examples would take gigabytes."""

MOMENTS = ("step", "exp_avg", "exp_avg_sq")
"""What AdamW remembers of a parameter."""

EXAMPLES_USED = 50
"""Of an intent in one epoch, drawn anew for each: an intent with thousands costs no more than its share."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Row numbers of utterances (n,), which card of the batch is theirs (n,), and the lessons of those cards."""

    rows: tuple[int, ...]
    owners: tuple[int, ...]
    lessons: tuple[int, ...]


class Lora:
    """Tunes every linear layer by a low-rank change, whose share is chosen afterwards."""

    name = "lora"
    scales = (0.4, 0.6, 0.8, 1.0)
    epochs = 10
    needs = ("torch", "transformers", "peft")

    def train(self, task: Task) -> Training:
        """A peft adapter in the task's folder; after every epoch a checkpoint beside it."""
        adapter = task.folder / self.name  # the manifest says by what name it was merged
        if (adapter / "adapter_model.safetensors").is_file():
            yield Progress(1, 1)
            return Body(task.base, adapter)
        run = _Run(task, task.epochs or self.epochs)
        checkpoint = Checkpoint(task.folder / "checkpoint.safetensors")
        first = run.restore(checkpoint)
        total = sum(1 for epoch in range(run.epochs) for _ in run.batches(epoch))
        done = sum(1 for epoch in range(first) for _ in run.batches(epoch))
        for epoch in range(first, run.epochs):
            run.seed(epoch)
            for batch in run.batches(epoch):
                run.step(batch, done / total)
                done += 1
                yield Progress(done, total)
            run.keep(checkpoint, epoch + 1)
        run.write(adapter)
        checkpoint.drop()
        return Body(task.base, adapter)


def draw_batches(lessons: Sequence[Lesson], generator: np.random.Generator) -> Iterator[Batch]:
    """One epoch: pairs of examples of one intent, shuffled. Rows count through the lessons' examples in order."""
    starts = np.cumsum([0, *(len(lesson.examples) for lesson in lessons)])
    pairs: list[tuple[int, int, int]] = []
    for number, lesson in enumerate(lessons):
        order = (starts[number] + generator.permutation(len(lesson.examples))[:EXAMPLES_USED]).tolist()
        if len(order) % 2:
            order.append(order[0])
        pairs += [(number, order[at], order[at + 1]) for at in range(0, len(order), 2)]
    shuffled = [pairs[at] for at in generator.permutation(len(pairs))]
    for start in range(0, len(shuffled), PAIRS):
        part = shuffled[start : start + PAIRS]
        present = tuple(dict.fromkeys(number for number, _, _ in part))
        place = {number: index for index, number in enumerate(present)}
        rows = {row: place[number] for number, *both in part for row in both}
        yield Batch(tuple(rows), tuple(rows.values()), present)


class _Run:
    """One training: model, optimizer, and where the base had every text."""

    def __init__(self, task: Task, epochs: int) -> None:
        import torch

        self.task, self.epochs = task, epochs
        with quiet():
            from training.tuning.tuned_encoder import LoraShape, TunedEncoder

            self.encoder = TunedEncoder(task.base, LoraShape(), task.seed, MOST_TOKENS)
        self.lessons = task.lessons
        self.utterances = [text for lesson in self.lessons for text in lesson.examples]
        self.cards = list(dict.fromkeys(text for lesson in self.lessons for text in lesson.card))
        self.card_rows = {text: row for row, text in enumerate(self.cards)}
        self.before = self.encoder.embed_as_base([*self.utterances, *self.cards])
        self.trained = self.encoder.trained()
        self.optimizer = torch.optim.AdamW(self.trained.values(), lr=LEARNING_RATE)

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Those of an epoch, the same whenever they are asked for."""
        return draw_batches(self.lessons, np.random.default_rng([self.task.seed, epoch]))

    def seed(self, epoch: int) -> None:
        """Make chance in `epoch` what it would be without a stop before it."""
        import torch

        torch.manual_seed(self.task.seed * 1_000 + epoch)
        self.encoder.prepare()

    def step(self, batch: Batch, elapsed: float) -> None:
        """Learn from `batch`; `elapsed` is the share of the training that is over."""
        import torch

        rate = min(elapsed / WARM_UP, (1 - elapsed) / (1 - WARM_UP))
        for group in self.optimizer.param_groups:
            group["lr"] = LEARNING_RATE * max(rate, 0.02)
        loss = self._loss(batch)
        if not bool(torch.isfinite(loss)):
            raise TrainingError("the training of lora diverged: its loss is not a number. Try another --seed.")
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own is not typed
        torch.nn.utils.clip_grad_norm_(self.trained.values(), 1.0)
        self.optimizer.step()

    def _loss(self, batch: Batch) -> torch.Tensor:
        import torch

        from training.tuning.contrast import contrast_cards, contrast_siblings

        said = [self.lessons[number].card for number in batch.lessons]
        texts = list(dict.fromkeys(text for card in said for text in card))
        place = {text: row for row, text in enumerate(texts)}
        both = self.encoder.embed([*(self.utterances[row] for row in batch.rows), *texts])
        utterances, card_texts = both[: len(batch.rows)], both[len(batch.rows) :]
        cards = torch.stack([card_texts[[place[text] for text in card]].mean(dim=0) for card in said])
        cards = torch.nn.functional.normalize(cards, dim=-1)
        owners = torch.tensor(batch.owners, device=both.device)
        to_cards = contrast_cards(utterances, cards, owners, CARD_SCALE)
        known = [*batch.rows, *(len(self.utterances) + self.card_rows[text] for text in texts)]
        away = 1 - (both * torch.from_numpy(self.before[known]).to(both.device)).sum(dim=-1)
        total: torch.Tensor = to_cards + contrast_siblings(utterances, owners, CONTRAST_SCALE) + NEARNESS * away.mean()
        return total

    def restore(self, checkpoint: Checkpoint) -> int:
        """Go back to where the checkpoint was made; the number of epochs that are over."""
        found = checkpoint.read()
        if found is None:
            return 0
        epoch, tensors = found
        import torch

        state: dict[int, dict[str, Any]] = {}
        with torch.no_grad():
            for number, (name, parameter) in enumerate(self.trained.items()):
                parameter.copy_(tensors[name])
                kept = {key: tensors[f"{name}|{key}"] for key in MOMENTS if f"{name}|{key}" in tensors}
                if kept:  # a layer that the embedding does not pass through has none
                    state[number] = kept
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": state})
        return epoch

    def keep(self, checkpoint: Checkpoint, epoch: int) -> None:
        """Write down where the training is, optimizer and all."""
        tensors = {name: parameter.detach().cpu() for name, parameter in self.trained.items()}
        for name, parameter in self.trained.items():
            tensors |= {f"{name}|{key}": value.cpu() for key, value in self.optimizer.state[parameter].items()}
        checkpoint.write(epoch, tensors)

    def write(self, folder: Path) -> None:
        """The adapter; there whole or not at all."""
        draft = folder.with_name(f"{folder.name}.draft")
        self.encoder.save(draft)
        draft.replace(folder)
