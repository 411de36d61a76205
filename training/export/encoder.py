"""A base's folder -> its encoder as a float32 ONNX graph, whatever its architecture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx

from bot.errors import BundleError
from training.export.adapter import merge_adapter
from training.export.branch import Branch
from training.export.graph import BertShape, Pooling, build_graph
from training.export.weights import Base

COUNT_FROM_PADDING = {"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet"}
"""RoBERTa's heirs number positions from the padding token's id on, so the first rows of their table are never used."""


@dataclass(frozen=True, slots=True)
class ExportedEncoder:
    """A graph with inputs input_ids and attention_mask and the outputs that graph.build_graph tells of."""

    model: onnx.ModelProto
    dimensions: int
    max_tokens: int
    pooling: Pooling


def export_encoder(
    base: Base, adapter: Path | None = None, scale: float = 1.0, branch: Branch | None = None
) -> ExportedEncoder:
    """The encoder of `base`, with a LoRA adapter merged at `scale`, and a branch that feels.

    Raises BundleError for what cannot become one.
    """
    config = base.json("config.json")
    if not isinstance(config, dict):
        raise BundleError(f"{base.folder / 'config.json'} is not a JSON object.")
    pooling, max_tokens = read_pooling(base), read_max_tokens(base, config)
    if not _is_bert(config):
        if branch:
            raise BundleError(f"only plain BERT encoders can have a branch; the base {base.name} is none.")
        from training.export.torch_export import export_with_torch  # needs the training extra

        model = export_with_torch(base, pooling, adapter, scale)
        return ExportedEncoder(model, _dimensions(model), max_tokens, pooling)
    tensors = base.tensors()
    if adapter is not None:
        tensors = merge_adapter(tensors, adapter, scale)
    try:
        shape = BertShape(config["num_hidden_layers"], config["num_attention_heads"], config["layer_norm_eps"], pooling)
        if branch and not 0 <= branch.after < shape.layers:
            raise BundleError(f"the branch {branch.folder} begins after layer {branch.after} of {shape.layers}.")
        model = build_graph(tensors, shape, branch.upper(tensors) if branch else None)
    except KeyError as error:
        raise BundleError(f"the base {base.name} is not a whole BERT: {error} is missing.") from error
    return ExportedEncoder(model, _dimensions(model), max_tokens, pooling)


def _is_bert(config: dict[str, Any]) -> bool:
    """Whether the graph builder knows it: a plain BERT, of any size."""
    return (
        config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and not config.get("is_decoder", False)
    )


def _dimensions(model: onnx.ModelProto) -> int:
    return int(model.graph.output[0].type.tensor_type.shape.dim[1].dim_value)


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
    if config.get("model_type") in COUNT_FROM_PADDING:
        # MPNet starts at 2 whatever its padding token is (transformers, MPNetEmbeddings.padding_idx).
        padding = 1 if config.get("model_type") == "mpnet" else int(config.get("pad_token_id", 1))
        positions -= padding + 1
    wanted = settings.get("max_seq_length") if isinstance(settings, dict) else None
    return min(int(wanted or positions), positions)
