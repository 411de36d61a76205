"""LoRA by peft on a base encoder: an utterance near its intent's card and its siblings, everything near the base."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import torch
from torch import nn

from bot.detectors.base import Embeddings
from training.export.weights import Base
from training.pretrain.batches import Batch, BatchShape, draw_batches
from training.pretrain.corpus import Corpus
from training.tuning.contrast import contrast_cards, contrast_siblings
from training.tuning.tuned_encoder import LoraShape, TunedEncoder

MOST_TOKENS = 40


@dataclass(frozen=True, slots=True)
class TuningRecipe:
    """How the adapter is trained. `stay` weighs 1 - cosine to the base's embeddings."""

    steps: int = 900
    rank: int = 16
    alpha: int = 32
    dropout: float = 0.0
    learning_rate: float = 5e-4
    warm_up: float = 0.1
    card_scale: float = 20.0
    contrast_scale: float = 14.0
    stay: float = 1.0
    shape: BatchShape = field(default_factory=BatchShape)
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Progress:
    """Of one step: how badly the batch was told apart, and how far it has moved from the base (1 - cosine)."""

    step: int
    contrast: float
    moved: float


def tune(base: Base, corpus: Corpus, recipe: TuningRecipe, tell: Callable[[Progress], None]) -> TunedEncoder:
    """Train an adapter for `base`; the same recipe gives the same adapter on the same machine."""
    encoder = TunedEncoder(base, LoraShape(recipe.rank, recipe.alpha, recipe.dropout), recipe.seed, MOST_TOKENS)
    vectors = _embed_corpus(encoder, corpus)
    generator = np.random.default_rng(recipe.seed)
    trained = list(encoder.trained().values())
    optimizer = torch.optim.AdamW(trained, lr=recipe.learning_rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _pace(step, recipe))
    encoder.prepare()
    batches: Iterator[Batch] = draw_batches(corpus, vectors, recipe.shape, generator)
    for step, batch in enumerate(islice(batches, recipe.steps), start=1):
        texts = (*batch.cards, *batch.utterances)
        embedded = encoder.embed(texts)
        before = torch.from_numpy(np.array([vectors[text] for text in texts])).to(encoder.device)
        moved = (1 - (embedded * before).sum(dim=1)).mean()
        cards, utterances = embedded[: len(batch.cards)], embedded[len(batch.cards) :]
        owners = torch.from_numpy(batch.owners).to(encoder.device)
        told_apart = contrast_cards(utterances, cards, owners, recipe.card_scale)
        told_apart = told_apart + contrast_siblings(utterances, owners, recipe.contrast_scale)
        optimizer.zero_grad()
        (told_apart + recipe.stay * moved).backward()  # type: ignore[no-untyped-call]  # torch does not type it
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        tell(Progress(step, told_apart.item(), moved.item()))
    encoder.model.eval()
    return encoder


def _embed_corpus(encoder: TunedEncoder, corpus: Corpus) -> dict[str, Embeddings]:
    texts: dict[str, None] = {}
    for intent in (intent for intents in corpus.values() for intent in intents):
        texts.update(dict.fromkeys((*intent.phrasings, *intent.utterances)))
    return dict(zip(texts, encoder.embed_as_base(list(texts)), strict=True))


def _pace(step: int, recipe: TuningRecipe) -> float:
    """Linear warm-up, then a half cosine down to zero: a factor of the learning rate."""
    warm = max(1, round(recipe.steps * recipe.warm_up))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + float(np.cos(np.pi * (step - warm) / max(1, recipe.steps - warm))))
