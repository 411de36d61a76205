"""An ONNX graph without what only outputs that nobody asks for need. Sole user of protobuf.

ONNX Runtime computes all of a graph, whatever is fetched: with `only_execute_path_to_fetches` (1.32) all three layers
of the branch that feels went on being computed for a meaning alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

# Of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) the fields that cutting takes: message -> name
# -> number, and the message that it holds or "" for text. Whatever else is there is kept as it is.
FIELDS: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "Named": {"name": (1, "")},
    "Tensor": {"name": (8, "")},
    "Node": {"input": (1, ""), "output": (2, "")},
    "Graph": {"node": (1, "Node"), "initializer": (5, "Tensor"), "output": (12, "Named")},
    "Model": {"graph": (7, "Graph")},
}
SINGLE = {"name", "graph"}


def cut_graph(model: bytes, outputs: Collection[str]) -> bytes:
    """`model` with these of its outputs, and the nodes and weights that they need. It gives the same values.

    The graph must not nest others, as those that Ripen exports do not. Raises google.protobuf.message.DecodeError.
    """
    cut = _model_class().FromString(model)
    graph, wanted = cut.graph, set(outputs)
    _keep(graph.output, [output.name in wanted for output in graph.output])
    needed = []
    for node in reversed(graph.node):  # which are in topological order, by the ONNX specification
        needed.append(not wanted.isdisjoint(node.output))
        if needed[-1]:
            wanted.update(node.input)
    _keep(graph.node, needed[::-1])
    _keep(graph.initializer, [weights.name in wanted for weights in graph.initializer])
    told: bytes = cut.SerializeToString()
    return told


def _keep(items: Any, kept: list[bool]) -> None:
    for index in range(len(kept) - 1, -1, -1):
        if not kept[index]:
            del items[index]


@lru_cache(maxsize=1)
def _model_class() -> Any:
    """A class of ONNX models that knows FIELDS, and keeps what it does not know."""
    # Imported when there is something to cut: a twentieth of a second, and a start that has learnt all cuts nothing.
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    file = descriptor_pb2.FileDescriptorProto(name="ripen_onnx.proto", package="ripen_onnx", syntax="proto2")
    for message, fields in FIELDS.items():
        described = file.message_type.add(name=message)
        for name, (number, holds) in fields.items():
            field = described.field.add(name=name, number=number)
            field.label = field.LABEL_OPTIONAL if name in SINGLE else field.LABEL_REPEATED
            field.type = field.TYPE_MESSAGE if holds else field.TYPE_STRING
            if holds:
                field.type_name = f".ripen_onnx.{holds}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("ripen_onnx.Model"))
