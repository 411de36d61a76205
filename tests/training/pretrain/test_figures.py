from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot.errors import BundleError
from bot.models.bundle import Bundle
from tests.training.export.test_adapter import write_adapter
from tests.training.tiny_bert import write_base
from training.export.build import Recipe, build_bundle
from training.pretrain import figures

SAID = {"lamp_on": ("on on", "lamp on"), "radioOff": ("off off", "off radio"), "zzz": ("z z z", "z z")}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "intents" / "hwu64"
    folder.mkdir(parents=True)
    for split in ("train_5", "valid"):
        with (folder / f"{split}.csv").open("w", encoding="utf-8", newline="") as file:
            rows = [(text, intent) for intent, texts in SAID.items() for text in texts]
            csv.writer(file).writerows([("text", "intent"), *rows])
    return tmp_path / "data"


def test_what_it_was_shown_the_head_knows(data: Path, tmp_path: Path) -> None:
    base = str(write_base(tmp_path / "base"))
    measured = figures.judge(base, None, 0, data, ("hwu64",))
    assert measured["hwu64 5-shot"] == 1.0
    assert 0 <= measured["hwu64 zero-shot"] <= 1


def test_the_adapter_is_merged_at_the_scale(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[Bundle] = []

    def build(recipe: Recipe, folder: Path) -> Bundle:
        built.append(build_bundle(recipe, folder))
        return built[-1]

    monkeypatch.setattr(figures, "build_bundle", build)
    figures.judge(str(write_base(tmp_path / "base")), write_adapter(tmp_path / "adapter"), 0.3, data, ("hwu64",))
    (bundle,) = built
    assert bundle.manifest.adapter is not None
    assert bundle.manifest.adapter.scale == 0.3


def test_an_adapter_that_is_not_there_is_an_error_of_ours(data: Path, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="is no LoRA adapter"):
        figures.judge(str(write_base(tmp_path / "base")), tmp_path / "none", 1, data, ("hwu64",))
