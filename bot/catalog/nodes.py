"""Where the parts of a YAML file stand, to the letter, for programs that change them; with the loader's, sole users of
ruamel.yaml."""

from __future__ import annotations

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.catalog.rows import Rows

__all__ = ["MappingNode", "Node", "ScalarNode", "SequenceNode", "compose", "find_entry", "last_row"]


def compose(text: str) -> Node | None:
    """The outermost node; None of an empty file, or one that cannot be read."""
    try:
        root: Node | None = YAML(typ="rt", pure=True).compose(text)
    except YAMLError:
        return None
    return root


def find_entry(content: bytes, intent: str) -> MappingNode:
    """Where an intent stands that is in the file, and all of it."""
    root = YAML(typ="rt", pure=True).compose(content.decode("utf-8-sig"))
    entry: MappingNode = next(value for key, value in root.value if key.value == intent)
    return entry


def last_row(rows: Rows, node: Node) -> int:
    """The index of the last row that belongs to `node`."""
    while isinstance(node, (MappingNode, SequenceNode)) and node.value and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    last_row = int(node.end_mark.line)
    if node.end_mark.column == 0 and last_row > node.start_mark.line:
        last_row -= 1
        while last_row > node.start_mark.line and not rows[last_row].strip():
            last_row -= 1
    return min(last_row, len(rows) - 1)
