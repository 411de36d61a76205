"""Two vectors from one graph: what a branch feels, and the meaning that it leaves alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from bot.detectors.base import Encoded
from bot.detectors.encoder import OnnxEncoder
from bot.detectors.sentiment import SentimentHead
from bot.errors import BundleError
from bot.models.bundle import BranchRecord, Bundle
from tests.training.export.test_adapter import write_adapter
from tests.training.tiny_bert import HIDDEN, LAYERS
from tests.training.tiny_bot import write_telling_base
from training.export.branch import FOLDER, SHORT, Branch, find_branch
from training.export.build import Recipe, build_bundle, describe_encoder
from training.export.weights import checksum, find_base
from training.sentiment.head_file import write_head

TEXTS = ("abba now", "cocoa", "please 5 kiwi?")
AFTER = 1  # write_adapter changes layer 1, the second one


def write_branch(folder: Path) -> Branch:
    """A random branch in folder/feeling, of the upper layers of the tiny base."""
    folder.mkdir(parents=True, exist_ok=True)
    return Branch(write_adapter(folder / FOLDER, layers_to_transform=list(range(AFTER, LAYERS))))


def write_branch_head(folder: Path, base: Path, **made_of: str) -> Path:
    """A random head that reads the branch beside it."""
    weights = np.random.default_rng(5).normal(size=(4, HIDDEN)).astype(np.float32)
    head = SentimentHead(weights[:3], np.zeros(3, np.float32), weights[3], 0.1, {})
    named = {"encoder": describe_encoder(find_base(str(base)).sha256, None)}
    if (folder / FOLDER).is_dir():
        named["branch"] = checksum(folder / FOLDER / "adapter_model.safetensors")[:SHORT]
    write_head(head, folder / "head.safetensors", named | made_of)
    return folder / "head.safetensors"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_telling_base(tmp_path / "base")


def build(base: Path, folder: Path, **rest: object) -> Bundle:
    recipe: Mapping[str, object] = {"base": str(base), "quantization": "none", "without": ("arbiter",)} | rest
    return build_bundle(Recipe(**recipe), folder / "models")  # type: ignore[arg-type]  # a recipe's own fields


def read(bundle: Bundle) -> Encoded:
    return OnnxEncoder.from_bundle(bundle).encode_fully(TEXTS)


def test_the_branch_feels_what_an_encoder_with_its_adapter_means(base: Path, tmp_path: Path) -> None:
    branch = write_branch(tmp_path / "made")
    forked = build(base, tmp_path, sentiment=write_branch_head(tmp_path / "made", base))
    merged = build(base, tmp_path, adapter=branch.folder, without=("sentiment", "arbiter"))
    plain = build(base, tmp_path, without=("sentiment", "arbiter"))
    assert forked.manifest.branch == BranchRecord(sha256=branch.sha256, after=AFTER)
    assert (merged.manifest.branch, read(merged).own_feeling) == (None, None)
    found = read(forked)
    np.testing.assert_allclose(found.feeling, read(merged).meaning, atol=1e-5)
    np.testing.assert_allclose(found.meaning, read(plain).meaning, atol=1e-6)
    np.testing.assert_allclose(found.wording, read(plain).wording, atol=1e-6)
    assert np.abs(found.feeling - found.meaning).max() > 0.01


def test_int8_feels_the_same(base: Path, tmp_path: Path) -> None:
    write_branch(tmp_path / "made")
    head = write_branch_head(tmp_path / "made", base)
    exact, small = (read(build(base, tmp_path, sentiment=head, quantization=kind)) for kind in ("none", "int8"))
    assert (exact.feeling * small.feeling).sum(axis=1).min() > 0.98


def test_a_branch_tuned_on_other_weights_takes_its_layers_from_them(base: Path, tmp_path: Path) -> None:
    branch = write_branch(tmp_path / "made")
    head = write_branch_head(tmp_path / "made", base)
    other = find_base(str(write_telling_base(tmp_path / "other", words=2.0)))  # whose upper layers are the same
    moved = Branch(branch.folder, other)
    np.testing.assert_allclose(
        read(build(base, tmp_path, sentiment=head, branch=moved)).feeling,
        read(build(base, tmp_path, sentiment=head)).feeling,
        atol=1e-6,
    )


def test_without_sentiment_there_is_no_branch(base: Path, tmp_path: Path) -> None:
    write_branch(tmp_path / "made")
    head = write_branch_head(tmp_path / "made", base)
    assert build(base, tmp_path, sentiment=head, without=("sentiment", "arbiter")).manifest.branch is None


def test_a_head_without_a_branch_reads_the_meaning_as_ever(base: Path, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    found = read(build(base, tmp_path, sentiment=write_branch_head(tmp_path / "made", base)))
    assert found.own_feeling is None
    assert found.feeling is found.meaning


def test_a_branch_that_is_gone_or_another_is_an_error(base: Path, tmp_path: Path) -> None:
    head = write_branch_head(tmp_path, base, branch="0" * SHORT)
    with pytest.raises(BundleError, match=r"feeling.adapter_model.safetensors cannot be read"):
        build(base, tmp_path, sentiment=head)
    write_branch(tmp_path)
    with pytest.raises(BundleError, match=r"was tuned with another branch \(0000.*training.sentiment tune"):
        build(base, tmp_path, sentiment=head)


@pytest.mark.parametrize("layers", [None, [], [1, 3], "all"])
def test_a_branch_says_which_layers_it_tunes(tmp_path: Path, layers: object) -> None:
    branch = write_branch(tmp_path)
    path = branch.folder / "adapter_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"layers_to_transform": layers}))
    with pytest.raises(BundleError, match="layers_to_transform"):
        _ = branch.after


def test_a_branch_above_the_last_layer_is_an_error(base: Path, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    write_adapter(tmp_path / "made" / FOLDER, layers_to_transform=[LAYERS])
    with pytest.raises(BundleError, match=f"begins after layer {LAYERS} of {LAYERS}"):
        build(base, tmp_path, sentiment=write_branch_head(tmp_path / "made", base))


def test_a_head_finds_only_the_branch_that_it_names(tmp_path: Path) -> None:
    branch = write_branch(tmp_path)
    weights = np.zeros((4, 2), np.float32)
    plain = SentimentHead(weights[:3], np.zeros(3, np.float32), weights[3], 0.0, {})
    assert find_branch(tmp_path / "head.safetensors", plain, branch) is None
