"""What every detector promises the pipeline, whatever it is made of and whatever it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.catalog.catalog import Catalog
from bot.detectors import detector as detector_module
from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.base import Detector, Probabilities
from bot.detectors.detector import LearnedDetector
from bot.detectors.encoder import OnnxEncoder
from bot.detectors.learner import Learner
from bot.detectors.reranker import Reranker
from bot.detectors.scripted import ScriptedDetector
from bot.detectors.sentiment import SentimentHead
from bot.messages import Detection
from bot.models.registry import active
from tests.builders import catalog, intent

PARCEL = (
    "where is my parcel",
    "has my parcel left yet",
    "when does my parcel arrive",
    "track the parcel please",
    "my parcel is late",
    "no news of my parcel",
    "is the parcel on its way",
    "parcel status",
)
REFUND = (
    "i want my money back",
    "where is the refund",
    "when will i be refunded",
    "the refund has not come",
    "how long does a refund take",
    "refund me please",
    "money back still missing",
    "you owe me a refund",
)
CATALOGS: Mapping[str, Catalog] = {
    "nothing": catalog(),
    "one new": catalog(intent("parcel")),
    "one mature": catalog(intent("parcel", examples=PARCEL)),
    "all new": catalog(intent("parcel"), intent("refund", examples=REFUND[:2]), intent("greet")),
    "all mature": catalog(intent("parcel", examples=PARCEL), intent("refund", examples=REFUND)),
    "both": catalog(intent("parcel", examples=PARCEL), intent("refund", examples=REFUND), intent("greet")),
    "twins": catalog(intent("one", description="The same."), intent("two", description="The same.")),
    "no words": catalog(intent("__", description="?!"), intent("parcel", examples=("", " ", "…"))),
}
WILD: Sequence[str] = (
    "",
    " ",
    "\n\t",
    "\x00",
    "asdkjh qwe",
    "👍",
    "wo ist mein Paket",
    "где посылка",
    "a" * 100_000,
    "/",
    "\ud800",
)


@pytest.fixture(scope="session")
def learnt(models: Path) -> Mapping[str, LearnedDetector]:
    bundle = active(models)
    encoder = OnnxEncoder.from_bundle(bundle)
    prior = ArbiterPrior.load(bundle.arbiter_path)
    assert bundle.sentiment_path
    sentiment = SentimentHead.load(bundle.sentiment_path)
    detectors: dict[str, LearnedDetector] = {}
    for name, known in CATALOGS.items():
        for step, detector in enumerate(Learner(encoder, encoder, sentiment, prior).learn(known)):
            detectors[f"{name}, step {step}"] = detector
    return detectors


@pytest.fixture(scope="session")
def reranked(learnt: Mapping[str, LearnedDetector]) -> Mapping[str, Detector]:
    reranker = Reranker(Fickle(), "This is about: {}", 3)
    return {name: replace(detector, reranker=reranker) for name, detector in learnt.items()}


class Fickle:
    """Entails by chance, of the message and the hypothesis alone."""

    def judge(self, message: str, hypotheses: Sequence[str]) -> Probabilities:
        return np.array([crc32(f"{message}{one}".encode("utf-8", "replace")) / 2**32 for one in hypotheses])


@pytest.fixture(scope="session", params=["learnt", "reranked", "scripted"])
def detectors(request: pytest.FixtureRequest) -> Mapping[str, Detector]:
    if request.param == "scripted":
        return {"scripted": ScriptedDetector({"Hello": "greet", "bye": "goodbye"})}
    found: Mapping[str, Detector] = request.getfixturevalue(request.param)
    return found


def hold(name: str, detector: Detector, text: str) -> None:
    """Everything that must be true of any detection."""
    detection = detector.detect(text)
    confidences = [candidate.confidence for candidate in detection.candidates]
    names = [candidate.intent for candidate in detection.candidates]
    assert confidences == sorted(confidences, reverse=True), name
    assert all(0.0 <= confidence <= 1.0 for confidence in (*confidences, detection.out_of_scope)), name
    assert sum(confidences) + detection.out_of_scope <= 1.0 + 1e-9, name
    assert len(names) == len(set(names)), name
    assert -1.0 <= detection.sentiment.valence <= 1.0, name
    assert all(-1.01 <= neighbour.similarity <= 1.01 for neighbour in detection.neighbours), name
    assert all(neighbour.intent in names for neighbour in detection.neighbours), name
    assert all(value == value for value in detection.features.values()), f"{name}: NaN is no feature"


@pytest.mark.parametrize("text", WILD, ids=lambda text: ascii(text[:12]))
def test_a_detection_is_sound_for_any_text(detectors: Mapping[str, Detector], text: str) -> None:
    for name, detector in detectors.items():
        hold(name, detector, text)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=st.text(max_size=80))
def test_a_detection_is_sound_for_text_nobody_thought_of(detectors: Mapping[str, Detector], text: str) -> None:
    for name, detector in detectors.items():
        hold(name, detector, text)


def test_the_same_text_gets_the_same_detection_from_any_thread(detectors: Mapping[str, Detector]) -> None:
    for detector in detectors.values():
        with ThreadPoolExecutor(8) as threads:
            assert len({repr(found) for found in threads.map(detector.detect, ["where is my parcel"] * 16)}) == 1


def test_many_texts_at_once_get_what_each_would_alone(
    detectors: Mapping[str, Detector], monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for rounding: sums of many products are not always added up in the same order."""
    monkeypatch.setattr(detector_module, "AT_ONCE", 7)
    texts = [*WILD, "Hello", *(each for pair in zip(PARCEL, REFUND, strict=True) for each in pair), "bye"]
    for name, detector in detectors.items():
        assert detector.detect_all([]) == []
        together = detector.detect_all(texts)
        assert len(together) == len(texts)
        for text, found in zip(texts, together, strict=True):
            alone = detector.detect(text)
            assert found.sentiment.label == alone.sentiment.label, (name, text)
            assert confidences(found) == pytest.approx(confidences(alone), abs=1e-5), (name, text)
            assert similarities(found) == pytest.approx(similarities(alone), abs=1e-5), (name, text)
            assert found.features == pytest.approx(alone.features, abs=1e-4), (name, text)
            numbers = (alone.out_of_scope, alone.risk, alone.sentiment.valence)
            assert (found.out_of_scope, found.risk, found.sentiment.valence) == pytest.approx(numbers, abs=1e-5), name


def confidences(detection: Detection) -> dict[str, float]:
    return {f"{each.intent} {each.detector}": each.confidence for each in detection.candidates}


def similarities(detection: Detection) -> dict[str, float]:
    return {f"{each.intent}: {each.text}": each.similarity for each in detection.neighbours}


@pytest.mark.parametrize("blank", ["", "   ", "\n"])
def test_silence_means_nothing(detectors: Mapping[str, Detector], blank: str) -> None:
    for name, detector in detectors.items():
        assert detector.detect(blank).out_of_scope == 1.0, name


def test_a_second_look_shows_in_the_detection(
    learnt: Mapping[str, LearnedDetector], reranked: Mapping[str, Detector]
) -> None:
    text = "hello there, is it you"
    before, after = learnt["all new, step 0"].detect(text), reranked["all new, step 0"].detect(text)
    entailed = {name: value for name, value in after.features.items() if name.startswith("entailment.")}
    assert entailed
    assert not entailed.keys() & before.features.keys()
    assert all(0 <= value <= 1 for value in entailed.values())
    assert after.candidates != before.candidates
    assert {one.detector for one in after.candidates} == {"zero_shot"}
