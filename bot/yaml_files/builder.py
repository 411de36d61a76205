"""The text of a YAML file as plain values and their lines. Nothing in a file is ever executed.

Scalars follow the YAML 1.2 core schema: `no`, `on` and dates stay text. Keys are always text. Aliases work as long as
they repeat little; tags, merge keys and second documents are refused. What is wrong is returned, never raised.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from bot.errors import Problem
from bot.yaml_files.document import Document, Location
from bot.yaml_files.faults import KEY_EXPECTED, explain
from bot.yaml_files.scanner import parse_events

MAX_DEPTH = 40
MAX_REPEATED = 10_000
MAX_VALUES = 50_000  # 1 MiB can hold half a million, and take most of a minute
MAX_PROBLEMS = 100

# YAML 1.2.2, section 10.3.2, less .inf and .nan: no setting and no JSON payload has a use for them.
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,40}|0o[0-7]{1,40}|0x[0-9a-fA-F]{1,40}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,40}|[0-9]{1,40}(\.[0-9]{0,40})?)([eE][-+]?[0-9]{1,4})?")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_EATEN_COMMENT = re.compile(r"[ \t]+#[^\s#]")


class _Stop(Exception):
    """Reading cannot go on; the problem is already noted."""


@dataclass(slots=True)
class _Open:
    """A mapping or sequence whose end has not come yet."""

    location: Location
    value: dict[str, Any] | list[Any]
    anchor: str | None
    first_node: int
    key: str | None = None
    skipped: bool = False  # the current key is a duplicate: its value is read and dropped


class Builder:
    """Builds the value event by event, with a stack of its own: no depth of input can exhaust Python's."""

    def __init__(self, file: Path, text: str) -> None:
        self._file, self._text = file, text
        self._rows: list[str] | None = None
        self._problems: list[Problem] = []
        self._lines: dict[Location, int] = {}
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._value: Any = None
        self._nodes = self._repeated = self._documents = 0

    def document(self) -> Document:
        """The whole of it, with what is wrong."""
        try:
            for event in parse_events(self._text):
                self._take(event)
        except _Stop:
            self._value = None
        except YAMLError as error:
            self._fault(error)
        except (AssertionError, ValueError, IndexError) as error:  # how ruamel meets odd directives and escapes
            self._value = None
            self._note(0, f"This is not YAML that can be read: {error}.", "Remove lines that start with %.")
        return Document(self._file, self._value, self._lines, tuple(self._problems))

    def _fault(self, error: YAMLError) -> None:
        """Note what the library stumbled over; what it read until then may be half, and is dropped."""
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        position = getattr(error, "position", 0)
        line = mark.line + 1 if mark else self._text.count("\n", 0, position) + 1
        said = getattr(error, "problem", None) or str(error)
        if KEY_EXPECTED in said and isinstance(error, MarkedYAMLError) and error.context_mark:
            line = error.context_mark.line + 1  # of the key; the library goes on looking for its colon below
        self._value = None
        self._note(line, *explain(said, self._row(line)))

    def _take(self, event: Event) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._stop(line, "A second document starts here (---).", "Keep one document a file.")
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            self._close()
        elif isinstance(event, AliasEvent):
            self._place(self._alias(event, line), line, nodes=0)
        elif isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            self._open(event, line)

    def _open(self, event: MappingStartEvent | SequenceStartEvent, line: int) -> None:
        self._refuse_tag(event.tag, line)
        if len(self._stack) >= MAX_DEPTH:
            self._stop(line, f"The file nests deeper than {MAX_DEPTH} levels.", "Flatten it.")
        if self._awaits_key():
            self._stop(line, "A key must be text, not a list or mapping.", "Put the key in quotes if it is text.")
        value: dict[str, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
        first = self._nodes
        self._stack.append(_Open(self._place(value, line), value, event.anchor, first))

    def _close(self) -> None:
        ended = self._stack.pop()
        if ended.anchor:
            self._anchors[ended.anchor] = (ended.value, self._nodes - ended.first_node)

    def _scalar(self, event: ScalarEvent, line: int) -> None:
        self._refuse_tag(event.tag, line)
        text = str(event.value)
        if _UNPRINTABLE.search(text):
            self._stop(line, "The text holds a control character.", "Remove it; text may hold line breaks and tabs.")
        plain = bool(event.implicit and event.implicit[0])
        if self._awaits_key():
            self._key(text, line)
            return
        value = _resolve(text) if plain else text
        if plain and _EATEN_COMMENT.match(self._row(event.end_mark.line + 1), event.end_mark.column):
            self._note(
                line,
                f"Everything after `{text[:60]}` on this line is a comment, because of the ` #`.",
                "If it belongs to the text, put the text in quotes; otherwise write a space after the #.",
                "warning",
            )
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._place(value, line)

    def _alias(self, event: AliasEvent, line: int) -> Any:
        if event.anchor not in self._anchors:
            self._stop(
                line,
                f"`*{event.anchor}` refers to nothing that is complete above it.",
                "If this is text that starts with *, put it in quotes.",
            )
        if self._awaits_key():
            self._stop(line, "An alias cannot be a key.", "Write the key out.")
        value, size = self._anchors[event.anchor]
        self._repeated += size
        self._nodes += size
        if self._repeated > MAX_REPEATED:
            self._stop(
                line,
                f"The aliases (*) of this file repeat more than {MAX_REPEATED:,} values.",
                "Write the values out, or fewer of them.",
            )
        return value

    def _awaits_key(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1].value, dict) and self._stack[-1].key is None

    def _key(self, key: str, line: int) -> None:
        within = self._stack[-1]
        location = (*within.location, key)
        within.key, within.skipped = key, key in within.value
        if within.skipped:
            first = self._lines[location]
            self._note(line, f"The key `{key}` stands here again; it was already on line {first}.", "Remove one.")
        elif key == "<<":
            self._note(line, "Merge keys (<<) are not read here.", "Write the keys out.")
        else:
            self._lines[location] = line

    def _place(self, value: Any, line: int, nodes: int = 1) -> Location:
        self._nodes += nodes
        if self._nodes > MAX_VALUES:
            self._stop(line, f"The file holds more than {MAX_VALUES:,} values.", "Split it into several files.")
        if not self._stack:
            self._value = value
            return ()
        within = self._stack[-1]
        if isinstance(within.value, list):
            location = (*within.location, len(within.value))
            self._lines.setdefault(location, line)
            within.value.append(value)
            return location
        key, within.key = str(within.key), None
        if not within.skipped and key != "<<":
            within.value[key] = value
        return (*within.location, key)

    def _refuse_tag(self, tag: Any, line: int) -> None:
        if tag is not None:
            self._stop(line, f"The tag `{tag}` is not read here.", "Remove it; if it is text, put it in quotes.")

    def _stop(self, line: int, message: str, remedy: str) -> None:
        self._note(line, message, remedy)
        raise _Stop

    def _note(self, line: int, message: str, remedy: str, severity: Literal["error", "warning"] = "error") -> None:
        rule = "syntax" if severity == "error" else "comment-in-text"
        self._problems.append(Problem(severity, self._file, line, message, remedy, rule))
        if len(self._problems) >= MAX_PROBLEMS:
            raise _Stop

    def _row(self, line: int) -> str:
        if self._rows is None:
            # What ruamel counts as line breaks, so that its line numbers fit.
            self._rows = re.split("\r\n|[\r\n\x85\u2028\u2029]", self._text)
        return self._rows[line - 1] if 0 < line <= len(self._rows) else ""


def _resolve(text: str) -> Any:
    """A plain scalar by the YAML 1.2 core schema."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text
