"""Markdown tables as text that Slack can show: mrkdwn has none, so they become blocks of code, column under column.

Source: https://github.github.com/gfm/#tables-extension-
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from unicodedata import combining, east_asian_width

_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})(?P<rest>.*)")
_RULE = re.compile(r" {0,3}\|? *:?-+:? *(?:\| *:?-+:? *)*\|? *")
_BAR = re.compile(r"(?<!\\)\|")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\(<?([^\s()<>]+)>?[^()\n]*\)")
_MARKS = re.compile(r"\*\*|__|~~|`")


def lay_out(text: str) -> str:
    """`text` with its tables as blocks of code, and with ``` around every block of code, as Slack knows it."""
    return "\n".join(_lines(text.split("\n")))


def _lines(lines: Sequence[str]) -> Iterator[str]:
    fence = ""
    at = 0
    while at < len(lines):
        if fence:
            fence, line = _inside(lines[at], fence)
            yield line
            at += 1
        elif rows := _table_at(lines, at):
            yield from ("```", *_draw(rows, _sides(lines[at + 1])), "```")
            at += len(rows) + 1
        else:
            fence, line = _opening(lines[at])
            yield line
            at += 1


def _opening(line: str) -> tuple[str, str]:
    """The fence that `line` opens, if it does, and the line as Slack wants it."""
    found = _FENCE.fullmatch(line)
    if found is None or (found["marks"][0] == "`" and "`" in found["rest"]):
        return "", line
    return found["marks"], f"```{found['rest']}"


def _inside(line: str, fence: str) -> tuple[str, str]:
    """The fence that is still open after `line` of a block of code, and the line."""
    found = _FENCE.fullmatch(line)
    if found and found["marks"].startswith(fence) and not found["rest"].strip():
        return "", "```"
    return fence, line.replace("```", "'''") if fence != "```" else line


def _table_at(lines: Sequence[str], at: int) -> list[list[str]]:
    """The rows, head first, of the table that begins at a line; none if none does."""
    if at + 1 >= len(lines) or "|" not in lines[at] or not _RULE.fullmatch(lines[at + 1]):
        return []
    head, rule = _cells(lines[at]), _cells(lines[at + 1])
    if len(head) != len(rule):
        return []
    rows = [head]
    for line in lines[at + 2 :]:
        if not line.strip() or _FENCE.fullmatch(line):
            break
        rows.append(_cells(line))
    columns = max(map(len, rows))  # more than the head has, where a bar in a cell was forgotten: nothing is lost
    return [row + [""] * (columns - len(row)) for row in rows]


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [_plain(cell) for cell in _BAR.split(inner)]


def _plain(cell: str) -> str:
    """Code shows its marks and makes no links, so the former go and the latter are spelt out."""
    cell = _LINK.sub(lambda link: f"{link[1]} ({link[2]})" if link[1] else link[2], cell)
    return _MARKS.sub("", cell.replace("\\|", "|")).strip()


def _sides(rule: str) -> list[str]:
    return ["right" if side.endswith(":") and not side.startswith(":") else "left" for side in _cells(rule)]


def _draw(rows: Sequence[Sequence[str]], sides: Sequence[str]) -> Iterator[str]:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    sides = [*sides, *["left"] * (len(widths) - len(sides))]
    for number, row in enumerate(rows):
        if number == 1:
            yield "  ".join("-" * width for width in widths)
        yield "  ".join(map(_pad, row, widths, sides)).rstrip()


def _pad(cell: str, width: int, side: str) -> str:
    space = " " * (width - _width(cell))
    return space + cell if side == "right" else cell + space


def _width(text: str) -> int:
    """Columns that `text` takes in a font of one width."""
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)
