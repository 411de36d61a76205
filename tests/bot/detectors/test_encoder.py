from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.detectors.encoder import OnnxEncoder
from bot.errors import BundleAltered
from bot.models.bundle import Bundle
from bot.models.registry import active


@pytest.fixture(scope="module")
def encoder(models: Path) -> OnnxEncoder:
    return OnnxEncoder.from_bundle(active(models))


WILD = [
    "",
    " ",
    "\n\t",
    "\x00\x01\x02",
    "😀",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "\ud800",
    "a" * 100_000,
    "one two three " * 9000,
    "ｆｕｌｌ",
    "مرحبا",
    "\u202e",
]


@pytest.mark.parametrize("text", WILD, ids=lambda text: ascii(text[:8]))
def test_any_text_becomes_a_unit_vector(encoder: OnnxEncoder, text: str) -> None:
    read = encoder.encode_fully([text])
    for rows, width in ((read.meaning, encoder.widths.meaning), (read.wording, encoder.widths.wording)):
        assert rows.shape == (1, width)
        assert rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows), 1, atol=1e-5)


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_whatever_hypothesis_types_becomes_a_unit_vector(encoder: OnnxEncoder, text: str) -> None:
    np.testing.assert_allclose(np.linalg.norm(encoder.encode([text])), 1, atol=1e-5)


def test_no_texts_are_no_rows(encoder: OnnxEncoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.widths.meaning)
    assert encoder.encode_fully([]).wording.shape == (0, encoder.widths.wording)


def test_an_embedding_does_not_depend_on_its_neighbours(encoder: OnnxEncoder) -> None:
    texts = ["hi", "where is my order A-1042, it should have come on Monday", "😀", "hi"]
    together = encoder.encode(texts)
    for row, text in zip(together, texts, strict=True):
        np.testing.assert_array_equal(row, encoder.encode([text])[0])


def test_threads_share_one_encoder(encoder: OnnxEncoder) -> None:
    texts = [f"sentence number {number}" for number in range(24)]
    expected = encoder.encode(texts)
    with ThreadPoolExecutor(8) as pool:
        found = np.vstack(list(pool.map(lambda text: encoder.encode([text]), texts)))
    np.testing.assert_array_equal(found, expected)


def test_meanings_that_are_close_are_close(encoder: OnnxEncoder) -> None:
    order, parcel, song = encoder.encode(["where is my order", "when will my parcel arrive", "play a love song"])
    assert order @ parcel > order @ song + 0.2


def test_one_pass_tells_the_meaning_as_encode_does_and_another_wording(encoder: OnnxEncoder) -> None:
    texts = ["where is my order", "play a love song"]
    read = encoder.encode_fully(texts)
    np.testing.assert_array_equal(read.meaning, encoder.encode(texts))
    assert np.abs((read.meaning * read.wording).sum(axis=1)).max() < 0.5


def test_the_wording_keeps_words_apart_that_mean_the_same(encoder: OnnxEncoder) -> None:
    read = encoder.encode_fully(["the physician is ill", "the doctor is sick", "the physician is rich"])
    by_meaning, by_wording = ((part @ part.T)[0, 1:] for part in (read.meaning, read.wording))
    assert by_wording[1] - by_wording[0] > by_meaning[1] - by_meaning[0]


def test_knows_whole_words_and_no_pieces(encoder: OnnxEncoder) -> None:
    assert {"order", "cancel", "oder"} <= encoder.whole_words
    assert not {"##er", "canel", "ordr"} & encoder.whole_words


def test_a_graph_that_cannot_be_loaded_is_an_error_of_ours(models: Path, tmp_path: Path) -> None:
    bundle = active(models)
    (tmp_path / "encoder.onnx").write_bytes(b"garbage")
    (tmp_path / "tokenizer.json").write_bytes(bundle.tokenizer_path.read_bytes())
    with pytest.raises(BundleAltered, match=r"cannot be loaded.*ripen bundle build"):
        OnnxEncoder.from_bundle(Bundle(tmp_path, bundle.manifest))


def test_a_fresh_process_encodes_without_torch(models: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from bot.detectors.encoder import OnnxEncoder;"
        "from bot.models.registry import active;"
        "OnnxEncoder.from_bundle(active(Path(sys.argv[1]))).encode(['hi']);"
        "print(sorted({'torch', 'transformers', 'onnx', 'training', 'huggingface_hub'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(models)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
