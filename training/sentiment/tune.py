"""Rated sentences -> a branch of the encoder that feels, and the head that reads it, tuned together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from bot.detectors.sentiment import LABELS, SentimentHead
from training.sentiment.data import RatedText
from training.sentiment.forked import Fork, ForkedEncoder, Remembered, Rows

WEIGHTS: Mapping[str, tuple[float, float]] = {
    "sst2": (1.0, 0.3),
    "tweeteval": (1.5, 0.3),
    "tweeteval_emotion": (0.3, 0.1),
    "human_rated": (0.5, 1.0),
    "clinc150": (0.5, 0.5),
    "support": (3.0, 3.0),
}
"""What a row of each set counts in the loss of the label, and in that of the valence."""

SIDED = {"sst2", "tweeteval_emotion"}
"""Sets without a neutral class: their rows say which side is right, not that it is not neutral."""

BALANCED = "tweeteval"
"""The set whose three classes count alike, however often each is met: it is judged by macro recall."""

VALENCE = 2.0  # what the loss of the valence counts beside that of the label
RUN = 40  # batches within which texts are sorted by length


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a branch is tuned. `head_rate` is the learning rate of the head, which starts from nothing."""

    fork: Fork = field(default_factory=lambda: Fork(after=3))
    epochs: float = 6.0
    batch: int = 32
    rate: float = 5e-4
    head_rate: float = 2e-3
    warm_up: float = 0.06
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` steps of `total`, and the mean loss since the last report."""

    done: int
    total: int
    loss: float


REPORT = 50  # steps


@dataclass(frozen=True, slots=True)
class _Targets:
    """Of n texts. `label` is 0 where there is none, with the weight 0; `sided`: without a neutral class."""

    label: Tensor
    valence: Tensor
    label_weight: Tensor
    valence_weight: Tensor
    sided: Tensor

    @classmethod
    def read(cls, rated: Sequence[RatedText]) -> _Targets:
        weights = np.array([WEIGHTS[row.source] for row in rated], dtype=np.float32)
        label = np.array([LABELS.index(row.label) if row.label else -1 for row in rated])
        weights[label < 0, 0] = 0
        for number in range(len(LABELS)):
            balanced = np.array([row.source == BALANCED for row in rated])
            own = balanced & (label == number)
            weights[own, 0] *= balanced.sum() / len(LABELS) / max(own.sum(), 1)
        return cls(
            torch.from_numpy(label).clamp(min=0),
            torch.tensor([row.valence for row in rated]),
            torch.from_numpy(weights[:, 0]),
            torch.from_numpy(weights[:, 1]),
            torch.tensor([row.source in SIDED for row in rated]),
        )

    def loss(self, scores: Tensor, rows: Rows) -> Tensor:
        """Of the scores (rows, labels + 1) of some of the texts: the last one is the valence before tanh."""
        labels = scores[:, :-1].clone()
        labels[self.sided[rows], LABELS.index("neutral")] = -1e4
        wrong = cross_entropy(labels, self.label[rows], reduction="none") * self.label_weight[rows]
        off = (torch.tanh(scores[:, -1]) - self.valence[rows]) ** 2 * self.valence_weight[rows]
        return wrong.mean() + VALENCE * off.mean()


def tune(
    encoder: ForkedEncoder, rated: Sequence[RatedText], recipe: Recipe, tell: Callable[[Progress], None]
) -> SentimentHead:
    """Tune the branch of `encoder`, and return its head. Equal recipes give equal results on one machine."""
    generator = np.random.default_rng(recipe.seed)
    kept, targets = encoder.remember([row.text for row in rated]), _Targets.read(rated)
    head = nn.Linear(encoder.width, len(LABELS) + 1)
    optimizer, schedule, total = _optimize(encoder, head, len(rated), recipe)
    loud = encoder.width**0.5  # a unit vector's components are that small
    encoder.model.train()
    losses: list[float] = []
    for step, rows in enumerate(_draw(kept, recipe.batch, generator), start=1):
        loss = targets.loss(head(encoder.embed(kept, rows) * loud), rows)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not type it
        nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if step % REPORT == 0 or step == total:
            tell(Progress(step, total, float(np.mean(losses))))
            losses.clear()
        if step == total:
            break
    encoder.model.eval()
    weights = (head.weight.detach() * loud).numpy()
    bias = head.bias.detach().numpy()
    return SentimentHead(weights[:-1].copy(), bias[:-1].copy(), weights[-1].copy(), float(bias[-1]), {})


def _optimize(
    encoder: ForkedEncoder, head: nn.Linear, rows: int, recipe: Recipe
) -> tuple[torch.optim.AdamW, torch.optim.lr_scheduler.LambdaLR, int]:
    total = max(1, round(recipe.epochs * -(-rows // recipe.batch)))
    groups = [
        {"params": encoder.parameters(), "lr": recipe.rate},
        {"params": list(head.parameters()), "lr": recipe.head_rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98))
    warm = recipe.warm_up * total
    pace = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / warm) * (1 - step / total))
    return optimizer, pace, total


def _draw(kept: Remembered, size: int, generator: np.random.Generator) -> Iterator[Rows]:
    """Batches of texts of like length, each epoch in an order of its own, for ever."""
    while True:
        order = generator.permutation(len(kept.lengths))
        runs = [order[at : at + size * RUN] for at in range(0, len(order), size * RUN)]
        batches = [batch for run in runs for batch in kept.alike(run, size)]
        for number in generator.permutation(len(batches)):
            yield batches[number]
