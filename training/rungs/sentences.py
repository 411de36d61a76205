"""Text -> unit vector in torch, as the bundle's graph does it, so that it can be trained. Only rungs import this."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import AutoModel

from training.export.encoder import read_max_tokens, read_pooling
from training.export.graph import Pooling
from training.export.weights import Base
from training.rungs.base import TrainingError

BATCH = 64


class SentenceEncoder:
    """A transformers model with the base's tokenizer and pooling, on the GPU where there is one."""

    torch = torch

    def __init__(self, model: Any, tokenizer: Tokenizer, pooling: Pooling) -> None:
        self.model = model
        self._tokenizer = tokenizer
        self._pooling = pooling
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        model.to(self.device)

    @classmethod
    def load(cls, base: Base) -> SentenceEncoder:
        """Raises TrainingError when transformers cannot load the base."""
        config = base.json("config.json")
        if not isinstance(config, dict):
            raise TrainingError(f"{base.folder / 'config.json'} is not a JSON object.")
        tokenizer = Tokenizer.from_file(str(base.folder / "tokenizer.json"))
        tokenizer.enable_truncation(read_max_tokens(base, config))
        tokenizer.enable_padding(pad_id=int(config.get("pad_token_id") or 0))
        try:
            model = AutoModel.from_pretrained(base.folder, dtype=torch.float32)
        except (OSError, ValueError, KeyError) as error:
            raise TrainingError(f"transformers cannot load the base {base.name} as an encoder: {error}") from error
        return cls(model, tokenizer, read_pooling(base))

    def embed(self, texts: Sequence[str]) -> torch.Tensor:
        """(n, dimensions), rows of length 1, with gradients."""
        encodings = self._tokenizer.encode_batch(list(texts))
        ids = torch.tensor([encoding.ids for encoding in encodings], device=self.device)
        mask = torch.tensor([encoding.attention_mask for encoding in encodings], device=self.device)
        hidden = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        if self._pooling == "cls":
            return torch.nn.functional.normalize(hidden[:, 0], dim=-1)
        summed = (hidden * mask[:, :, None].to(hidden.dtype)).sum(dim=1)  # a mean's divisor would not survive
        return torch.nn.functional.normalize(summed, dim=-1)

    def embed_all(self, texts: Sequence[str]) -> torch.Tensor:
        """(n, dimensions) without gradients and dropout, in batches of similar length."""
        self.model.eval()
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        parts = []
        with torch.no_grad():
            for start in range(0, len(order), BATCH):
                parts.append(self.embed([texts[at] for at in order[start : start + BATCH]]))
        back = torch.empty(len(order), dtype=torch.long, device=self.device)
        back[torch.tensor(order, device=self.device)] = torch.arange(len(order), device=self.device)
        return torch.cat(parts)[back]
