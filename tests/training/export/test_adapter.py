from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from bot.errors import BundleError
from tests.training.tiny_bert import HIDDEN, random_tensors, write_base
from training.export.adapter import merge_adapter

QUERY = "encoder.layer.1.attention.self.query"


def write_adapter(folder: Path, **config: object) -> Path:
    folder.mkdir()
    chance = np.random.default_rng(5)
    save_file(
        {
            f"base_model.model.{QUERY}.lora_A.weight": chance.normal(size=(2, HIDDEN)).astype(np.float32),
            f"base_model.model.{QUERY}.lora_B.weight": chance.normal(size=(HIDDEN, 2)).astype(np.float32),
        },
        folder / "adapter_model.safetensors",
    )
    settings = {"peft_type": "LORA", "r": 2, "lora_alpha": 6, "bias": "none"} | config
    (folder / "adapter_config.json").write_text(json.dumps(settings))
    return folder


def test_only_its_own_weights_change_and_in_proportion(tmp_path: Path) -> None:
    before, adapter = random_tensors(), write_adapter(tmp_path / "adapter")
    half, full = merge_adapter(before, adapter, 0.5), merge_adapter(before, adapter, 1.0)
    name = f"{QUERY}.weight"
    assert {key for key in before if not np.array_equal(before[key], full[key])} == {name}
    np.testing.assert_allclose(2 * (half[name] - before[name]), full[name] - before[name], atol=1e-4)


@pytest.mark.training
@pytest.mark.filterwarnings("ignore::FutureWarning")  # what peft and transformers say to each other
@pytest.mark.parametrize("options", [{}, {"use_rslora": True}, {"alpha_pattern": {"query": 11}}])
def test_merging_equals_peft(tmp_path: Path, options: dict[str, object]) -> None:
    pytest.importorskip("peft")
    from peft import LoraConfig, PeftModel, get_peft_model
    from transformers import BertModel

    model = BertModel.from_pretrained(write_base(tmp_path / "base"), add_pooling_layer=False)
    tuned = get_peft_model(model, LoraConfig(r=3, lora_alpha=5, target_modules=["query", "dense"], **options))
    for name, parameter in tuned.named_parameters():
        if "lora_B" in name:
            parameter.data.normal_(0, 0.3)
    tuned.save_pretrained(tmp_path / "adapter")
    merged = merge_adapter(random_tensors(), tmp_path / "adapter", 1.0)
    fresh = BertModel.from_pretrained(tmp_path / "base", add_pooling_layer=False)
    expected = PeftModel.from_pretrained(fresh, tmp_path / "adapter").merge_and_unload().state_dict()
    for name, tensor in merged.items():
        np.testing.assert_allclose(tensor, expected[name].numpy(), atol=1e-5, err_msg=name)


@pytest.mark.parametrize("options", [{"use_dora": True}, {"fan_in_fan_out": True}, {"bias": "all"}])
def test_what_would_change_the_formula_is_refused(tmp_path: Path, options: dict[str, object]) -> None:
    with pytest.raises(BundleError, match=f"has {next(iter(options))}"):
        merge_adapter(random_tensors(), write_adapter(tmp_path / "adapter", **options), 1.0)


def test_an_adapter_for_another_base_is_refused(tmp_path: Path) -> None:
    smaller = {name: tensor[:, :5] if tensor.ndim > 1 else tensor for name, tensor in random_tensors().items()}
    with pytest.raises(BundleError, match=f"does not fit this base: {re.escape(QUERY)}"):
        merge_adapter(smaller, write_adapter(tmp_path / "adapter"), 1.0)


def test_a_folder_without_an_adapter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="is no LoRA adapter"):
        merge_adapter(random_tensors(), tmp_path, 1.0)


def test_another_kind_of_adapter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="peft_type must be LORA"):
        merge_adapter(random_tensors(), write_adapter(tmp_path / "adapter", peft_type="IA3"), 1.0)
