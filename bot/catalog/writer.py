"""Programs adding to intent files: one line goes in, every other byte stays as its author wrote it.

The text is edited where the parsed file says the place is, and the result is read back before it is saved: it must
hold exactly what was there and what was asked for, or nothing is written.
"""

from __future__ import annotations

import codecs
import json
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from bot.catalog.annotations import parse_example
from bot.catalog.intent_file import IntentFile, parse_intent_file
from bot.errors import CatalogError, Problem
from bot.yaml_source import Document, parse_yaml, read_bytes

_writing = Lock()
_ROW = re.compile("[^\r\n\x85\u2028\u2029]*(?:\r\n|[\r\n\x85\u2028\u2029]|$)")

Rows = list[str]


def add_example(file: Path, intent: str, text: str) -> None:
    """Append an example, which may hold `[value](slot)` marks, to an intent of `file`.

    An example that is already there is not added again. Raises CatalogError when the file, or the file as it would
    become, does not load; nothing is written then.
    """
    text = " ".join(text.split())
    with _writing:
        content, before = _load(file)
        found = next((one for one in before.intents if one.name == intent), None)
        if found is None:
            raise _refusal(file, 0, f"There is no intent `{intent}` in this file.", "Add the intent first.")
        if _plain(text) in {example.text for example in found.examples}:
            return
        rows = _rows(content)
        _insert_example(file, rows, _entry(content, intent), text)
        value = parse_yaml(file, content).value
        examples = [*value[intent].get("examples", ()), text]
        _save(file, rows, {**value, intent: {**value[intent], "examples": examples}})


def add_intent(file: Path, name: str, description: str) -> None:
    """Append an intent to `file`, which is made if it is not there.

    Raises CatalogError when the file, or the file as it would become, does not load; nothing is written then.
    """
    description = " ".join(description.split())
    with _writing:
        content = _load(file)[0] if file.exists() else b""
        rows = _rows(content)
        if name in (parse_yaml(file, content).value or {}):
            raise _refusal(file, 0, f"The intent `{name}` is already in this file.", "Choose another name.")
        if any(row.strip() for row in rows):
            _end_row(rows)
            rows.append(_newline(rows))
        newline = _newline(rows)
        rows += [f"{name}:{newline}", f"  description: {_scalar(description)}{newline}"]
        value = parse_yaml(file, content).value or {}
        _save(file, rows, {**value, name: {"description": description}})


def change_rows(file: Path, rows: Mapping[int, str | None], holds: Callable[[Any], Any]) -> None:
    """Put other text into rows of any YAML file, by their numbers from 1, or take them out (None).

    `holds` makes of what the file holds what it is to hold then; comments, order and all other bytes stay. Raises
    CatalogError when that is not so, or the file cannot be read or written; nothing is written then.
    """
    with _writing:
        content = read_bytes(file)
        if isinstance(content, Document):
            raise CatalogError(content.problems)
        start = content[:3] if content.startswith(codecs.BOM_UTF8) else b""
        value = parse_yaml(file, content).value
        kept = list(_change(_rows(content.removeprefix(start)), rows))
        changed = start + "".join(kept).encode()
        after = parse_yaml(file, changed)
        if after.value != holds(value) or any(problem.severity == "error" for problem in after.problems):
            raise _refusal(file, 0, "This would change something else in the file.", "Change it by hand.")
        replace_file(file.resolve(), changed)


def _change(before: Rows, rows: Mapping[int, str | None]) -> Iterator[str]:
    for number, row in enumerate(before, start=1):
        text = row.rstrip("\r\n\x85\u2028\u2029")
        if number not in rows:
            yield row
        elif (changed := rows[number]) is not None:
            yield changed + row[len(text) :]


def _insert_example(file: Path, rows: Rows, entry: MappingNode, text: str) -> None:
    """Put the example below the last one; or, where there is none, under a new `examples:` at the intent's end."""
    newline = _newline(rows)
    examples = next((value for key, value in entry.value if key.value == "examples"), None)
    indent = " " * entry.start_mark.column
    if entry.flow_style or (isinstance(examples, SequenceNode) and examples.flow_style):
        message = "The intent or its examples stand on one line, in { } or [ ]."
        raise _refusal(file, entry.start_mark.line + 1, message, "Write them below each other.")
    if isinstance(examples, SequenceNode):
        at, dashes = _last_row(rows, examples), " " * examples.start_mark.column
    else:
        at, dashes = _last_row(rows, entry), indent + "  "
        _end_row(rows, at)
        rows.insert(at + 1, f"{indent}examples:{newline}")
        at += 1
    _end_row(rows, at)
    rows.insert(at + 1, f"{dashes}- {_scalar(text)}{newline}")


def _last_row(rows: Rows, node: Node) -> int:
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


def _entry(content: bytes, intent: str) -> MappingNode:
    root = YAML(typ="rt", pure=True).compose(content.decode("utf-8-sig"))
    entry: MappingNode = next(value for key, value in root.value if key.value == intent)
    return entry


def _scalar(text: str) -> str:
    """`text` as authors would write it: plain where that reads back as the same text, else in quotes."""
    single = "'" + text.replace("'", "''") + "'"
    for written in (text, f'"{text}"', single):
        if written and _reads_as(written, text):
            return written
    return json.dumps(text)  # only what no file may hold comes here; it is refused when it is read back


def _reads_as(written: str, text: str) -> bool:
    read = parse_yaml(Path("-"), f"a:\n  - {written}\n".encode(errors="surrogatepass"))
    return read.value == {"a": [text]} and not read.problems


def _plain(text: str) -> str:
    with suppress(ValueError):
        return parse_example(text)[0]
    return text


def _load(file: Path) -> tuple[bytes, IntentFile]:
    content = read_bytes(file)
    if isinstance(content, Document):
        raise CatalogError(content.problems)
    read = parse_intent_file(file, content)
    _raise_errors(read)
    return content, read


def _save(file: Path, rows: Rows, expected: Any) -> None:
    content = "".join(rows).encode(errors="surrogatepass")
    _raise_errors(parse_intent_file(file, content))
    if parse_yaml(file, content).value != expected:
        raise _refusal(file, 0, "Adding here would change something else in the file.", "Add it by hand.")
    replace_file(file.resolve(), content)


def replace_file(file: Path, content: bytes) -> None:
    """Swap the file in one step, keeping its permissions; readers see the old one or the new one, never half.

    Raises CatalogError when it cannot be written.
    """
    try:
        mode = stat.S_IMODE(file.stat().st_mode) if file.exists() else 0o644
        file.parent.mkdir(parents=True, exist_ok=True)
        # Hidden, so that the loader never reads it.
        with NamedTemporaryFile(dir=file.parent, prefix=".", suffix=".tmp", delete=False) as temporary:
            try:
                temporary.write(content)
                temporary.flush()
                os.fsync(temporary.fileno())
                os.fchmod(temporary.fileno(), mode)
                Path(temporary.name).replace(file)
            except BaseException:
                Path(temporary.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        remedy = "Check the folder's permissions and the space left on the disk."
        raise _refusal(file, 0, f"The file cannot be written: {error.strerror}.", remedy) from error


def _rows(content: bytes) -> Rows:
    """The text's rows with their line breaks, split where the YAML library counts lines."""
    return [row for row in _ROW.findall(content.decode()) if row]


def _newline(rows: Rows) -> str:
    return "\r\n" if rows and rows[0].endswith("\r\n") else "\n"


def _end_row(rows: Rows, at: int = -1) -> None:
    """See that a row ends in a line break; the last one of a file may not."""
    if rows[at] and rows[at][-1] not in "\r\n\x85\u2028\u2029":
        rows[at] += _newline(rows)


def _raise_errors(read: IntentFile) -> None:
    errors = tuple(problem for problem in read.problems if problem.severity == "error")
    if errors:
        raise CatalogError(errors)


def _refusal(file: Path, line: int, message: str, remedy: str) -> CatalogError:
    return CatalogError((Problem("error", file, line, message, remedy),))
