"""Files stay small enough to read, and every room says what it is for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.laws.source import ROOT

TOPS = ("bot", "training", "actions", "tests")
FILES = sorted(
    file.relative_to(ROOT)
    for package in TOPS
    for ending in ("*.py", "*.js", "*.css", "*.html")
    for file in (ROOT / package).rglob(ending)
    if "vendor" not in file.parts
)
ROOMS = sorted(
    folder.relative_to(ROOT)
    for package in ("bot", "training")
    for folder in (ROOT / package).glob("*/")
    if (folder / "__init__.py").exists()
)
READMES = sorted(
    file.relative_to(ROOT)
    for package in ("bot", "training")
    for file in (ROOT / package).rglob("README.md")
    if not {"vendor", "starter"} & set(file.parts)
)
MOST_LINES = {".py": 300, ".js": 600, ".css": 400, ".html": 300}


@pytest.mark.parametrize("file", FILES, ids=str)
def test_a_file_can_be_read_in_one_sitting(file: Path) -> None:
    lines = len((ROOT / file).read_text(encoding="utf-8").splitlines())
    assert lines <= MOST_LINES[file.suffix]


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_every_room_has_a_readme(room: Path) -> None:
    assert (ROOT / room / "README.md").read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("readme", READMES, ids=str)
def test_a_readme_names_every_file_of_its_room(readme: Path) -> None:
    """A newcomer who reads it has been told of each; so has who adds one."""
    told = (ROOT / readme).read_text(encoding="utf-8")
    files = {file.name for file in (ROOT / readme).parent.glob("*.py") if not file.name.startswith("__")}
    assert not {name for name in files if f"{name}`" not in told}


@pytest.mark.parametrize("readme", READMES, ids=str)
def test_a_readme_names_no_file_that_is_gone(readme: Path) -> None:
    named = set(re.findall(r"`([a-z0-9_/]+\.py)`", (ROOT / readme).read_text(encoding="utf-8")))
    there = {str(file.relative_to(ROOT)) for top in TOPS for file in (ROOT / top).rglob("*.py")}
    assert not {name for name in named if not any(f"/{path}".endswith(f"/{name}") for path in there)}
