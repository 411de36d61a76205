"""LoRA by peft on a base encoder: an utterance near its intent's card and its siblings, everything near the base."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import normalize
from transformers import AutoModel

from bot.detectors.base import Embeddings
from training.contrast import contrast_cards, contrast_siblings
from training.export.adapter import CONFIG, WEIGHTS
from training.export.encoder import read_pooling
from training.export.weights import Base
from training.pretrain.batches import Batch, BatchShape, draw_batches
from training.pretrain.corpus import Corpus

LAYERS = ["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"]
MOST_TOKENS = 40
CHUNK = 40


@dataclass(frozen=True, slots=True)
class TuningRecipe:
    """How the adapter is trained. `stay` weighs 1 - cosine to the base's embeddings."""

    steps: int = 300
    rank: int = 16
    alpha: int = 32
    dropout: float = 0.1
    learning_rate: float = 5e-4
    warm_up: float = 0.1
    card_scale: float = 20.0
    contrast_scale: float = 14.0
    stay: float = 1.0
    shape: BatchShape = field(default_factory=BatchShape)
    seed: int = 7


class TunedEncoder:
    """A base with a LoRA adapter that learns; embeds in short passes of texts of like length."""

    def __init__(self, base: Base, recipe: TuningRecipe) -> None:
        torch.manual_seed(recipe.seed)
        # The base's own dropout would move embeddings that the anchor holds to the base's; the adapter has its own.
        bare = AutoModel.from_pretrained(base.folder, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
        settings = LoraConfig(
            r=recipe.rank,
            lora_alpha=recipe.alpha,
            lora_dropout=recipe.dropout,
            target_modules=LAYERS,
        )
        self.model: PeftModel = get_peft_model(bare, settings)
        self._base_name = base.name
        self._tokenizer = Tokenizer.from_file(str(base.folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._pooling = read_pooling(base)

    def parameters(self) -> list[nn.Parameter]:
        """Those that learn."""
        return [parameter for parameter in self.model.parameters() if parameter.requires_grad]

    def embed(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors, shape (texts, dimensions), in the order of `texts`."""
        encoded = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(texts)), key=lambda index: len(encoded[index]))
        parts = [
            self._embed_alike([encoded[index] for index in order[at : at + CHUNK]])
            for at in range(0, len(order), CHUNK)
        ]
        return torch.cat(parts)[torch.argsort(torch.tensor(order))]

    def _embed_alike(self, rows: Sequence[Sequence[int]]) -> Tensor:
        longest = max(len(row) for row in rows)
        ids = torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
        hidden: Tensor = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        if self._pooling == "cls":
            return normalize(hidden[:, 0], dim=1)
        weights = mask.unsqueeze(-1).to(hidden.dtype)
        return normalize((hidden * weights).sum(dim=1) / weights.sum(dim=1), dim=1)

    def embed_as_base(self, texts: Sequence[str]) -> Embeddings:
        """What the base makes of `texts`, without the adapter."""
        with torch.no_grad(), self.model.disable_adapter():
            embedded: Embeddings = self.embed(texts).numpy()
        return embedded

    def save(self, folder: Path) -> None:
        """Write adapter_config.json and adapter_model.safetensors, as peft does, in float16."""
        self.model.save_pretrained(str(folder), save_embedding_layers=False)
        (folder / "README.md").unlink(missing_ok=True)  # peft's template of a model card, not filled in
        config = json.loads((folder / CONFIG).read_text("utf-8"))
        config["base_model_name_or_path"] = self._base_name  # not the path on this machine
        config["target_modules"] = sorted(config["target_modules"])  # a set, whose order would differ by run
        (folder / CONFIG).write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", "utf-8")
        weights = {name: tensor.half().contiguous() for name, tensor in load_file(folder / WEIGHTS).items()}
        save_file(weights, folder / WEIGHTS, {"format": "pt"})


@dataclass(frozen=True, slots=True)
class Progress:
    """Of one step: how badly the batch was told apart, and how far it has moved from the base (1 - cosine)."""

    step: int
    contrast: float
    moved: float


def tune(base: Base, corpus: Corpus, recipe: TuningRecipe, tell: Callable[[Progress], None]) -> TunedEncoder:
    """Train an adapter for `base`; the same recipe gives the same adapter on the same machine."""
    encoder = TunedEncoder(base, recipe)
    vectors = _embed_corpus(encoder, corpus)
    generator = np.random.default_rng(recipe.seed)
    optimizer = torch.optim.AdamW(encoder.parameters(), lr=recipe.learning_rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _pace(step, recipe))
    encoder.model.train()
    batches: Iterator[Batch] = draw_batches(corpus, vectors, recipe.shape, generator)
    for step, batch in enumerate(islice(batches, recipe.steps), start=1):
        texts = (*batch.cards, *batch.utterances)
        embedded = encoder.embed(texts)
        before = torch.from_numpy(np.array([vectors[text] for text in texts]))
        moved = (1 - (embedded * before).sum(dim=1)).mean()
        cards, utterances = embedded[: len(batch.cards)], embedded[len(batch.cards) :]
        owners = torch.from_numpy(batch.owners)
        told_apart = contrast_cards(utterances, cards, owners, recipe.card_scale)
        told_apart = told_apart + contrast_siblings(utterances, owners, recipe.contrast_scale)
        optimizer.zero_grad()
        (told_apart + recipe.stay * moved).backward()  # type: ignore[no-untyped-call]  # torch does not type it
        nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
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
