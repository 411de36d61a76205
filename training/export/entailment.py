"""A transformers model of natural language inference -> the parts of a bundle that judge entailment.

Its graph gives the log-odds of entailment against contradiction, so which label is which is settled here, and as
transformers' zero-shot-classification pipeline does. Needs the training extra.
"""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
import onnxruntime
from tokenizers import Tokenizer

from bot.detectors.base import Probabilities
from bot.detectors.entailment import SEGMENT_IDS, Feed, PairTokenizer
from bot.errors import BundleError
from bot.models.bundle import ENTAILMENT, ENTAILMENT_TOKENIZER, Bundle, EntailmentRecord
from training.export.encoder import read_max_tokens
from training.export.quantize import quantize
from training.export.torch_export import export_module
from training.export.weights import Base

Quantization = Literal["int8", "none"]

EXACT = 1e-3
"""How far a probability of the exported graph may be from transformers' own."""

INT8_TOLERANCE = 0.05
"""How far int8 may move a probability on the calibration pairs; a model that it moves further stays float32."""


def write_entailment(
    source: Base | Bundle | None, quantization: Quantization, sentences: Sequence[str], draft: Path
) -> EntailmentRecord | None:
    """Write the NLI model of `source` into the folder `draft`: exported from weights, or as another bundle has it.

    `sentences` calibrate and check it. Raises BundleError: not an NLI model, not exportable, no training extra.
    """
    if isinstance(source, Bundle):
        for path in source.entailment_paths or ():
            shutil.copyfile(path, draft / path.name)
        return source.manifest.entailment
    return _export(source, quantization, sentences, draft) if source else None


@dataclass(frozen=True, slots=True)
class _Inference:
    """A model as transformers loads it; `inputs` are those that its tokenizer gives and its graph takes."""

    module: Any
    tokenizer: Tokenizer
    inputs: tuple[str, ...]
    max_tokens: int
    pad_id: int

    def pairs(self) -> PairTokenizer:
        return PairTokenizer(self.tokenizer, self.max_tokens, self.pad_id)


def _export(base: Base, quantization: Quantization, sentences: Sequence[str], draft: Path) -> EntailmentRecord:
    found = _load(base)
    try:
        graph = export_module(found.module, found.inputs, ["log_odds"])
    except Exception as error:  # the exporter's errors are of many kinds
        raise BundleError(
            f"torch cannot export the NLI model {base.name} as ONNX ({type(error).__name__}). Choose one of the BERT "
            "family: BERT, RoBERTa, XLM-RoBERTa, DeBERTa, DistilBERT, ELECTRA."
        ) from error
    feeds = _calibration(found.pairs(), sentences)
    expected = _ask_transformers(found, feeds)
    if not (moved := _distance(graph, feeds, expected)) <= EXACT:
        raise BundleError(f"the ONNX graph of {base.name} is not the model: a probability is off by {moved:.3f}.")
    chosen: Quantization = "none"
    if quantization == "int8":
        small = quantize(graph, [{name: feed[name] for name in found.inputs} for feed in feeds])
        if _distance(small, feeds, expected) <= INT8_TOLERANCE:
            graph, chosen = small, "int8"
    onnx.save(graph, draft / ENTAILMENT)
    found.tokenizer.save(str(draft / ENTAILMENT_TOKENIZER), pretty=False)
    return EntailmentRecord(
        name=base.name, sha256=base.sha256, quantization=chosen, max_tokens=found.max_tokens, pad_id=found.pad_id
    )


def _load(base: Base) -> _Inference:
    try:
        import onnxscript  # noqa: F401 - torch's exporter needs it, and would say so late
        import torch
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
    except ImportError as error:
        raise BundleError(
            f"building with the NLI model {base.name} needs the training extra ({error.name} is not installed): "
            "pip install 'ripen-bot[train]'"
        ) from error
    try:
        model = AutoModelForSequenceClassification.from_pretrained(
            base.folder, dtype=torch.float32, attn_implementation="eager", use_safetensors=True
        ).eval()
        tokenizer = AutoTokenizer.from_pretrained(base.folder)
    except (OSError, ValueError, KeyError) as error:
        raise BundleError(f"transformers cannot load {base.name} as a sequence classification: {error}") from error
    labels = model.config.label2id or {label: index for index, label in model.config.id2label.items()}
    entailment, contradiction = find_labels(base.name, labels)
    taken = inspect.signature(model.forward).parameters
    known = ("input_ids", "attention_mask", SEGMENT_IDS)
    backend, pad_id = getattr(tokenizer, "backend_tokenizer", None), tokenizer.pad_token_id
    if backend is None or pad_id is None:
        raise BundleError(f"the tokenizer of {base.name} is none of the tokenizers library's, or has no padding token.")
    return _Inference(
        module=_log_odds(model, entailment, contradiction),
        tokenizer=Tokenizer.from_str(backend.to_str()),
        inputs=tuple(name for name in known if name in taken and name in tokenizer.model_input_names),
        max_tokens=min(int(tokenizer.model_max_length), read_max_tokens(base, model.config.to_dict())),
        pad_id=int(pad_id),
    )


def find_labels(name: str, labels: Mapping[str, int]) -> tuple[int, int]:
    """Where entailment and contradiction stand among the logits, as transformers' pipeline finds them.

    Raises BundleError when no label begins with "entail", or there is no other.
    """
    entailment = next((index for label, index in labels.items() if label.lower().startswith("entail")), None)
    if entailment is None or len(labels) < 2:
        raise BundleError(
            f"{name} is no model of natural language inference: of its labels ({', '.join(labels)}) one must begin "
            "with 'entail', beside at least one other. Name a model for zero-shot-classification in config.yml "
            "(zero_shot.model)."
        )
    return entailment, len(labels) - 1 if entailment == 0 else 0


def _log_odds(model: Any, entailment: int, contradiction: int) -> Any:
    import torch

    class LogOdds(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(
            self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor | None = None
        ) -> torch.Tensor:
            types = {} if token_type_ids is None else {SEGMENT_IDS: token_type_ids}
            logits = self.model(input_ids=input_ids, attention_mask=attention_mask, **types).logits
            log_odds: torch.Tensor = logits[:, entailment] - logits[:, contradiction]
            return log_odds

    return LogOdds().eval()


def _calibration(tokenizer: PairTokenizer, sentences: Sequence[str]) -> list[Feed]:
    """Each sentence with itself and with another, and one pair that has to be cut."""
    pairs = zip(sentences, [*sentences[1:], sentences[0]], strict=True)
    feeds = [tokenizer.encode(one, (f"This is about: {one}", other)) for one, other in pairs]
    return [*feeds, tokenizer.encode(" ".join(sentences) * 4, sentences[-1:])]


def _ask_transformers(found: _Inference, feeds: Sequence[Feed]) -> Probabilities:
    import torch

    with torch.no_grad():
        log_odds = [found.module(*(torch.from_numpy(feed[name]) for name in found.inputs)) for feed in feeds]
    likely: Probabilities = torch.sigmoid(torch.cat(log_odds)).numpy().astype(np.float64)
    return likely


def _distance(graph: onnx.ModelProto, feeds: Sequence[Feed], expected: Probabilities) -> float:
    """The farthest that a probability of `graph` is from what is expected; NaN is far from everything."""
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]
    log_odds = [session.run(None, {name: feed[name] for name in names})[0] for feed in feeds]
    return float(np.abs(0.5 * (1 + np.tanh(np.concatenate(log_odds) / 2)) - expected).max())
