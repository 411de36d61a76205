"""Text -> unit vector in torch, as the bundle's graph does it, with a LoRA adapter by peft that learns.

Shared by pretraining and by the rung `lora`. Needs the training extra.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import normalize
from transformers import AutoModel

from bot.detectors.base import Embeddings
from training.export.adapter import CONFIG, WEIGHTS
from training.export.encoder import read_max_tokens, read_pooling
from training.export.weights import Base
from training.rungs.base import TrainingError

CHUNK = 40
"""Texts of like length that go through the network together: what is padded is computed for nothing."""


@dataclass(frozen=True, slots=True)
class LoraShape:
    """The change that is learnt: every linear layer's, of `rank`, times `alpha` / `rank`."""

    rank: int = 16
    alpha: int = 32
    dropout: float = 0.0


class TunedEncoder:
    """A base with an adapter, on the GPU where there is one. The base's own weights and dropout stay out of it.

    A pass that learns runs in bfloat16 where the processor has it (`has_quick_bfloat16`): half the time of float32, for
    the same figures. A pass without gradients is exact.
    """

    def __init__(self, base: Base, shape: LoraShape, seed: int, most_tokens: int | None = None) -> None:
        """`most_tokens` cuts longer texts; None is what the base takes. Raises TrainingError: transformers cannot."""
        config = base.json("config.json")
        if not isinstance(config, dict):
            raise TrainingError(f"{base.folder / 'config.json'} is not a JSON object.")
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._quick = has_quick_bfloat16(self.device)
        self._base_name, self._pooling = base.name, read_pooling(base)
        self._padding = int(config.get("pad_token_id") or 0)
        self._tokenizer = Tokenizer.from_file(str(base.folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        limit = read_max_tokens(base, config)
        self._tokenizer.enable_truncation(min(limit, most_tokens) if most_tokens else limit)
        torch.manual_seed(seed)
        self.model = _adapt(_load(base, self.device), shape).to(self.device)

    def prepare(self) -> None:
        """Before each epoch: the adapter's dropout on, the base's off, which would move what a loss holds in place."""
        self.model.eval()
        for name, module in self.model.named_modules():
            if "lora_dropout" in name:
                module.train()

    def trained(self) -> dict[str, nn.Parameter]:
        """What learns, by name."""
        return {name: one for name, one in self.model.named_parameters() if one.requires_grad}

    def embed(self, texts: Sequence[str]) -> Tensor:
        """(n, dimensions), rows of length 1 in the order of `texts`; with gradients, unless torch is told otherwise."""
        encoded = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(texts)), key=lambda at: len(encoded[at]))
        parts = [self._embed_alike([encoded[at] for at in order[n : n + CHUNK]]) for n in range(0, len(order), CHUNK)]
        return torch.cat(parts)[torch.argsort(torch.tensor(order, device=self.device))]

    def _embed_alike(self, rows: Sequence[Sequence[int]]) -> Tensor:
        longest = max(len(row) for row in rows)
        padded = [[*row, *[self._padding] * (longest - len(row))] for row in rows]
        ids = torch.tensor(padded, device=self.device)
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows], device=self.device)
        with self._precision():
            hidden: Tensor = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        hidden = hidden.float()
        if self._pooling == "cls":
            return normalize(hidden[:, 0], dim=-1)
        return normalize((hidden * mask[:, :, None]).sum(dim=1), dim=-1)  # a mean's divisor would not survive

    def _precision(self) -> AbstractContextManager[Any]:
        if self._quick and torch.is_grad_enabled():
            return torch.autocast(self.device.type, torch.bfloat16)
        return nullcontext()

    def embed_as_base(self, texts: Sequence[str]) -> Embeddings:
        """What the base makes of `texts`, without the adapter."""
        self.model.eval()
        with torch.no_grad(), self.model.disable_adapter():
            embedded: Embeddings = self.embed(texts).cpu().numpy()
        return embedded

    def save(self, folder: Path) -> None:
        """Write adapter_config.json and adapter_model.safetensors, as peft does, in float16."""
        save_adapter(self.model, self._base_name, folder)


def save_adapter(model: Any, base_name: str, folder: Path) -> None:
    """Write the adapter of a peft model: adapter_config.json and adapter_model.safetensors, in float16."""
    model.save_pretrained(str(folder), save_embedding_layers=False)
    (folder / "README.md").unlink(missing_ok=True)  # peft's template of a model card, not filled in
    config = json.loads((folder / CONFIG).read_text("utf-8"))
    config["base_model_name_or_path"] = base_name  # not the path on this machine
    config["target_modules"] = sorted(config["target_modules"])  # a set, whose order would differ by run
    (folder / CONFIG).write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", "utf-8")
    weights = {name: tensor.half().contiguous() for name, tensor in load_file(folder / WEIGHTS).items()}
    save_file(weights, folder / WEIGHTS, {"format": "pt"})


def has_quick_bfloat16(device: torch.device) -> bool:
    """Whether bfloat16 is computed by the hardware; elsewhere it is emulated and slower than float32."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def _load(base: Base, device: torch.device) -> nn.Module:
    # On a CPU the backward pass of scaled_dot_product_attention takes several times as long as plain matrices.
    attention = "eager" if device.type == "cpu" else "sdpa"
    try:
        bare: nn.Module = AutoModel.from_pretrained(base.folder, dtype=torch.float32, attn_implementation=attention)
    except (OSError, ValueError, KeyError) as error:
        raise TrainingError(f"transformers cannot load the base {base.name} as an encoder: {error}") from error
    return bare


def _adapt(bare: nn.Module, shape: LoraShape) -> Any:
    layers = LoraConfig(
        r=shape.rank,
        lora_alpha=shape.alpha,
        lora_dropout=shape.dropout,
        target_modules="all-linear",
        exclude_modules=r".*pooler.*",  # a bundle's encoder has none
    )
    return get_peft_model(bare, layers)
