from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import BundleError
from tests.training.tiny_bert import CONFIG, write_base
from training.export.encoder import export_encoder
from training.export.weights import find_base


def write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content))


def test_dimensions_tokens_and_pooling_come_from_the_folder(tmp_path: Path) -> None:
    exported = export_encoder(find_base(str(write_base(tmp_path / "base", "cls_token"))))
    assert (exported.dimensions, exported.max_tokens, exported.pooling) == (36, 24, "cls")


def test_no_more_tokens_than_positions(tmp_path: Path) -> None:
    folder = write_base(tmp_path / "base")
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": 512})
    assert export_encoder(find_base(str(folder))).max_tokens == 40


def test_an_unknown_pooling_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="pools with pooling_mode_max_tokens"):
        export_encoder(find_base(str(write_base(tmp_path / "base", "max_tokens"))))


def test_a_module_that_a_bundle_cannot_hold_is_refused(tmp_path: Path) -> None:
    folder = write_base(tmp_path / "base")
    write_json(folder / "modules.json", [{"type": "sentence_transformers.models.Dense"}])
    with pytest.raises(BundleError, match="a module that bundles cannot hold: Dense"):
        export_encoder(find_base(str(folder)))


def test_a_config_without_its_sizes_is_refused(tmp_path: Path) -> None:
    folder = write_base(tmp_path / "base")
    write_json(folder / "config.json", {key: value for key, value in CONFIG.items() if key != "num_attention_heads"})
    with pytest.raises(BundleError, match="num_attention_heads"):
        export_encoder(find_base(str(folder)))


def test_other_architectures_name_the_extra_when_torch_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_base(tmp_path / "base")
    write_json(folder / "config.json", CONFIG | {"model_type": "mpnet"})
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    with pytest.raises(BundleError, match=r"pip install 'ripen-bot\[train\]'"):
        export_encoder(find_base(str(folder)))
