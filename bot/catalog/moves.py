"""One example to another intent, or out of its file: its row goes, every other byte stays as its author wrote it.

As in writer.py, what comes out is read back before it is saved: it must hold exactly what was there, less and more the
example.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.catalog.annotations import unmark
from bot.catalog.blocks import rewrite
from bot.catalog.catalog import Intent
from bot.catalog.nodes import MappingNode, Node, SequenceNode, find_entry, last_row
from bot.catalog.rows import Rows, refusal, split_rows
from bot.catalog.writer import Written, insert_examples, read_plain, restore
from bot.errors import CatalogError, ReviewConflict
from bot.yaml_files import Document, parse_yaml, read_bytes

ON_ONE_LINE = "The intent or its examples stand on one line, in { } or [ ]."
BELOW = "Write them below each other."


@dataclass(frozen=True, slots=True)
class Standing:
    """An example of `intent` in `file`: its `text` without marks, and the `line` at which it was seen, by which one of
    two that read the same is told from the other."""

    file: Path
    intent: str
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """A file without an example, which was written as `marked`, with the `comment` behind it and the space before."""

    content: bytes
    marked: str
    comment: str


def move_example(folder: Path, place: Standing, to: Intent) -> tuple[Written, ...]:
    """Put an example under another intent, with the comment behind it. Marks of slots that `to` does not have go; an
    example that is there already is only taken out of its old place. Returns what undoes it, for `restore_all`.

    Raises ReviewConflict when it does not stand there any more, and CatalogError when a file cannot be changed so, or
    would not load; nothing is written then.
    """
    slots = {slot.name for slot in to.slots}

    def gain(content: bytes, taken: Taken) -> bytes:
        return put_in(to.source.file, content, to.name, unmark(taken.marked, slots), taken.comment)

    def move_within(content: bytes) -> bytes:
        taken = take_out(place, content)
        return gain(taken.content, taken)

    if to.source.file == place.file:
        return (rewrite(place.file, folder, move_within),)
    before = read_bytes(place.file, folder)
    if isinstance(before, Document):
        raise CatalogError(before.problems)
    taken = take_out(place, before)
    gained = rewrite(to.source.file, folder, lambda content: gain(content, taken))
    try:
        return gained, remove_example(folder, place)
    except BaseException:
        restore(gained)
        raise


def remove_example(folder: Path, place: Standing) -> Written:
    """Take an example out of its file. Raises as move_example does."""
    return rewrite(place.file, folder, lambda content: take_out(place, content).content)


def take_out(place: Standing, content: bytes) -> Taken:
    """`content` without the example; without the key `examples`, too, when it is the last one."""
    document = parse_yaml(place.file, content)
    index = _find(place, document)
    examples = document.value[place.intent]["examples"]
    rows = split_rows(content)
    key, items = _examples(find_entry(content, place.intent))
    if items is None or items.flow_style:
        raise refusal(place.file, document.line((place.intent, "examples", index)), ON_ONE_LINE, BELOW)
    first, last, comment = _span(place.file, rows, items.value[index])
    del rows[first : last + 1]
    if len(examples) == 1:
        del rows[key.start_mark.line]
    after = "".join(rows).encode("utf-8", "surrogatepass")
    kept = {"examples": [text for at, text in enumerate(examples) if at != index]} if len(examples) > 1 else {}
    entry = {name: value for name, value in document.value[place.intent].items() if name != "examples"} | kept
    _verify(place.file, after, {**document.value, place.intent: entry})
    return Taken(after, examples[index], comment)


def put_in(file: Path, content: bytes, intent: str, marked: str, comment: str = "") -> bytes:
    """`content` with one more example below those of an intent, unless it is there already."""
    document = parse_yaml(file, content)
    value = document.value if isinstance(document.value, dict) else {}
    if not isinstance(value.get(intent), dict):
        raise ReviewConflict(f"There is no intent {intent} in {file.name} any more. Look again.")
    examples, text = value[intent].get("examples") or [], _on_one_line(marked)
    if read_plain(text) in {read_plain(_on_one_line(each)) for each in examples if isinstance(each, str)}:
        return content
    rows = split_rows(content)
    insert_examples(file, rows, find_entry(content, intent), (text,), comment)
    after = "".join(rows).encode("utf-8", "surrogatepass")
    _verify(file, after, {**value, intent: {**value[intent], "examples": [*examples, text]}})
    return after


def _find(place: Standing, document: Document) -> int:
    entry = document.value.get(place.intent) if isinstance(document.value, dict) else None
    examples = entry.get("examples") if isinstance(entry, dict) else None
    found = [
        index
        for index, marked in enumerate(examples if isinstance(examples, list) else ())
        if isinstance(marked, str) and read_plain(_on_one_line(marked)) == place.text
    ]
    if not found:
        message = f'"{place.text}" is no example of {place.intent} in {place.file.name} any more. Look again.'
        raise ReviewConflict(message)
    seen = (index for index in found if document.line((place.intent, "examples", index)) == place.line)
    return next(seen, found[0])


def _examples(entry: MappingNode) -> tuple[Node, SequenceNode | None]:
    key, value = next((key, value) for key, value in entry.value if key.value == "examples")
    return key, value if isinstance(value, SequenceNode) and not entry.flow_style else None


def _span(file: Path, rows: Rows, item: Node) -> tuple[int, int, str]:
    """Its first and last row, and the comment behind it."""
    first, last = int(item.start_mark.line), last_row(rows, item)
    if rows[first][: item.start_mark.column].strip() != "-":
        raise refusal(file, first + 1, "The example does not stand on the line of its dash.", "Change it by hand.")
    rest = rows[last][item.end_mark.column :].rstrip("\r\n") if item.end_mark.line == last else ""
    return first, last, rest if rest.strip().startswith("#") else ""


def _on_one_line(marked: str) -> str:
    """As the loader reads it."""
    return " ".join(marked.split())


def _verify(file: Path, after: bytes, expected: Mapping[str, Any]) -> None:
    if parse_yaml(file, after).value != expected:
        raise refusal(file, 0, "This would change something else in the file.", "Change it by hand.")
