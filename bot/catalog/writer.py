"""Programs adding to intent files: one line goes in, every other byte stays as its author wrote it.

The text is edited where the parsed file says the place is, and the result is read back before it is saved: it must
hold exactly what was there and what was asked for, or nothing is written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.catalog.annotations import parse_example
from bot.catalog.intent_file import IntentFile, parse_intent_file
from bot.catalog.nodes import MappingNode, SequenceNode, find_entry, last_row
from bot.catalog.rows import WRITING, Rows, end_row, newline_of, refusal, replace_file, split_rows
from bot.errors import CatalogError, ReviewConflict
from bot.yaml_files import Document, parse_yaml, read_bytes


@dataclass(frozen=True, slots=True)
class Written:
    """What a program did to `file`: how many examples it `added`, what was there `before` (None: no file), and the
    `version` that it left."""

    file: Path
    added: int
    before: bytes | None
    version: str


def version_of(file: Path) -> str:
    """Names what `file` holds now; "" when it is not there. Equal versions are equal bytes."""
    with suppress(OSError):
        return _digest(file.read_bytes())
    return ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def add_examples(file: Path, intent: str, texts: Sequence[str], version: str | None = None) -> Written:
    """Append examples, which may hold `[value](slot)` marks, to an intent of `file`.

    An example that is already there is not added again. With `version`, the file must still be as `version_of` knew
    it. Raises CatalogError when the file, or the file as it would become, does not load, and ReviewConflict when
    somebody else changed it; nothing is written then.
    """
    with WRITING:
        content, before = _load(file, version)
        found = next((one for one in before.intents if one.name == intent), None)
        if found is None:
            raise refusal(file, 0, f"There is no intent `{intent}` in this file.", "Add the intent first.")
        new = _new_examples(texts, {example.text for example in found.examples})
        if not new:
            return Written(file, 0, content, _digest(content))
        rows = split_rows(content)
        insert_examples(file, rows, find_entry(content, intent), new)
        value = parse_yaml(file, content).value
        examples = [*value[intent].get("examples", ()), *new]
        after = _save(file, rows, {**value, intent: {**value[intent], "examples": examples}}, content)
        return Written(file, len(new), content, after)


def add_intent(
    file: Path, name: str, description: str, examples: Sequence[str] = (), version: str | None = None
) -> Written:
    """Append an intent to `file`, which is made if it is not there; `version` as in add_examples.

    Raises CatalogError when the file, or the file as it would become, does not load, and ReviewConflict when somebody
    else changed it; nothing is written then.
    """
    description = " ".join(description.split())
    examples = _new_examples(examples, set())
    with WRITING:
        there = file.exists()
        content = _load(file, version)[0] if there else _nothing(file, version)
        rows = split_rows(content)
        if name in (parse_yaml(file, content).value or {}):
            raise refusal(file, 0, f"The intent `{name}` is already in this file.", "Choose another name.")
        if any(row.strip() for row in rows):
            end_row(rows)
            rows.append(newline_of(rows))
        rows += [row + newline_of(rows) for row in _entry_rows(name, description, examples)]
        value = parse_yaml(file, content).value or {}
        intent = {"description": description, **({"examples": examples} if examples else {})}
        after = _save(file, rows, {**value, name: intent}, content)
        return Written(file, len(examples), content if there else None, after)


def write_entry(name: str, description: str, examples: Sequence[str] = (), responses: Sequence[str] = ()) -> str:
    """A new intent as authors would write it, in YAML; each text on one line, no example twice."""
    said = [" ".join(text.split()) for text in responses]
    rows = _entry_rows(name, " ".join(description.split()), _new_examples(examples, set()), said)
    return "\n".join(rows) + "\n"


def restore_all(written: Sequence[Written]) -> None:
    """Undo what was done to several files at once: all of it, or nothing when somebody changed one of them since."""
    for each in written:
        if version_of(each.file) != each.version:
            raise _changed(each.file)
    for each in written:
        restore(each)


def restore(written: Written) -> None:
    """Undo: the file is as it was before, byte by byte, or gone if it was not there.

    Raises ReviewConflict when somebody changed it since, and CatalogError when it cannot be written.
    """
    file = written.file
    with WRITING:
        if version_of(file) != written.version:
            raise _changed(file)
        if written.before is not None:
            replace_file(file.resolve(), written.before)
            return
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise refusal(file, 0, f"The file cannot be removed: {error.strerror}.", "Remove it by hand.") from error


def _entry_rows(name: str, description: str, examples: Sequence[str], responses: Sequence[str] = ()) -> list[str]:
    rows = [f"{name}:", f"  description: {_scalar(description)}"]
    for key, texts in (("responses", responses), ("examples", examples)):
        if texts:
            rows += [f"  {key}:", *(f"    - {_scalar(text)}" for text in texts)]
    return rows


def _new_examples(texts: Sequence[str], known: set[str]) -> list[str]:
    new: list[str] = []
    for text in (" ".join(each.split()) for each in texts):
        if read_plain(text) not in known:
            known.add(read_plain(text))
            new.append(text)
    return new


def insert_examples(file: Path, rows: Rows, entry: MappingNode, texts: Sequence[str], comment: str = "") -> None:
    """Put them below the last example; or, where there is none, under a new `examples:` at the intent's end.
    Behind each goes the `comment`, with the space before it."""
    newline = newline_of(rows)
    examples = next((value for key, value in entry.value if key.value == "examples"), None)
    indent = " " * entry.start_mark.column
    if entry.flow_style or (isinstance(examples, SequenceNode) and examples.flow_style):
        message = "The intent or its examples stand on one line, in { } or [ ]."
        raise refusal(file, entry.start_mark.line + 1, message, "Write them below each other.")
    if isinstance(examples, SequenceNode):
        at, dashes = last_row(rows, examples), " " * examples.start_mark.column
    else:
        at, dashes = last_row(rows, entry), indent + "  "
        end_row(rows, at)
        rows.insert(at + 1, f"{indent}examples:{newline}")
        at += 1
    end_row(rows, at)
    rows[at + 1 : at + 1] = [f"{dashes}- {_scalar(text)}{comment}{newline}" for text in texts]


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


def read_plain(text: str) -> str:
    """An example as users would type it, without its marks."""
    with suppress(ValueError):
        return parse_example(text)[0]
    return text


def _load(file: Path, version: str | None) -> tuple[bytes, IntentFile]:
    content = read_bytes(file)
    if isinstance(content, Document):
        raise CatalogError(content.problems)
    if version not in (None, _digest(content)):
        raise _changed(file)
    read = parse_intent_file(file, content)
    _raise_errors(read)
    return content, read


def _nothing(file: Path, version: str | None) -> bytes:
    """The content of a file that is not there."""
    if version:
        raise _changed(file)
    return b""


def _changed(file: Path) -> ReviewConflict:
    return ReviewConflict(f"{file} was changed meanwhile, so nothing was written. Look again, then repeat it.")


def _save(file: Path, rows: Rows, expected: Any, before: bytes) -> str:
    """Write `rows` if they mean what is `expected`, and the file still holds what it held `before`. Their version."""
    content = "".join(rows).encode(errors="surrogatepass")
    _raise_errors(parse_intent_file(file, content))
    if parse_yaml(file, content).value != expected:
        raise refusal(file, 0, "Adding here would change something else in the file.", "Add it by hand.")
    if (file.read_bytes() if file.exists() else b"") != before:
        raise _changed(file)
    replace_file(file.resolve(), content)
    return _digest(content)


def _raise_errors(read: IntentFile) -> None:
    errors = tuple(problem for problem in read.problems if problem.severity == "error")
    if errors:
        raise CatalogError(errors)
