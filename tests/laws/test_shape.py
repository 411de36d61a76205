"""Files stay small enough to read, and every room says what it is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.laws.source import ROOT

FILES = sorted(
    file.relative_to(ROOT)
    for package in ("bot", "training", "actions", "tests")
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
MOST_LINES = {".py": 300, ".js": 600, ".css": 400, ".html": 300}


@pytest.mark.parametrize("file", FILES, ids=str)
def test_a_file_can_be_read_in_one_sitting(file: Path) -> None:
    lines = len((ROOT / file).read_text(encoding="utf-8").splitlines())
    assert lines <= MOST_LINES[file.suffix]


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_every_room_has_a_readme(room: Path) -> None:
    assert (ROOT / room / "README.md").read_text(encoding="utf-8").strip()
