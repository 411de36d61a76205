"""int8 against float32, on the base that Ripen ships for and on sentences of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper
from ruamel.yaml import YAML

from bot.detectors.base import Encoded
from bot.detectors.encoder import SLOW_FUSIONS, OnnxEncoder
from bot.models.registry import active
from training.export.build import Recipe, build_bundle
from training.export.emoticons import EMOTICONS
from training.export.quantize import as_feed, quantize

SENTENCES = (
    "hi",
    "thanks",
    "no",
    "where is my order",
    "the kettle leaks and smells of burnt plastic",
    "Could somebody call me back about the broken sofa before Thursday, please?",
    "I have been waiting for an answer since last month, and all that I get is this machine!",
    "¿Cuánto cuesta el envío a Canarias?",
    "👍",
    "A-1042",
)
SAMPLE = Path(__file__).parents[3] / "intents"


def sample_examples() -> list[str]:
    """Up to three examples of each of the sample bot's intents."""
    found: list[str] = []
    for file in sorted(SAMPLE.glob("*.yml")):
        for intent in (YAML(typ="safe").load(file) or {}).values():
            examples = intent.get("examples", []) if isinstance(intent, dict) else []
            found += [example for example in examples if isinstance(example, str)][:3]
    return found


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [*SENTENCES, *sample_examples()]


@pytest.fixture(scope="module")
def float32(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> Encoded:
    recipe = Recipe(quantization="none", without=("arbiter",))
    return OnnxEncoder.from_bundle(build_bundle(recipe, tmp_path_factory.mktemp("float32"))).encode_fully(texts)


@pytest.fixture(scope="module")
def int8(models: Path, texts: list[str]) -> Encoded:
    return OnnxEncoder.from_bundle(active(models)).encode_fully(texts)


@pytest.mark.parametrize("part", ["meaning", "wording", "feeling"])
def test_int8_stays_within_a_cosine_of_099(part: str, float32: Encoded, int8: Encoded, texts: list[str]) -> None:
    cosines = (getattr(float32, part) * getattr(int8, part)).sum(axis=1)
    assert cosines.min() >= 0.99, texts[int(cosines.argmin())]
    assert cosines.mean() >= 0.997


def test_int8_is_a_quarter_of_the_size(models: Path) -> None:
    assert active(models).size < 30e6  # of 100 MB in float32, with a branch of three layers


def test_weights_that_layers_share_still_mean_the_same() -> None:
    chance = np.random.default_rng(4)
    weight = chance.normal(size=(16, 16)).astype(np.float32)
    table = chance.normal(size=(50, 16)).astype(np.float32)
    table[:, 3] *= 30  # a loud channel, so that there is something to calm
    model = helper.make_model(
        helper.make_graph(
            [
                helper.make_node("Gather", ["table", "input_ids"], ["words"]),
                helper.make_node("MatMul", ["words", "weight"], ["once"]),
                helper.make_node("MatMul", ["once", "weight"], ["twice"]),
                helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
                helper.make_node("Unsqueeze", ["mask", "axis"], ["row"]),
                helper.make_node("MatMul", ["row", "twice"], ["embedding"]),
            ],
            "shared",
            [
                helper.make_tensor_value_info(name, TensorProto.INT64, ["b", "l"])
                for name in ("input_ids", "attention_mask")
            ],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["b", 1, 16])],
            [numpy_helper.from_array(value, name) for name, value in (("weight", weight), ("table", table))]
            + [numpy_helper.from_array(np.array([1]), "axis")],
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )
    inputs = {"input_ids": np.array([[1, 7, 9]]), "attention_mask": np.array([[1, 1, 1]])}
    before, after = (
        onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, inputs)[0]
        for graph in (model, quantize(model, [as_feed([1, 2, 3]), as_feed([7, 9])]))
    )
    assert (before * after).sum() / np.linalg.norm(before) / np.linalg.norm(after) > 0.995


def test_no_pass_copies_channels(models: Path) -> None:
    graph = onnx.load(active(models).encoder_path).graph
    assert not [node.output[0] for node in graph.node if node.op_type == "Concat"]
    scales = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer if ".narrow.s" in tensor.name}
    assert len(scales) == 9
    assert all(len(scale) > 4 * 384 and scale.min() < 1 for scale in scales.values()), "loud channels stand there twice"


def feed_forward(told: list[str]) -> onnx.ModelProto:
    """Two products with a GELU between them, one of whose channels is loud; `told` are its outputs."""
    chance = np.random.default_rng(5)
    weights = {
        "table": chance.normal(size=(50, 16)),
        "wide": chance.normal(size=(16, 64)),
        "bias": chance.normal(size=64),
        "narrow": chance.normal(size=(64, 16)),
    }
    weights["wide"][:, 3] *= 40
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["words"]),
        helper.make_node("MatMul", ["words", "wide"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["biased"]),
        helper.make_node("Gelu", ["biased"], ["activated"], domain="com.microsoft"),
        helper.make_node("MatMul", ["activated", "narrow"], ["out"]),
        helper.make_node("Identity", ["attention_mask"], ["mask"]),
    ]
    grid = {"out": 16, "activated": 64}
    graph = helper.make_graph(
        nodes,
        "feed_forward",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["b", "l"])
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["b", "l", grid[name]]) for name in told]
        + [helper.make_tensor_value_info("mask", TensorProto.INT64, ["b", "l"])],
        [numpy_helper.from_array(value.astype(np.float32), name) for name, value in weights.items()],
    )
    domains = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=domains, ir_version=8)


def test_loud_channels_are_written_often_or_copied_and_mean_the_same() -> None:
    calibration = [as_feed([1, 2, 3]), as_feed([7, 9])]
    written, copied = (quantize(feed_forward(told), calibration) for told in (["out"], ["out", "activated"]))
    assert "Concat" not in {node.op_type for node in written.graph.node}
    assert "Concat" in {node.op_type for node in copied.graph.node}, "what somebody else reads must stay as it is"
    outs = [
        onnxruntime.InferenceSession(
            model.SerializeToString(), providers=["CPUExecutionProvider"], disabled_optimizers=SLOW_FUSIONS
        ).run(["out"], as_feed([1, 7, 9, 40]))[0]
        for model in (feed_forward(["out"]), written, copied)
    ]
    np.testing.assert_array_equal(outs[1], outs[2])
    assert (outs[0] * outs[1]).sum() / np.linalg.norm(outs[0]) / np.linalg.norm(outs[1]) > 0.999


@pytest.mark.training
def test_float32_equals_transformers(tmp_path: Path, texts: list[str]) -> None:
    emoji = set("".join(EMOTICONS.values()))
    texts = [text for text in texts if not emoji & set(text)]  # which bundles read as emoticons
    torch = pytest.importorskip("torch")
    from transformers import AutoModel, AutoTokenizer

    from training.export.weights import DEFAULT_BASE, find_base

    recipe = Recipe(adapter=None, quantization="none", without=("sentiment", "arbiter"))
    float32 = OnnxEncoder.from_bundle(build_bundle(recipe, tmp_path)).encode_fully(texts)
    folder = find_base(DEFAULT_BASE).folder
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    for number, text in enumerate(texts):
        with torch.no_grad():
            layers = model(**tokenizer(text, return_tensors="pt"), output_hidden_states=True).hidden_states
        for row, hidden in ((float32.meaning[number], layers[6]), (float32.wording[number], layers[3])):
            pooled = hidden[0].mean(dim=0)
            np.testing.assert_allclose(row, pooled / pooled.norm(), atol=1e-4, err_msg=text)
