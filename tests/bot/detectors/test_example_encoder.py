from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.detectors.encoder import MEANING, WORDING, OnnxEncoder
from bot.detectors.example_encoder import MANY, ExampleEncoder
from bot.errors import BundleAltered
from bot.models.bundle import Bundle
from bot.models.registry import active


@pytest.fixture(scope="module")
def bundle(models: Path) -> Bundle:
    return active(models)


@pytest.fixture(scope="module")
def whole(bundle: Bundle) -> OnnxEncoder:
    return OnnxEncoder.from_bundle(bundle)


def test_many_texts_and_few_are_told_what_the_whole_encoder_tells(bundle: Bundle, whole: OnnxEncoder) -> None:
    loaded = []

    def load() -> OnnxEncoder:
        loaded.append(OnnxEncoder.from_bundle(bundle, outputs=(MEANING, WORDING)))
        return loaded[-1]

    examples = ExampleEncoder(whole, load)
    texts = [f"where is order number {number}" for number in range(MANY)]
    for some, loads in ((texts[:3], 0), (texts, 1)):
        read, expected = examples.encode_fully(some), whole.encode_fully(some)
        assert len(loaded) == loads
        np.testing.assert_array_equal(read.meaning, expected.meaning)
        np.testing.assert_array_equal(read.wording, expected.wording)
        assert read.own_feeling is None
        assert read.pack().shape == (len(some), examples.widths.packed)
    assert examples.fingerprint == whole.fingerprint


def test_an_encoder_of_meaning_alone_has_no_other_width(bundle: Bundle, whole: OnnxEncoder) -> None:
    alone = OnnxEncoder.from_bundle(bundle, outputs=(MEANING,))
    assert (alone.widths.wording, alone.widths.feeling) == (0, None)
    np.testing.assert_array_equal(alone.encode(["where is it"]), whole.encode(["where is it"]))


def test_a_damaged_graph_is_told_with_a_remedy(bundle: Bundle, tmp_path: Path) -> None:
    for file in bundle.folder.iterdir():
        if file.is_file():
            (tmp_path / file.name).symlink_to(file)
    damaged = tmp_path / bundle.encoder_path.name
    damaged.unlink()
    damaged.write_bytes(b"no model at all")
    with pytest.raises(BundleAltered, match="ripen bundle build"):
        OnnxEncoder.from_bundle(Bundle(tmp_path, bundle.manifest), outputs=(MEANING,))
