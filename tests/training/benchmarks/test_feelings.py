from __future__ import annotations

from pathlib import Path

import pytest

from bot.detectors.base import Detector
from bot.messages import Detection, Sentiment
from training.benchmarks.feelings import judge_labels, judge_sign, sentiment_files


class Mood(Detector):
    """Feels what the first word says; anything else is neutral, and faintly negative."""

    def detect(self, text: str) -> Detection:
        if text.startswith("good"):
            return Detection((), 1.0, Sentiment("positive", 0.5))
        return Detection((), 1.0, Sentiment("neutral", -0.1))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rated.csv"
    path.write_text(
        "text,sentiment\ngood one,positive\ngood two,negative\nbad,negative\nso,negative\n", encoding="utf-8"
    )
    return path


def test_two_classes_are_told_by_the_sign(file: Path) -> None:
    assert judge_sign(Mood(), file) == 0.75


def test_labels_count_alike_however_many_texts_they_have(file: Path) -> None:
    assert judge_labels(Mood(), file) == 0.5


def test_rows_that_fitted_the_head_do_not_judge_it(tmp_path: Path) -> None:
    for name in ("sst2/dev", "sst2/test", "tweeteval/val", "tweeteval/test"):
        file = tmp_path / "sentiment" / f"{name}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert {name: file.name for name, file in sentiment_files(tmp_path, "valid").items()} == {"sst2": "dev.csv"}
    assert {name: file.name for name, file in sentiment_files(tmp_path, "test").items()} == {
        "sst2": "test.csv",
        "tweeteval": "test.csv",
    }
