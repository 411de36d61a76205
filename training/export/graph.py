"""A BERT encoder as an ONNX graph: token ids in, two or three unit vectors a text out.

Written with the onnx package, from weights alone, so that neither building nor running it needs torch. The operators
of the domain com.microsoft are ONNX Runtime's fused kernels (documented in its docs/ContribOperators.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from bot.detectors.encoder import FEELING, MEANING, WORDING

Tensor = npt.NDArray[np.generic]
Tensors = Mapping[str, npt.NDArray[np.float32]]
Pooling = Literal["mean", "cls"]

OPSET = 17
IR_VERSION = 8
FUSED = "com.microsoft"
OUTPUTS = (MEANING, WORDING)


@dataclass(frozen=True, slots=True)
class BertShape:
    """What a BERT's weights do not say themselves."""

    layers: int
    heads: int
    layer_norm_epsilon: float
    pooling: Pooling


@dataclass(frozen=True, slots=True)
class Upper:
    """Other weights for the layers above the first `after`, named as those of the whole BERT are."""

    after: int
    tensors: Tensors


def build_graph(tensors: Tensors, shape: BertShape, branch: Upper | None = None) -> onnx.ModelProto:
    """The float32 graph of a BERT with pooling and normalisation inside.

    `tensors` are named as transformers' BertModel names them. Inputs: input_ids and attention_mask, int64 of shape
    (batch, length); every token type is 0. Outputs, float32 of shape (batch, dimensions) with rows of length 1:
    `sentence_embedding`, the last layer pooled, and `wording`, the mean over the tokens after `middle_layer`; with a
    `branch` also `feeling`, its last layer pooled. The branch reads what the layers below it give to both.
    """
    return _BertGraph(tensors, shape).build(branch)


def middle_layer(layers: int) -> int:
    """The number of layers after which the wording is read: 3 of 6, 6 of 12."""
    return layers // 2


class _BertGraph:
    def __init__(self, tensors: Tensors, shape: BertShape) -> None:
        self._tensors = tensors
        self._shape = shape
        self._prefix = ""  # of the names of layers and their weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, TensorProto] = {}

    def build(self, branch: Upper | None) -> onnx.ModelProto:
        self._op("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
        self._op("Cast", ["attention_mask"], "mask_float", to=TensorProto.FLOAT)
        self._op("Unsqueeze", ["mask_float", self._integers("row_axis", [1])], "mask_row")
        after = [self._embed()]  # each number of layers
        for number in range(self._shape.layers):
            after.append(self._layer(after[-1], number))
        self._pool(after[-1], self._shape.pooling, MEANING)
        self._pool(after[middle_layer(self._shape.layers)], "mean", WORDING)
        if branch:
            felt, self._tensors, self._prefix = after[branch.after], branch.tensors, f"{FEELING}."
            for number in range(branch.after, self._shape.layers):
                felt = self._layer(felt, number)
            self._pool(felt, self._shape.pooling, FEELING)
        outputs = OUTPUTS if branch is None else (*OUTPUTS, FEELING)
        dimensions = self._tensors["embeddings.LayerNorm.weight"].shape[0]
        grid: list[str | int] = ["batch", "length"]
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [helper.make_tensor_value_info(name, TensorProto.INT64, grid) for name in ("input_ids", "attention_mask")],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", dimensions]) for name in outputs],
            list(self._constants.values()),
        )
        domains = [helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, 1)]
        return helper.make_model(graph, opset_imports=domains, ir_version=IR_VERSION, producer_name="ripen-bot")

    def _embed(self) -> str:
        """Words, plus positions with token type 0 folded in, normalised."""
        words = self._weight("embeddings.word_embeddings.weight")
        position = self._tensors["embeddings.position_embeddings.weight"]
        token_type = self._tensors["embeddings.token_type_embeddings.weight"][0]
        self._op("Gather", [words, "input_ids"], "word_rows")
        self._op("Shape", ["input_ids"], "length", start=1, end=2)
        positions = self._constant("positions", (position + token_type)[None])
        first, axis = self._integers("first", [0]), self._integers("length_axis", [1])
        self._op("Slice", [positions, first, "length", axis], "position_rows")
        return self._add_and_normalise("word_rows", "position_rows", "embeddings.LayerNorm", "hidden_0")

    def _layer(self, hidden: str, number: int) -> str:
        source, name = f"encoder.layer.{number}", f"{self._prefix}layer_{number}"
        qkv = [f"{source}.attention.self.{part}" for part in ("query", "key", "value")]
        weight = np.concatenate([self._tensors[f"{part}.weight"].T for part in qkv], axis=1)
        bias = np.concatenate([self._tensors[f"{part}.bias"] for part in qkv])
        inputs = [hidden, self._constant(f"{name}.qkv", weight), self._constant(f"{name}.qkv_bias", bias), "mask"]
        self._op("Attention", inputs, f"{name}.context", FUSED, num_heads=self._shape.heads)
        self._multiply(f"{name}.context", f"{source}.attention.output.dense", f"{name}.attended")
        attended = self._add_and_normalise(
            f"{name}.attended",
            hidden,
            f"{source}.attention.output.LayerNorm",
            f"{name}.middle",
            bias=f"{source}.attention.output.dense.bias",
        )
        self._multiply(attended, f"{source}.intermediate.dense", f"{name}.wide")
        biased = [f"{name}.wide", self._weight(f"{source}.intermediate.dense.bias")]
        self._op("Gelu", [self._op("Add", biased, f"{name}.wide.biased")], f"{name}.activated", FUSED)
        self._multiply(f"{name}.activated", f"{source}.output.dense", f"{name}.narrow")
        return self._add_and_normalise(
            f"{name}.narrow",
            attended,
            f"{source}.output.LayerNorm",
            f"{self._prefix}hidden_{number + 1}",
            bias=f"{source}.output.dense.bias",
        )

    def _pool(self, hidden: str, pooling: Pooling, output: str) -> None:
        pooled = f"{output}.pooled"
        if pooling == "cls":
            first, axis = self._integers("cls_index", [0]), 1
            self._op("Gather", [hidden, first], f"{output}.cls", axis=axis)
            self._op("Squeeze", [f"{output}.cls", self._integers("cls_axis", [1])], pooled)
        else:  # the mean's divisor is left out: a positive factor does not survive the normalisation below
            self._op("MatMul", ["mask_row", hidden], f"{output}.summed")
            self._op("Squeeze", [f"{output}.summed", self._integers("summed_axis", [1])], pooled)
        self._op("LpNormalization", [pooled], output, axis=-1, p=2)

    def _multiply(self, left: str, source: str, output: str) -> None:
        weight = self._constant(f"{self._prefix}{source}.weight", self._tensors[f"{source}.weight"].T)
        self._op("MatMul", [left, weight], output)

    def _add_and_normalise(self, left: str, right: str, source: str, output: str, bias: str = "") -> str:
        """Apart: ONNX Runtime's SkipLayerNormalization takes four times as long on a CPU (see `open_session`)."""
        if bias:
            left = self._op("Add", [left, self._weight(bias)], f"{output}.biased")
        summed = self._op("Add", [left, right], f"{output}.summed")
        inputs = [summed, self._weight(f"{source}.weight"), self._weight(f"{source}.bias")]
        return self._op("LayerNormalization", inputs, output, axis=-1, epsilon=self._shape.layer_norm_epsilon)

    def _op(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: object) -> str:
        self._nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def _weight(self, name: str) -> str:
        return self._constant(f"{self._prefix}{name}", self._tensors[name])

    def _integers(self, name: str, values: list[int]) -> str:
        return self._constant(name, np.array(values, dtype=np.int64))

    def _constant(self, name: str, values: Tensor) -> str:
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name
