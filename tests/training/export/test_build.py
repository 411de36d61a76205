from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from bot.errors import BundleError
from bot.models.bundle import Bundle
from bot.models.registry import active, versions
from tests.training.export.test_adapter import write_adapter
from tests.training.tiny_bert import write_base
from training.export import build
from training.export.build import SHIPPED_ADAPTER, SHIPPED_HEAD, SHIPPED_SCALE, Part, Recipe, build_bundle
from training.export.weights import DEFAULT_BASE, checksum


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    return Recipe(base=str(write_base(tmp_path / "base")), without=("sentiment", "arbiter"))


def test_a_bundle_opens_and_is_active(recipe: Recipe, tmp_path: Path) -> None:
    built = build_bundle(recipe, tmp_path / "models")
    assert built == active(tmp_path / "models") == Bundle.open(built.folder)
    assert (built.manifest.dimensions, built.manifest.max_tokens, built.manifest.quantization) == (36, 24, "int8")
    assert built.sentiment_path is None


def test_building_twice_gives_the_same_bundle(recipe: Recipe, tmp_path: Path) -> None:
    first, second = build_bundle(recipe, tmp_path / "models"), build_bundle(recipe, tmp_path / "models")
    assert first.folder == second.folder
    assert versions(tmp_path / "models") == (first.name,)


def test_building_again_heals_a_damaged_bundle(recipe: Recipe, tmp_path: Path) -> None:
    built = build_bundle(recipe, tmp_path / "models")
    built.encoder_path.write_bytes(b"garbage")
    assert build_bundle(recipe, tmp_path / "models").fingerprint == built.fingerprint


def test_a_crash_leaves_no_half_bundle(recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = build_bundle(recipe, tmp_path / "models")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "_move_into_place", crash)
    with pytest.raises(KeyboardInterrupt):
        build_bundle(Recipe(base=recipe.base, quantization="none", without=recipe.without), tmp_path / "models")
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == sorted(["active", before.name])
    assert active(tmp_path / "models") == before


def test_an_adapter_changes_the_encoder_and_is_in_the_manifest(recipe: Recipe, tmp_path: Path) -> None:
    plain = build_bundle(recipe, tmp_path / "models")
    adapter = write_adapter(tmp_path / "adapter")
    tuned = build_bundle(
        Recipe(base=recipe.base, adapter=adapter, adapter_scale=0.5, without=recipe.without), tmp_path / "models"
    )
    assert tuned.fingerprint != plain.fingerprint
    assert tuned.manifest.adapter is not None
    assert (tuned.manifest.adapter.name, tuned.manifest.adapter.scale) == ("adapter", 0.5)


def test_a_sentiment_head_for_another_encoder_is_refused(recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"was fitted for another encoder.*--without-sentiment"):
        build_bundle(Recipe(base=recipe.base, without=("arbiter",)), tmp_path / "models")
    assert not versions(tmp_path / "models")


def test_the_shipped_head_is_refused_when_an_adapter_is_merged(tmp_path: Path) -> None:
    adapter = write_adapter(tmp_path / "adapter")
    name = "base_model.model.encoder.layer.0.attention.self.query"
    zeros = {f"{name}.lora_A.weight": np.zeros((2, 384)), f"{name}.lora_B.weight": np.zeros((384, 2))}
    save_file({key: value.astype(np.float32) for key, value in zeros.items()}, adapter / "adapter_model.safetensors")
    with pytest.raises(BundleError, match="was fitted for another encoder"):
        build_bundle(Recipe(adapter=adapter, quantization="none"), tmp_path / "models")


def test_the_default_recipe_makes_a_whole_bundle(models: Path) -> None:
    bundle = active(models)  # it was built by no other
    assert set(bundle.manifest.files) == {"encoder.onnx", "tokenizer.json", "sentiment.safetensors", "arbiter.json"}
    assert bundle.sentiment_path is not None
    assert bundle.sentiment_path.read_bytes() == SHIPPED_HEAD.read_bytes()
    assert bundle.arbiter_path.is_file()
    assert bundle.manifest.adapter is not None
    assert bundle.manifest.adapter.scale == SHIPPED_SCALE
    assert bundle.manifest.adapter.sha256 == checksum(SHIPPED_ADAPTER / "adapter_model.safetensors")


def test_the_shipped_adapter_is_small_and_of_the_default_base() -> None:
    assert sum(path.stat().st_size for path in SHIPPED_ADAPTER.iterdir()) < 4e6
    assert json.loads((SHIPPED_ADAPTER / "adapter_config.json").read_text())["base_model_name_or_path"] == DEFAULT_BASE


def test_the_shipped_adapter_can_be_left_out_or_scaled(tmp_path: Path) -> None:
    without: tuple[Part, ...] = ("sentiment", "arbiter")
    plain = build_bundle(Recipe(adapter=None, quantization="none", without=without), tmp_path)
    half = build_bundle(Recipe(adapter_scale=0.5, quantization="none", without=without), tmp_path)
    assert plain.manifest.adapter is None
    assert half.manifest.adapter is not None
    assert half.manifest.adapter.scale == 0.5
    assert half.fingerprint != plain.fingerprint


def test_another_base_takes_no_shipped_adapter(recipe: Recipe, tmp_path: Path) -> None:
    assert build_bundle(recipe, tmp_path / "models").manifest.adapter is None


def test_an_asset_that_is_missing_is_named(recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "ASSETS", tmp_path)
    with pytest.raises(BundleError, match=r"arbiter\.json is missing"):
        build_bundle(Recipe(base=recipe.base, without=("sentiment",)), tmp_path / "models")


def test_an_adapter_that_is_not_there_is_an_error_of_ours(recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="is no LoRA adapter"):
        build_bundle(Recipe(base=recipe.base, adapter=tmp_path / "none", without=recipe.without), tmp_path / "models")


def test_a_folder_that_cannot_be_written_is_an_error_of_ours(recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file is in the way")
    with pytest.raises(BundleError, match="cannot be written to"):
        build_bundle(recipe, tmp_path / "models")


def test_a_tokenizer_that_is_none_is_named(recipe: Recipe, tmp_path: Path) -> None:
    (Path(recipe.base) / "tokenizer.json").write_text("{}")
    with pytest.raises(BundleError, match=r"tokenizer\.json is not a tokenizer"):
        build_bundle(recipe, tmp_path / "models")
