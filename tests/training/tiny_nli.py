"""Tiny models of natural language inference with random weights, as transformers saves them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.training.tiny_bert import VOCABULARY

LABELS = {0: "contradiction", 1: "neutral", 2: "entailment"}
POSITIONS = 42
SIZES = {
    "vocab_size": len(VOCABULARY), "hidden_size": 36, "intermediate_size": 52, "num_hidden_layers": 2,
    "num_attention_heads": 3, "max_position_embeddings": POSITIONS, "pad_token_id": 0, "initializer_range": 0.3,
}  # fmt: skip
KINDS: dict[str, dict[str, Any]] = {
    "Bert": {"type_vocab_size": 2},
    "Roberta": {"type_vocab_size": 1},
    "DebertaV2": {
        "type_vocab_size": 0, "relative_attention": True, "pos_att_type": ["p2c", "c2p"],
        "position_biased_input": False,
    },
}  # fmt: skip


def write_nli(folder: Path, kind: str = "Bert", labels: dict[int, str] = LABELS, loudness: float = 1.0) -> Path:
    """A sequence classification of three labels; the logits are about as far apart as `loudness` says."""
    import torch
    import transformers

    torch.manual_seed(3)
    places = {label: index for index, label in labels.items()}
    config = getattr(transformers, f"{kind}Config")(**SIZES, **KINDS[kind], id2label=labels, label2id=places)
    model = getattr(transformers, f"{kind}ForSequenceClassification")(config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name.startswith("classifier"):
                weight *= loudness
    model.save_pretrained(folder)
    _tokenizer(kind).save_pretrained(folder)
    return folder


def _tokenizer(kind: str) -> Any:
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    from tests.training.tiny_bert import make_tokenizer

    tokenizer = make_tokenizer()
    tokenizer.no_padding()
    tokenizer.no_truncation()
    roberta = kind == "Roberta"
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] [SEP] $B [SEP]" if roberta else "[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    inputs = ["input_ids", "attention_mask"] if roberta else ["input_ids", "token_type_ids", "attention_mask"]
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        model_input_names=inputs, model_max_length=POSITIONS - 1 if roberta else POSITIONS,
    )  # fmt: skip
