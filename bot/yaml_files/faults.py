"""The YAML library's messages in plain words: what is wrong with a line, and what to do about it."""

from __future__ import annotations

import re

_TAB_INDENT = re.compile(r" *\t")
_BRACKET_TEXT = re.compile(r"\s*(-\s+[\[{]|[^\s:]+:\s+\[)")

KEY_EXPECTED = "could not find expected ':'"

_Fault = tuple[str, str]
_TAB: _Fault = ("The line is indented with a tab.", "Indent with spaces.")
_OPEN: _Fault = ("A list [ ] or mapping { } is not closed.", "Close it, or put the text in quotes if it is text.")
_BRACKET: _Fault = ("Text that starts with [ or { is read as a list or mapping.", "Put the whole text in quotes.")

# First match wins: a piece of the library's message -> what it means to an author.
_FAULTS: tuple[tuple[str, _Fault], ...] = (
    (
        "mapping values are not allowed",
        ("A `:` followed by a space stands where no key can be.", "Put the text in quotes, or fix the indentation."),
    ),
    (
        KEY_EXPECTED,
        ("A key without its `:`, or text that is not indented under its key.", "Write `key: value`."),
    ),
    (
        "unexpected end of stream",
        ("The file ends inside a quoted text.", "Close the quote; if the file is still being written, save it again."),
    ),
    ("document separator", ("A quoted text is not closed before ---.", "Close the quote.")),
    ("expected ',' or", _OPEN),
    ("node content, but found '<stream end>'", _OPEN),
    (
        "expected <block end>",
        (
            "The line is not indented like those before it, or text goes on after a quote.",
            "Align it, or quote all of it.",
        ),
    ),
    (
        "<document start>",
        ("The line does not belong to what stands above it.", "Indent it like its neighbours."),
    ),
    (
        "sequence entries are not allowed",
        ("A list item (-) stands where none can be.", "Put it on a line of its own, indented under its key."),
    ),
    (
        "cannot start any token",
        ("The text starts with a character that YAML reserves.", "Put the text in quotes."),
    ),
    (
        "unknown escape character",
        ("A backslash inside double quotes starts an unknown escape.", "Use single quotes for text with backslashes."),
    ),
    ("special characters are not allowed", ("The file holds a control character.", "Remove it.")),
    ("unacceptable character", ("The file holds a control character.", "Remove it.")),
)


def explain(said: str, row: str) -> _Fault:
    """What the library `said` about the line `row`, in plain words: (message, remedy)."""
    if _TAB_INDENT.match(row):
        return _TAB
    if _BRACKET_TEXT.match(row) and "expected" in said and not said.endswith(KEY_EXPECTED):
        return _BRACKET
    for piece, fault in _FAULTS:
        if piece in said:
            return fault
    first = said.partition("\n")[0]
    return (f"This is not YAML that can be read: {first}.", "Compare the line with its neighbours.")
