from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from bot import certainty
from bot.certainty import Certainty
from bot.config import Settings
from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.base import Detector, Embeddings, Encoded, Encoder, Widths
from bot.detectors.detector import LearnedDetector
from bot.detectors.encoder import OnnxEncoder
from bot.detectors.learner import Learner
from bot.detectors.sentiment import NeutralSentiment
from bot.live import Snapshot
from bot.messages import Detection
from bot.models.registry import active
from bot.running import parse
from tests.builders import catalog, detection, intent

SETTINGS = Settings()
SHOP = catalog(
    intent("parcel", examples=("where is my parcel", "has my parcel left yet", "track the parcel please")),
    intent("refund", examples=("i want my money back", "where is the refund", "refund me please")),
)
SAID = ["where is my parcel", "Refund me, please. Where is my parcel?", "xyzzy", "/refund", "", "where is my parcel"]


@dataclass
class Counting(Detector):
    """Sure of what it is told; notes what it is asked."""

    sure: dict[str, float]
    asked: list[str] = field(default_factory=list)

    def detect(self, text: str) -> Detection:
        self.asked.append(text)
        return detection(("parcel", self.sure.get(text, 0.1)))


@dataclass
class CountingEncoder:
    encoder: Encoder
    seen: list[str] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        return self.encoder.fingerprint

    @property
    def widths(self) -> Widths:
        return self.encoder.widths

    def encode(self, texts: Sequence[str]) -> Embeddings:
        return self.encode_fully(texts).meaning

    def encode_fully(self, texts: Sequence[str]) -> Encoded:
        self.seen += texts
        return self.encoder.encode_fully(texts)


@pytest.fixture(scope="module")
def learnt(models: Path) -> LearnedDetector:
    bundle = active(models)
    encoder = OnnxEncoder.from_bundle(bundle)
    *_, detector = Learner(encoder, encoder, NeutralSentiment(), ArbiterPrior.load(bundle.arbiter_path)).learn(SHOP)
    return detector


def test_it_is_what_the_bot_would_act_with(learnt: LearnedDetector) -> None:
    snapshot = Snapshot(SHOP, learnt)
    alone = [parse(text, snapshot, SETTINGS) for text in SAID]
    expected = [each.detection.candidates[0].confidence if each.decision.kind == "act" else 0.0 for each in alone]
    assert Certainty(SETTINGS).of(SAID, snapshot) == pytest.approx(expected, abs=1e-5)
    assert 0 < sum(confidence > 0 for confidence in expected) < len(expected)


def test_a_text_is_asked_about_again_only_when_the_bot_has_learnt() -> None:
    detector, sure = Counting({"a": 0.9}), Certainty(SETTINGS)
    snapshot = Snapshot(SHOP, detector)
    assert sure.of(["a", "b", "a"], snapshot) == [0.9, 0.0, 0.9]
    assert sure.of(["b", "a", "c"], snapshot) == [0.0, 0.9, 0.0]
    assert detector.asked == ["a", "b", "c"]
    assert sure.of(["a"], Snapshot(SHOP, Counting({}))) == [0.0]


def test_what_it_remembers_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certainty, "MOST_ASKED", 2)
    detector, sure = Counting({"a": 0.9}), Certainty(SETTINGS)
    snapshot = Snapshot(SHOP, detector)
    for texts in (["a", "b"], ["b", "c"], ["a", "b", "c", "d"]):
        assert sure.of(texts, snapshot) == [0.9 if text == "a" else 0.0 for text in texts]
    assert detector.asked == ["a", "b", "c", "a", "d"]


def test_what_was_said_is_encoded_once_however_often_the_bot_learns(learnt: LearnedDetector) -> None:
    counting, sure = CountingEncoder(learnt.encoder), Certainty(SETTINGS)
    first = replace(learnt, encoder=counting)
    before = sure.of(SAID, Snapshot(SHOP, first))
    assert sorted(counting.seen) == sorted(set(counting.seen))
    seen = len(counting.seen)
    unsure = replace(first, arbiter=replace(first.arbiter, weights=np.zeros_like(first.arbiter.weights)))
    assert sure.of(SAID, Snapshot(SHOP, unsure)) != before
    assert len(counting.seen) == seen
