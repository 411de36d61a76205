"""An encoder whose upper layers learn by LoRA, on top of what its frozen lower layers make of a fixed set of texts.

The lower layers never change, so they run once for each text, and only the forked ones at each step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import normalize
from transformers import AutoModel

from training.export.encoder import read_pooling
from training.export.graph import Tensors
from training.export.weights import Base
from training.tuning.tuned_encoder import has_quick_bfloat16, save_adapter

Rows = npt.NDArray[np.intp]

TARGETS = ["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"]
MOST_TOKENS = 72  # of a text while training: films are reviewed in long sentences, chat is short
CHUNK = 64
MASKED = -1e9


@dataclass(frozen=True, slots=True)
class Fork:
    """Which layers learn, those above the first `after`, and how much they may change: the rank of their adapter."""

    after: int
    rank: int = 32
    dropout: float = 0.0


class Remembered:
    """The hidden states of texts below the fork, in bfloat16, without padding: the rows of one text follow another."""

    def __init__(self, lengths: npt.NDArray[np.int64], width: int) -> None:
        self.lengths = lengths
        self._ends = np.cumsum(lengths)
        self._states = torch.empty((int(self._ends[-1]), width), dtype=torch.bfloat16)

    def put(self, rows: Rows, states: Tensor) -> None:
        """Keep `states`, (rows, tokens, width), of which each text owns the first tokens."""
        for row, state in zip(rows, states, strict=True):
            self._own(row)[:] = state[: self.lengths[row]]

    def take(self, rows: Rows) -> tuple[Tensor, Tensor]:
        """States padded to the longest, float32 (rows, tokens, width), and the mask of the tokens that are there."""
        mask = self.mask(rows)
        states = torch.zeros((*mask.shape, self._states.shape[1]))
        for place, row in enumerate(rows):
            states[place, : self.lengths[row]] = self._own(row)
        return states, mask

    def mask(self, rows: Rows) -> Tensor:
        """Of shape (rows, tokens of the longest): whether a token is there."""
        lengths = torch.from_numpy(self.lengths[rows])
        return torch.arange(int(lengths.max()))[None] < lengths[:, None]

    def alike(self, rows: Rows, size: int) -> Iterator[Rows]:
        """`rows` in batches of texts of like length."""
        ordered = rows[np.argsort(self.lengths[rows], kind="stable")]
        return (ordered[at : at + size] for at in range(0, len(ordered), size))

    def _own(self, row: int) -> Tensor:
        return self._states[self._ends[row] - self.lengths[row] : self._ends[row]]


class ForkedEncoder:
    """A plain BERT with the weights `tensors`, whose layers from the fork on carry an adapter that learns."""

    def __init__(self, base: Base, tensors: Tensors, tokenizer: Tokenizer, fork: Fork, seed: int) -> None:
        torch.manual_seed(seed)
        self._base, self._tokenizer, self._after = base, tokenizer, fork.after
        self._pooling = read_pooling(base)
        self._quick = has_quick_bfloat16(torch.device("cpu"))
        bare = AutoModel.from_pretrained(
            base.folder, attn_implementation="eager", add_pooling_layer=False,
            hidden_dropout_prob=fork.dropout, attention_probs_dropout_prob=0.0,
        )  # fmt: skip
        own = bare.state_dict()
        bare.load_state_dict({name: torch.from_numpy(np.array(tensors[name])) for name in own})
        layers = list(range(fork.after, len(bare.encoder.layer)))
        settings = LoraConfig(
            r=fork.rank, lora_alpha=2 * fork.rank, lora_dropout=0.0, target_modules=TARGETS, layers_to_transform=layers
        )
        self._bare = bare
        self.model: PeftModel = get_peft_model(bare, settings)

    @property
    def width(self) -> int:
        """Of a hidden state."""
        return int(self._bare.config.hidden_size)

    def parameters(self) -> list[nn.Parameter]:
        """Those that learn."""
        return [parameter for parameter in self.model.parameters() if parameter.requires_grad]

    def remember(self, texts: Sequence[str]) -> Remembered:
        """Run the lower layers once over `texts`."""
        ids = [encoding.ids[:MOST_TOKENS] for encoding in self._tokenizer.encode_batch(list(texts))]
        kept = Remembered(np.array([len(row) for row in ids]), self.width)
        self.model.eval()
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=self._quick):
            for rows in kept.alike(np.arange(len(texts)), CHUNK):
                mask = kept.mask(rows)
                padded = [[*ids[row], *[0] * (mask.shape[1] - len(ids[row]))] for row in rows]
                hidden = self._bare.embeddings(torch.tensor(padded))
                kept.put(rows, self._run(hidden, mask, self._bare.encoder.layer[: self._after]))
        return kept

    def embed(self, kept: Remembered, rows: Rows) -> Tensor:
        """The unit vectors of some of the texts, float32 (rows, width)."""
        states, mask = kept.take(rows)
        with torch.autocast("cpu", torch.bfloat16, enabled=self._quick):
            hidden = self._run(states, mask, self._bare.encoder.layer[self._after :])
        hidden = hidden.float()
        if self._pooling == "cls":
            return normalize(hidden[:, 0], dim=1)
        return normalize((hidden * mask[:, :, None]).sum(dim=1), dim=1)

    @staticmethod
    def _run(hidden: Tensor, mask: Tensor, layers: Sequence[nn.Module]) -> Tensor:
        bias = torch.where(mask, 0.0, MASKED)[:, None, None, :]
        for layer in layers:
            hidden = layer(hidden, bias)
        return hidden

    def save(self, folder: Path) -> None:
        """Write adapter_config.json and adapter_model.safetensors, as peft does, in float16."""
        save_adapter(self.model, self._base.name, folder)
