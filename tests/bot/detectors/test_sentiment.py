from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from bot.detectors.encoder import OnnxEncoder
from bot.detectors.sentiment import FORMAT, NeutralSentiment, SentimentHead
from bot.errors import BundleAltered, BundleMissing, BundleVersion
from bot.messages import Sentiment
from bot.models.registry import active
from training.export.build import SHIPPED_HEAD

TENSORS = {
    "label.weights": np.eye(3, dtype=np.float32),
    "label.bias": np.zeros(3, dtype=np.float32),
    "valence.weights": np.array([-1, 0, 1], dtype=np.float32),
    "valence.bias": np.zeros(1, dtype=np.float32),
}


def write(
    path: Path, metadata: dict[str, str] | None = None, **changes: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
) -> Path:
    tensors = TENSORS | {name.replace("_", "."): value for name, value in changes.items()}
    save_file(tensors, path, {"format": FORMAT} if metadata is None else metadata)
    return path


def test_it_reads_a_label_and_a_valence(tmp_path: Path) -> None:
    head = SentimentHead.load(write(tmp_path / "head.safetensors"))
    found = head.read(np.array([1, 0, 0], dtype=np.float32))
    assert found.label == "negative"
    assert found.valence == pytest.approx(-0.7616, abs=1e-4)
    assert head.read(np.array([0, 1, 0], dtype=np.float32)) == Sentiment("neutral", 0.0)
    assert head.read(np.array([0, 0, 1], dtype=np.float32)).label == "positive"


def test_a_missing_head(tmp_path: Path) -> None:
    with pytest.raises(BundleMissing):
        SentimentHead.load(tmp_path / "none.safetensors")


def test_a_damaged_head(tmp_path: Path) -> None:
    path = tmp_path / "head.safetensors"
    path.write_bytes(b"garbage")
    with pytest.raises(BundleAltered):
        SentimentHead.load(path)


def test_a_head_of_another_format(tmp_path: Path) -> None:
    with pytest.raises(BundleVersion):
        SentimentHead.load(write(tmp_path / "head.safetensors", {"format": "ripen-sentiment 9"}))


def test_weights_that_do_not_fit_together(tmp_path: Path) -> None:
    with pytest.raises(BundleAltered, match="do not fit together"):
        SentimentHead.load(write(tmp_path / "head.safetensors", label_bias=np.zeros(4, dtype=np.float32)))


def test_neutral_sentiment_is_neutral() -> None:
    assert NeutralSentiment().read(np.ones(3, dtype=np.float32)) == Sentiment("neutral", 0.0)


# The head that `ripen bundle build` ships, on sentences most of which it was not fitted on.

Read = Callable[[str], Sentiment]


@pytest.fixture(scope="module")
def read(models: Path) -> Read:
    head, encoder = SentimentHead.load(SHIPPED_HEAD), OnnxEncoder.from_bundle(active(models))
    return lambda text: head.read(encoder.encode_fully([text]).feeling[0])


@pytest.mark.parametrize(
    "text",
    [
        "where is my order",
        "Could you change the phone number on my account?",
        "I would like to talk to somebody from your team",
        "which shoe sizes do you have in stock",
        "how can I track the shipment",
    ],
)
def test_a_plain_request_is_neutral(read: Read, text: str) -> None:
    found = read(text)
    assert found.label == "neutral"
    assert abs(found.valence) < 0.35


@pytest.mark.parametrize("text", ["hi", "Hello there"])
def test_a_greeting_is_not_negative(read: Read, text: str) -> None:
    found = read(text)
    assert found.label != "negative"
    assert found.valence > -0.1


@pytest.mark.parametrize(
    "text",
    ["thanks", "Thanks a lot, you helped me so much", "I am delighted with my new lamp", "what a lovely shop"],
)
def test_praise_is_positive(read: Read, text: str) -> None:
    found = read(text)
    assert found.label == "positive"
    assert found.valence > 0.25


@pytest.mark.parametrize(
    "text",
    [
        "this is ridiculous, third time I ask",
        "Your service is horrible and I am very angry",
        "this is the most awful shop, I hate it",
        "you stupid useless bot",
    ],
)
def test_anger_is_strongly_negative(read: Read, text: str) -> None:
    found = read(text)
    assert found.label == "negative"
    assert found.valence <= -0.6


def test_it_takes_microseconds() -> None:
    head = SentimentHead.load(SHIPPED_HEAD)
    embedding = np.full(head.valence_weights.shape, 0.05, dtype=np.float32)
    started = time.perf_counter()
    for _ in range(1000):
        head.read(embedding)
    assert time.perf_counter() - started < 0.5
