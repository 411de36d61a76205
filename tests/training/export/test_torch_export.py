"""An architecture that the graph builder does not know, through torch's exporter into the same bundle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.detectors.base import Widths
from bot.detectors.encoder import OnnxEncoder
from tests.training.tiny_bert import VOCABULARY, make_tokenizer
from training.export import torch_export
from training.export.build import Recipe, build_bundle

pytestmark = [pytest.mark.training, pytest.mark.filterwarnings("ignore")]  # torch and transformers deprecate much
TEXTS = ("where is my parcel", "a", "thanks, that was quick!")


SIZES = {
    "vocab_size": len(VOCABULARY), "hidden_size": 36, "intermediate_size": 52, "num_hidden_layers": 2,
    "num_attention_heads": 3, "max_position_embeddings": 34, "pad_token_id": 0,
}  # fmt: skip


@pytest.fixture(scope="module", params=["XLMRoberta", "MPNet"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model of the architecture, of random weights."""
    torch = pytest.importorskip("torch")
    import transformers

    torch.manual_seed(2)
    config = getattr(transformers, f"{request.param}Config")(**SIZES)
    folder = tmp_path_factory.mktemp(request.param)
    getattr(transformers, f"{request.param}Model")(config, add_pooling_layer=False).save_pretrained(folder)
    make_tokenizer().save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="module", autouse=True)
def _export_once() -> Iterator[None]:
    """Both precisions are made of one graph, and to export it is what takes long."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(torch_export, "export_with_torch", cache(torch_export.export_with_torch))
        yield


def reference(base: Path, text: str) -> Any:
    import torch
    from transformers import AutoModel

    tokenizer = make_tokenizer()
    tokenizer.no_padding()
    tokenizer.no_truncation()
    model = AutoModel.from_pretrained(base, add_pooling_layer=False).eval()
    with torch.no_grad():
        _, middle, last = model(torch.tensor([tokenizer.encode(text).ids]), output_hidden_states=True).hidden_states
    pooled = [hidden[0].mean(dim=0) for hidden in (last, middle)]
    return [(rows / rows.norm()).numpy() for rows in pooled]


@pytest.mark.parametrize(("quantization", "tolerance"), [("none", 1e-4), ("int8", 1e-2)])
def test_another_architecture_makes_the_same_kind_of_bundle(
    base: Path, tmp_path: Path, quantization: Any, tolerance: float
) -> None:
    recipe = Recipe(base=str(base), quantization=quantization, without=("sentiment", "arbiter"))
    bundle = build_bundle(recipe, tmp_path)
    assert bundle.manifest.dimensions == 36
    assert bundle.manifest.max_tokens == (32 if "MPNet" in base.name else 33)
    assert json.loads((bundle.folder / "manifest.json").read_text())["quantization"] == quantization
    encoder = OnnxEncoder.from_bundle(bundle)
    assert encoder.widths == Widths(36, 36)
    found = encoder.encode_fully(TEXTS)
    for meaning, wording, text in zip(found.meaning, found.wording, TEXTS, strict=True):
        expected = reference(base, text)
        np.testing.assert_allclose(meaning, expected[0], atol=tolerance)
        np.testing.assert_allclose(wording, expected[1], atol=tolerance)
