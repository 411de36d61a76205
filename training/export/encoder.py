"""A base's folder -> its encoder as a float32 ONNX graph, whatever its architecture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import onnx

from bot.errors import BundleError
from training.export.graph import BertShape, Pooling, build_graph
from training.export.weights import Base


@dataclass(frozen=True, slots=True)
class ExportedEncoder:
    """A graph with inputs input_ids and attention_mask and the output `embedding`, rows of length 1."""

    model: onnx.ModelProto
    dimensions: int
    max_tokens: int
    pooling: Pooling


def export_encoder(base: Base) -> ExportedEncoder:
    """The encoder of `base`. Raises BundleError for what it cannot be made from."""
    config = base.json("config.json")
    if not isinstance(config, dict):
        raise BundleError(f"{base.folder / 'config.json'} is not a JSON object.")
    pooling, max_tokens = read_pooling(base), read_max_tokens(base, config)
    shape = BertShape(config["num_hidden_layers"], config["num_attention_heads"], config["layer_norm_eps"], pooling)
    return ExportedEncoder(build_graph(base.tensors(), shape), config["hidden_size"], max_tokens, pooling)


def read_pooling(base: Base) -> Pooling:
    """How sentence-transformers pools this base; the mean when its folder does not say."""
    modules = base.json("modules.json")
    kinds = [str(module.get("type", "")).rsplit(".", 1)[-1] for module in modules] if isinstance(modules, list) else []
    strange = set(kinds) - {"Transformer", "Pooling", "Normalize"}
    if strange:
        raise BundleError(f"the base {base.name} has a module that bundles cannot hold: {', '.join(sorted(strange))}.")
    pooling = base.json("1_Pooling/config.json")
    wanted = (
        {key for key, value in pooling.items() if key.startswith("pooling_mode_") and value is True}
        if isinstance(pooling, dict)
        else set()
    )
    if wanted <= {"pooling_mode_mean_tokens"}:
        return "mean"
    if wanted == {"pooling_mode_cls_token"}:
        return "cls"
    raise BundleError(
        f"the base {base.name} pools with {', '.join(sorted(wanted))}; bundles can do mean or cls tokens."
    )


def read_max_tokens(base: Base, config: dict[str, Any]) -> int:
    """The longest text in tokens: what sentence-transformers uses, never more than there are positions."""
    settings = base.json("sentence_bert_config.json")
    positions = int(config.get("max_position_embeddings", 512))
    wanted = settings.get("max_seq_length") if isinstance(settings, dict) else None
    return min(int(wanted or positions), positions)
