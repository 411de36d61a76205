"""The pages that people read, and the commands written in them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

_FENCED = re.compile(r"^```(?:bash|sh|console)?\n(?P<lines>.*?)^```$", re.MULTILINE | re.DOTALL)
_ANY_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`(?P<code>[^`\n]+)`")


def find_pages() -> list[Path]:
    """Every Markdown file of the repository that is ours."""
    folders = ("docs", "bot", "training", "tests", "actions", "intents")
    return sorted([*ROOT.glob("*.md"), *(page for folder in folders for page in (ROOT / folder).rglob("*.md"))])


def find_commands(page: Path, program: str) -> list[str]:
    """What follows `program` wherever the page tells its reader to run it, in spans of code and in blocks of shell."""
    text = page.read_text(encoding="utf-8")
    lines = [line for block in _FENCED.finditer(text) for line in block["lines"].splitlines()]
    spans = [span["code"] for span in _SPAN.finditer(_ANY_FENCE.sub("", text))]
    runs = [run.split("#")[0].strip() for line in (*lines, *spans) for run in line.removeprefix("$ ").split("&&")]
    return [run.removeprefix(program).strip() for run in runs if run.split(" ")[0] == program]


def read_prose(page: Path) -> str:
    """The page without its code."""
    return _SPAN.sub("", _ANY_FENCE.sub("", page.read_text(encoding="utf-8")))


def find_headings(page: Path) -> set[str]:
    """The anchors of the page's headings, as GitHub makes them."""
    said = re.findall(r"^#+ (.+)$", _ANY_FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in said}
