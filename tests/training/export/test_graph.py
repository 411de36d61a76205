from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest

from tests.training.tiny_bert import LAYERS, POSITIONS, VOCABULARY, write_base
from training.export.encoder import export_encoder
from training.export.weights import find_base

pytestmark = pytest.mark.training
Ids = npt.NDArray[np.int64]


def run(model: onnx.ModelProto, ids: Ids, mask: Ids) -> list[npt.NDArray[np.float32]]:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    assert [output.name for output in session.get_outputs()] == ["sentence_embedding", "wording"]
    return [np.asarray(rows) for rows in session.run(None, {"input_ids": ids, "attention_mask": mask})]


def reference(folder: Path, ids: Ids, mask: Ids, pooling: str) -> list[npt.NDArray[np.float32]]:
    torch = pytest.importorskip("torch")
    from transformers import BertModel

    model: Any = BertModel.from_pretrained(folder, add_pooling_layer=False).eval()
    with torch.no_grad():
        layers = model(torch.tensor(ids), torch.tensor(mask), output_hidden_states=True).hidden_states
    weights = torch.tensor(mask)[:, :, None]
    words, means = ((hidden * weights).sum(1) / weights.sum(1) for hidden in (layers[LAYERS // 2], layers[-1]))
    pooled = layers[-1][:, 0] if pooling == "cls_token" else means
    return [np.asarray(torch.nn.functional.normalize(rows, dim=-1)) for rows in (pooled, words)]


@pytest.mark.parametrize("pooling", ["mean_tokens", "cls_token"])
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (4, 13), (2, POSITIONS)])
def test_the_graph_equals_transformers(tmp_path: Path, pooling: str, shape: tuple[int, int]) -> None:
    folder = write_base(tmp_path / "base", pooling)
    chance = np.random.default_rng(3)
    ids = chance.integers(0, len(VOCABULARY), shape)
    mask = np.ones_like(ids)
    mask[0, shape[1] // 2 + 1 :] = 0
    found = run(export_encoder(find_base(str(folder))).model, ids, mask)
    for rows, expected in zip(found, reference(folder, ids, mask, pooling), strict=True):
        np.testing.assert_allclose(rows, expected, atol=1e-4)
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_padding_changes_nothing(tmp_path: Path) -> None:
    model = export_encoder(find_base(str(write_base(tmp_path / "base")))).model
    ids = np.array([[2, 9, 11, 3]])
    padded = np.array([[2, 9, 11, 3, 0, 0, 0]])
    mask = np.array([[1, 1, 1, 1, 0, 0, 0]])
    for rows, expected in zip(run(model, padded, mask), run(model, ids, np.ones_like(ids)), strict=True):
        np.testing.assert_allclose(rows, expected, atol=1e-6)
