from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from google.protobuf.message import DecodeError

from bot.detectors.encoder import FEELING, MEANING, WORDING, open_session
from bot.detectors.graph import cut_graph
from bot.models.registry import active


@pytest.fixture(scope="module")
def whole(models: Path) -> bytes:
    return active(models).encoder_path.read_bytes()


@pytest.mark.parametrize("outputs", [(MEANING,), (MEANING, WORDING), (WORDING,), (MEANING, WORDING, FEELING)])
def test_what_is_left_says_the_same(whole: bytes, outputs: tuple[str, ...]) -> None:
    all_of_it, cut = open_session_of(whole), open_session_of(cut_graph(whole, outputs))
    assert {output.name for output in cut.get_outputs()} == set(outputs)
    draw = np.random.default_rng(0)
    for shape in ((1, 2), (1, 9), (3, 12), (1, 40)):
        ids = draw.integers(1000, 20_000, shape)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        for expected, found in zip(all_of_it.run(outputs, given), cut.run(outputs, given), strict=True):
            np.testing.assert_array_equal(expected, found)


def open_session_of(model: bytes):  # type: ignore[no-untyped-def]  # onnxruntime has no types
    return open_session(model, 1)


def test_nodes_and_weights_of_the_rest_are_gone(whole: bytes) -> None:
    before, after = onnx.load_from_string(whole), onnx.load_from_string(cut_graph(whole, (MEANING,)))
    onnx.checker.check_graph(after.graph, context_of(after))
    attentions = [sum(node.op_type == "QAttention" for node in model.graph.node) for model in (before, after)]
    assert attentions == [9, 6], "six layers, and three of the branch that feels"
    read = {name for node in after.graph.node for name in node.input}
    assert {weights.name for weights in after.graph.initializer} <= read
    assert after.opset_import == before.opset_import
    assert after.graph.input == before.graph.input


def context_of(model: onnx.ModelProto) -> onnx.checker.C.CheckerContext:
    context = onnx.checker.C.CheckerContext()
    context.ir_version = model.ir_version
    context.opset_imports = {each.domain: each.version for each in model.opset_import}
    return context


@pytest.mark.parametrize("junk", [b"\xff\xff", b"no model at all"])
def test_what_is_no_model_is_refused(junk: bytes) -> None:
    with pytest.raises(DecodeError):
        cut_graph(junk, (MEANING,))
