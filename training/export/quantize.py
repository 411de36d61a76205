"""float32 graph -> int8 graph: a quarter of the size and about a third of the time, at a cosine of 0.99 or more.

ONNX Runtime's dynamic quantization alone reaches 0.97 on short messages: a few channels with huge values set the
step for all of them. So those channels are calmed first, with ranges measured on assets/calibration.txt:
- *smoothed* (SmoothQuant, arXiv:2211.10438): divided by a factor that its row of the weights is multiplied by, or
- *split* (arXiv:1901.09504), where smoothing would spoil the weights: written n times, each at 1/n. Where a product and
  an activation write them, their columns of its weights stand there n times, so that a pass copies nothing.
"""

from __future__ import annotations

import logging
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

Floats = npt.NDArray[np.float32]
Feed = Mapping[str, npt.NDArray[np.int64]]
"""What a graph is fed: an array for each of its inputs."""

QUANTIZED = ("MatMul", "Attention")
CALMED_CHANNELS = 8  # of each layer input; 4 to 16 measured alike


def as_feed(ids: Sequence[int]) -> Feed:
    """The token ids of one sentence, for an encoder."""
    row = np.array([ids], dtype=np.int64)
    return {"input_ids": row, "attention_mask": np.ones_like(row)}


def quantize(model: onnx.ModelProto, calibration: Sequence[Feed]) -> onnx.ModelProto:
    """`model` with int8 weights per output channel and int8 word embeddings per row. Embeddings stay unit vectors.

    `calibration` holds some varied sentences; the graph is run on them to find its loud channels.
    """
    calm = _calm_channels(model, _measure_ranges(model, calibration))
    _quantize_word_embeddings(calm)
    with tempfile.TemporaryDirectory() as folder, _quiet():
        source, target = Path(folder) / "float32.onnx", Path(folder) / "int8.onnx"
        onnx.save(calm, source)
        quantize_dynamic(
            source,
            target,
            op_types_to_quantize=list(QUANTIZED),
            per_channel=True,
            weight_type=QuantType.QInt8,
            extra_options={"DefaultTensorType": TensorProto.FLOAT},  # shapes of fused operators cannot be inferred
        )
        return onnx.load(target)


@contextmanager
def _quiet() -> Iterator[None]:
    """The quantizer tells the root logger about every tensor, and recommends a fusion that is done already."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def _own_weights(model: onnx.ModelProto) -> dict[str, TensorProto]:
    """Weights that one node alone uses; what layers share, as ALBERT's do, cannot be changed for one of them."""
    uses = Counter(name for node in model.graph.node for name in node.input)
    return {tensor.name: tensor for tensor in model.graph.initializer if uses[tensor.name] == 1}


def _multiplications(model: onnx.ModelProto) -> list[onnx.NodeProto]:
    """The nodes that multiply an activation by constant weights of their own."""
    constants = _own_weights(model)
    return [node for node in model.graph.node if node.op_type in QUANTIZED and node.input[1] in constants]


def _measure_ranges(model: onnx.ModelProto, calibration: Sequence[Feed]) -> dict[str, Floats]:
    """For each activation that is multiplied by weights, the largest absolute value of each channel."""
    watched = sorted({node.input[0] for node in _multiplications(model)})
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    probe.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in watched)
    session = onnxruntime.InferenceSession(probe.SerializeToString(), providers=["CPUExecutionProvider"])
    ranges: dict[str, Floats] = {}
    for feed in calibration if watched else ():  # no names would mean all outputs to ONNX Runtime
        found = session.run(watched, feed)
        for name, values in zip(watched, found, strict=True):
            loudest = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
            ranges[name] = np.maximum(ranges.get(name, loudest), loudest)
    return ranges


def _calm_channels(model: onnx.ModelProto, ranges: Mapping[str, Floats]) -> onnx.ModelProto:
    """The same function in float32, with its loudest channels brought down to the level of the next ones."""
    calm = onnx.ModelProto()
    calm.CopyFrom(model)
    constants = _own_weights(calm)
    targets = {node.output[0] for node in _multiplications(calm)}
    writers = _Writers(calm, constants)
    nodes: list[onnx.NodeProto] = []
    for node in calm.graph.node:
        if node.output[0] in targets:
            source, weight = node.input[0], constants[node.input[1]]
            calmed = _calm(source, node.output[0], numpy_helper.to_array(weight), ranges[source], writers.of(source))
            weight.CopyFrom(numpy_helper.from_array(calmed.weight, weight.name))
            calm.graph.initializer.extend(calmed.constants)
            nodes += calmed.nodes
            node.input[0] = calmed.nodes[-1].output[0]
        nodes.append(node)
    _replace_nodes(calm, nodes)
    del calm.graph.value_info[:]  # an exporter's notes on shapes and types, now outdated
    return calm


class _Writers:
    """Finds the weights and the bias whose columns, and nothing else, make the channels of an activation."""

    def __init__(self, model: onnx.ModelProto, constants: Mapping[str, TensorProto]) -> None:
        self._constants = constants
        uses = Counter(name for node in model.graph.node for name in node.input)
        uses.update(output.name for output in model.graph.output)
        self._nodes = {node.output[0]: node for node in model.graph.node if uses[node.output[0]] == 1}

    def of(self, activation: str) -> list[TensorProto]:
        """Of Gelu(left @ weights + bias) these two; nothing of what is made otherwise, or read elsewhere, too."""
        try:
            gelu = self._nodes[activation]
            add = self._nodes[gelu.input[0]]
            product = self._nodes[add.input[0]]
            weights, bias = self._constants[product.input[1]], self._constants[add.input[1]]
        except LookupError:
            return []
        made = (gelu.op_type, add.op_type, product.op_type) == ("Gelu", "Add", "MatMul")
        return [weights, bias] if made and weights.dims[-1:] == bias.dims[-1:] else []


@dataclass(frozen=True, slots=True)
class _Calmed:
    weight: Floats
    nodes: list[onnx.NodeProto]
    constants: list[TensorProto]


def _calm(source: str, name: str, weight: Floats, loud: Floats, writers: Sequence[TensorProto]) -> _Calmed:
    factors = np.maximum(loud / max(float(np.sort(loud)[-CALMED_CHANNELS - 1]), 1e-6), 1).astype(np.float32)
    if weight.shape[0] <= weight.shape[1]:
        scale = numpy_helper.from_array(1 / factors, f"{name}.scale")
        node = helper.make_node("Mul", [source, scale.name], [f"{name}.smooth"])
        return _Calmed(weight * factors[:, None], [node], [scale])
    copies = np.ceil(factors).astype(np.int64)
    again = np.repeat(np.arange(len(copies)), copies - 1)
    shares, wider = (1 / copies).astype(np.float32), np.concatenate([weight, weight[again]])
    if writers:
        for tensor in writers:
            values = numpy_helper.to_array(tensor)
            columns = np.concatenate([values, values[..., again]], axis=-1)
            tensor.CopyFrom(numpy_helper.from_array(columns, tensor.name))
        scale = numpy_helper.from_array(np.concatenate([shares, shares[again]]), f"{name}.scale")
        return _Calmed(wider, [helper.make_node("Mul", [source, scale.name], [f"{name}.split"])], [scale])
    scale = numpy_helper.from_array(shares, f"{name}.scale")
    extra = numpy_helper.from_array(again, f"{name}.again")
    nodes = [
        helper.make_node("Mul", [source, scale.name], [f"{name}.shared"]),
        helper.make_node("Gather", [f"{name}.shared", extra.name], [f"{name}.copies"], axis=-1),
        helper.make_node("Concat", [f"{name}.shared", f"{name}.copies"], [f"{name}.split"], axis=-1),
    ]
    return _Calmed(wider, nodes, [scale, extra])


def _quantize_word_embeddings(model: onnx.ModelProto) -> None:
    """Every table that input_ids look words up in: int8 with a step of its own for each word."""
    constants = _own_weights(model)
    nodes: list[onnx.NodeProto] = []
    for node in model.graph.node:
        if node.op_type != "Gather" or node.input[1] != "input_ids" or node.input[0] not in constants:
            nodes.append(node)
            continue
        table, output = constants[node.input[0]], node.output[0]
        values = numpy_helper.to_array(table)
        step = np.maximum(np.abs(values).max(axis=1, keepdims=True) / 127, 1e-9).astype(np.float32)
        coarse, steps = f"{table.name}.int8", f"{table.name}.steps"
        table.CopyFrom(numpy_helper.from_array(np.rint(values / step).astype(np.int8), coarse))
        model.graph.initializer.append(numpy_helper.from_array(step, steps))
        nodes += [
            helper.make_node("Gather", [coarse, "input_ids"], [f"{output}.int8"]),
            helper.make_node("Cast", [f"{output}.int8"], [f"{output}.float"], to=TensorProto.FLOAT),
            helper.make_node("Gather", [steps, "input_ids"], [f"{output}.steps"]),
            helper.make_node("Mul", [f"{output}.float", f"{output}.steps"], [output]),
        ]
    _replace_nodes(model, nodes)


def _replace_nodes(model: onnx.ModelProto, nodes: Sequence[onnx.NodeProto]) -> None:
    copies = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]  # del frees the originals
    del model.graph.node[:]
    model.graph.node.extend(copies)
