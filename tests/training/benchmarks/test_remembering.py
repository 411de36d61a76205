from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.standins.encoder import WordEncoder
from training.benchmarks.remembering import RememberingEncoder

TEXTS = ["where is my order", "hello", "where is my order"]


def test_says_what_the_encoder_behind_says(tmp_path: Path) -> None:
    behind = WordEncoder()
    remembering = RememberingEncoder(behind, tmp_path / "kept.db")
    expected, found = behind.encode_fully(TEXTS), remembering.encode_fully(TEXTS)
    np.testing.assert_array_equal(found.meaning, expected.meaning)
    np.testing.assert_array_equal(found.wording, expected.wording)
    np.testing.assert_array_equal(remembering.encode(TEXTS), expected.meaning)
    assert remembering.encode_fully([]).meaning.shape == (0, behind.widths.meaning)


def test_asks_once_for_each_text_also_in_the_next_run(tmp_path: Path) -> None:
    first = WordEncoder()
    RememberingEncoder(first, tmp_path / "kept.db").encode(TEXTS)
    assert first.calls == [["where is my order", "hello"]]
    again = WordEncoder()
    remembering = RememberingEncoder(again, tmp_path / "kept.db")
    remembering.encode(TEXTS)
    remembering.encode(["hello"])
    remembering.encode(["alone"])
    remembering.encode(["alone"])
    assert again.calls == [["alone"]]
