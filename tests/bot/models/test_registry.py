from __future__ import annotations

import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import BundleAltered, BundleMissing
from bot.models.bundle import AdapterRecord, TrainingRecord
from bot.models.registry import activate, active, active_name, describe_versions, doubt, undo, versions
from tests.training.tiny_bert import write_base


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    from training.export.build import Recipe, build_bundle

    folder = tmp_path_factory.mktemp("registry")
    names = [
        build_bundle(
            Recipe(base=str(write_base(folder / f"base-{seed}", seed=seed)), without=("sentiment", "arbiter")),
            folder / "models",
        ).name
        for seed in (1, 2)
    ]
    return folder / "models", names[0], names[1]


@pytest.fixture
def models(two: tuple[Path, str, str], tmp_path: Path) -> Path:
    return Path(shutil.copytree(two[0], tmp_path / "models"))


def test_the_newest_built_serves_and_another_can(models: Path, two: tuple[Path, str, str]) -> None:
    _, first, second = two
    assert versions(models) == tuple(sorted((first, second)))
    assert active(models).name == second
    assert activate(models, first).name == first
    assert active(models).name == first
    assert not list(models.glob(".active-*"))


def test_a_bundle_of_another_base_than_config_names_is_told(models: Path) -> None:
    bundle = active(models)
    told = doubt(bundle, "somebody/other-base")
    assert told is not None
    assert "somebody/other-base (model.base)" in told
    assert "ripen bundle build" in told
    assert doubt(bundle, bundle.manifest.base.name) is None
    assert doubt(bundle, f"/elsewhere/{Path(bundle.manifest.base.name).name}") is None
    record = TrainingRecord(rung="lora", seed=0, epochs=1, folds=2, parent="x", figures={})
    trained = replace(bundle, manifest=bundle.manifest.model_copy(update={"training": record}))
    assert doubt(trained, "somebody/other-base") is None


def test_a_change_can_be_undone(models: Path, two: tuple[Path, str, str]) -> None:
    _, first, second = two
    (models / "previous").unlink(missing_ok=True)
    with pytest.raises(BundleMissing, match="before this one"):
        undo(models)
    activate(models, first)
    activate(models, first)  # to what is active already: no change, nothing new to go back to
    assert undo(models).name == second
    assert undo(models).name == first


def test_versions_are_described_broken_ones_too(models: Path, two: tuple[Path, str, str]) -> None:
    _, first, second = two
    (models / first / "manifest.json").write_text("{}", encoding="utf-8")
    told = describe_versions(models)
    assert set(told) == {first, second}
    assert "int8" in told[second]
    assert "manifest.json" in told[first]


@pytest.mark.parametrize(("name", "words"), [("adapter", "adapter x 0.6"), ("mine", "adapter mine x 0.6")])
def test_an_adapter_is_named_once(name: str, words: str) -> None:
    assert str(AdapterRecord(name=name, sha256="0", scale=0.6)) == words


@pytest.mark.parametrize("name", ["", "nothing", "..", "../models", ".hidden"])
def test_only_a_version_can_be_activated(models: Path, name: str) -> None:
    before = active_name(models)
    with pytest.raises(BundleMissing, match="there is no bundle"):
        activate(models, name)
    assert active_name(models) == before


def test_a_damaged_version_is_not_activated(models: Path, two: tuple[Path, str, str]) -> None:
    _, first, second = two
    (models / first / "tokenizer.json").write_text("{}")
    with pytest.raises(BundleAltered):
        activate(models, first)
    assert active(models).name == second


def test_without_any_bundle_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BundleMissing, match="ripen bundle build"):
        active(tmp_path / "models")


def test_an_active_name_without_a_bundle(models: Path) -> None:
    (models / "active").write_text("gone\n")
    with pytest.raises(BundleMissing, match="names 'gone'"):
        active(models)


@pytest.mark.skipif(os.name != "posix", reason="there are no such permissions")
def test_which_one_serves_may_be_read_by_all_who_may_read_the_bundles(models: Path, two: tuple[Path, str, str]) -> None:
    before = os.umask(0o022)
    try:
        activate(models, two[1])
    finally:
        os.umask(before)
    assert stat.S_IMODE((models / "active").stat().st_mode) == 0o644
    assert not list(models.glob(".active*"))
