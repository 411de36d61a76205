from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.errors import BundleAltered, BundleError, BundleMissing, BundleVersion
from bot.models.bundle import Bundle
from tests.training.tiny_bert import write_base


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    from training.export.build import Recipe, build_bundle

    folder = tmp_path_factory.mktemp("tiny")
    return build_bundle(Recipe(base=str(write_base(folder / "base")), without=("sentiment",)), folder / "models")


@pytest.fixture
def folder(built: Bundle, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built.folder, tmp_path / "bundle"))


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    change(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def refusal(folder: Path, kind: type[BundleError]) -> str:
    with pytest.raises(kind) as caught:
        Bundle.open(folder)
    assert "ripen bundle build" in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_was_built_opens(folder: Path, built: Bundle) -> None:
    opened = Bundle.open(folder)
    assert opened.manifest == built.manifest
    assert opened.fingerprint == built.fingerprint
    assert opened.encoder_path.is_file()
    assert opened.tokenizer_path.is_file()
    assert opened.arbiter_path.is_file()
    assert opened.sentiment_path is None
    assert opened.size == sum(path.stat().st_size for path in folder.iterdir())


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json", "arbiter.json", "manifest.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert name in refusal(folder, BundleMissing)


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json", "arbiter.json"])
def test_one_altered_byte_is_found_and_its_file_named(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    assert name in refusal(folder, BundleAltered)


def test_another_format_is_named(folder: Path) -> None:
    edit(folder, lambda manifest: manifest.update(format=1, something_old=True))
    assert "has format 1, this version of Ripen reads format 2" in refusal(folder, BundleVersion)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": 2}', "\x00\xff"])
def test_a_manifest_that_is_none(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_bytes(text.encode("latin-1"))
    assert "manifest.json" in refusal(folder, BundleAltered)


def test_a_manifest_cannot_reach_outside_its_folder(folder: Path) -> None:
    edit(folder, lambda manifest: manifest["files"].update({"../../secret": "0" * 64}))
    assert "../../secret" in refusal(folder, BundleAltered)


def test_a_manifest_must_name_the_encoder(folder: Path) -> None:
    edit(folder, lambda manifest: manifest["files"].pop("encoder.onnx"))
    assert "encoder.onnx" in refusal(folder, BundleMissing)


def test_the_fingerprint_covers_the_truncation(folder: Path, built: Bundle) -> None:
    edit(folder, lambda manifest: manifest.update(max_tokens=12))
    assert Bundle.open(folder).fingerprint != built.fingerprint
