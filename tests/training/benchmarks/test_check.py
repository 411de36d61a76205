from __future__ import annotations

from pathlib import Path

import pytest

from bot.catalog.loader import load_catalog
from bot.config import load_settings
from training.benchmarks.check import link_bundle, write_bot


def test_the_bot_has_the_size_that_is_asked_for_and_no_sentence_twice(tmp_path: Path) -> None:
    write_bot(tmp_path / "bot", intents=60, examples=5)
    intents = load_catalog(load_settings(tmp_path / "bot" / "config.yml").intents).intents
    texts = {example.text for intent in intents.values() for example in intent.examples}
    assert (len(intents), len(texts)) == (60, 300)
    assert len(list((tmp_path / "bot" / "intents").iterdir())) == 2


def test_without_a_bundle_it_says_how_to_build_one(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    with pytest.raises(SystemExit, match="ripen bundle build"):
        link_bundle(tmp_path / "models", tmp_path / "linked")
