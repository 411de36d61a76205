"""docs/config.md lists every key of config.yml as it is."""

from __future__ import annotations

import re
from pathlib import Path

from bot.catalog.loader import load_catalog
from bot.config import Settings, load_settings
from tests.docs.config_reference import END, PAGE, START, write_reference
from tests.docs.pages import ROOT

YAML_BLOCK = re.compile(r"^```yaml\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_table_is_current() -> None:
    table = PAGE.read_text(encoding="utf-8").split(START)[1].split(END)[0]
    assert table == write_reference(), "run: python -m tests.docs.config_reference"


def test_the_table_has_every_key() -> None:
    reference = write_reference()
    for name in Settings.model_fields:
        assert re.search(rf"^\| `{name}[`.]", reference, re.MULTILINE), name


def test_every_key_says_what_it_does() -> None:
    assert "|  |\n" not in write_reference()


def test_the_example_loads(tmp_path: Path) -> None:
    blocks = [match["text"] for match in YAML_BLOCK.finditer(PAGE.read_text(encoding="utf-8"))]
    assert blocks
    for block in blocks:
        (tmp_path / "config.yml").write_text(block, encoding="utf-8")
        load_settings(tmp_path / "config.yml")


def test_the_examples_of_intent_files_load(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "intents.md").read_text(encoding="utf-8")
    blocks = [match["text"] for match in YAML_BLOCK.finditer(text)]
    assert len(blocks) > 3
    for number, block in enumerate(blocks):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "one.yml").write_text(block, encoding="utf-8")
        assert load_catalog(folder).intents
