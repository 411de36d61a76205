"""Encoders that are no plain BERT (XLM-RoBERTa, MPNet, ...) -> ONNX, by torch's exporter. Needs the training extra."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx

from bot.errors import BundleError
from training.export.adapter import CONFIG, WEIGHTS
from training.export.graph import OPSET, OUTPUTS, Pooling, middle_layer
from training.export.weights import Base


def export_with_torch(base: Base, pooling: Pooling, adapter: Path | None, scale: float) -> onnx.ModelProto:
    """The float32 graph of any encoder that transformers knows: inputs and outputs as graph.build_graph gives them.

    Raises BundleError when the training extra is not installed, or transformers cannot load the base.
    """
    try:
        import onnxscript  # noqa: F401 - torch's exporter needs it, and would say so late
        import torch
        from transformers import AutoModel
    except ImportError as error:
        raise BundleError(
            f"the base {base.name} is no plain BERT, so building it needs torch ({error.name} is not installed). "
            "Install the training extra: pip install 'ripen-bot[train]'"
        ) from error
    try:
        model = AutoModel.from_pretrained(base.folder, dtype=torch.float32, attn_implementation="eager")
    except (OSError, ValueError, KeyError) as error:
        raise BundleError(f"transformers cannot load the base {base.name} as an encoder: {error}") from error
    if adapter is not None:
        model = _merge(model, adapter, scale)
    return export_module(_sentence_encoder(model.eval(), pooling), ("input_ids", "attention_mask"), OUTPUTS)


def _merge(model: Any, adapter: Path, scale: float) -> Any:
    from peft import PeftModel

    if not (adapter / CONFIG).is_file():  # peft would look for it on the hub
        raise BundleError(f"{adapter} is no LoRA adapter: it needs {CONFIG} and {WEIGHTS}, as peft saves them.")
    tuned = PeftModel.from_pretrained(model, str(adapter))
    for module in tuned.modules():
        factors = getattr(module, "scaling", None)
        if isinstance(factors, dict):  # a LoRA layer's; an attention layer has a number of that name
            factors.update({name: factor * scale for name, factor in factors.items()})
    return tuned.merge_and_unload()


def _sentence_encoder(model: Any, pooling: Pooling) -> Any:
    import torch

    class SentenceEncoder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            said = self.model(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
            layers = said.hidden_states  # the first is what the embeddings give, before any layer
            mask = attention_mask[:, :, None]
            meaning = said.last_hidden_state[:, 0] if pooling == "cls" else total(said.last_hidden_state, mask)
            wording = total(layers[middle_layer(len(layers) - 1)], mask)
            return torch.nn.functional.normalize(meaning, dim=-1), torch.nn.functional.normalize(wording, dim=-1)

    def total(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return (hidden * mask.to(hidden.dtype)).sum(dim=1)  # a mean's divisor would not survive the normalisation

    return SentenceEncoder().eval()


def export_module(module: Any, inputs: Sequence[str], outputs: Sequence[str]) -> onnx.ModelProto:
    """A torch module of integer inputs, each of shape (batch, tokens), as a graph. Raises what the exporter raises."""
    import torch

    ids = torch.tensor([[5, 6, 7, 8], [5, 6, 7, 8]])
    shape = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own deprecations are no news to who builds a bundle
        path = Path(folder) / "graph.onnx"
        torch.onnx.export(
            module,
            tuple(ids if name == "input_ids" else torch.ones_like(ids) for name in inputs),
            path,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=dict.fromkeys(inputs, shape),
            opset_version=OPSET + 1,
            dynamo=True,
            verbose=False,
            external_data=False,
        )
        return onnx.load(path)
