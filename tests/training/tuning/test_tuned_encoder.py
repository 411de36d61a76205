from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("peft")

from bot.detectors.encoder import OnnxEncoder  # noqa: E402 - after torch is known to be there
from tests.training.tiny_bert import write_base  # noqa: E402
from tests.training.tiny_bot import write_telling_base  # noqa: E402
from training.export.build import Recipe, stage_bundle  # noqa: E402
from training.export.weights import find_base  # noqa: E402
from training.rungs.base import TrainingError  # noqa: E402
from training.tuning import tuned_encoder  # noqa: E402
from training.tuning.tuned_encoder import LoraShape, TunedEncoder  # noqa: E402

pytestmark = [pytest.mark.training, pytest.mark.filterwarnings("ignore")]  # torch and transformers deprecate much

TEXTS = [" ".join("abcdefgh"[: 1 + n % 8]) for n in range(90)]


def encoder(folder: Path, dropout: float = 0.0, most_tokens: int | None = None) -> TunedEncoder:
    base = folder if folder.is_dir() else write_telling_base(folder)
    return TunedEncoder(find_base(str(base)), LoraShape(rank=4, alpha=8, dropout=dropout), 3, most_tokens)


@pytest.mark.parametrize("pooling", ["mean_tokens", "cls_token"])
def test_it_embeds_as_the_float_bundle_does(tmp_path: Path, pooling: str) -> None:
    base = find_base(str(write_base(tmp_path / "base", pooling)))
    bundle = stage_bundle(base, Recipe(base.name, quantization="none", without=("sentiment",)), tmp_path / "models")
    texts = ["abba now", "a much longer sentence about dada and fief and all the rest of it", ""]
    served = OnnxEncoder.from_bundle(bundle).encode(texts)
    assert encoder(tmp_path / "base").embed_as_base(texts) == pytest.approx(served, abs=1e-5)


def test_embeddings_keep_the_order_of_the_texts(tmp_path: Path) -> None:
    one = encoder(tmp_path / "base")
    together = one.embed_as_base(TEXTS)
    np.testing.assert_allclose(together, np.vstack([one.embed_as_base([text]) for text in TEXTS]), atol=1e-5)


@pytest.mark.parametrize("quick", [True, False])
def test_a_pass_that_learns_is_near_the_exact_one_and_changes_the_adapter_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick: bool
) -> None:
    monkeypatch.setattr(tuned_encoder, "has_quick_bfloat16", lambda _: quick)
    one = encoder(tmp_path / "base")
    one.prepare()
    learning = one.embed(TEXTS)
    assert learning.dtype == torch.float32
    assert (learning.detach().cpu().numpy() * one.embed_as_base(TEXTS)).sum(axis=1).min() > 0.999
    learning.sum().backward()  # type: ignore[no-untyped-call]  # torch does not type it
    assert all("lora_" in name for name in one.trained())
    assert any(parameter.grad is not None and parameter.grad.abs().max() > 0 for parameter in one.trained().values())


def test_only_the_adapters_dropout_is_on_while_it_learns(tmp_path: Path) -> None:
    still, shaken = encoder(tmp_path / "base"), encoder(tmp_path / "base", dropout=0.5)
    for one, same in ((still, True), (shaken, False)):
        one.prepare()
        for parameter in one.trained().values():
            torch.nn.init.constant_(parameter, 0.05)
        assert torch.equal(one.embed(TEXTS), one.embed(TEXTS)) is same


def test_texts_are_cut_at_most_tokens(tmp_path: Path) -> None:
    short = encoder(tmp_path / "base", most_tokens=8)
    assert np.array_equal(*short.embed_as_base(["a b c d e f and then on and on", "a b c d e f"]))
    whole = encoder(tmp_path / "base", most_tokens=1_000)  # never more than the base takes
    assert np.isfinite(whole.embed_as_base(["a " * 1_000])).all()


def test_the_files_say_nothing_about_this_machine(tmp_path: Path) -> None:
    one = encoder(tmp_path / "base")
    one._base_name = "a-base"
    one.save(tmp_path / "adapter")
    assert sorted(path.name for path in (tmp_path / "adapter").iterdir()) == [
        "adapter_config.json",
        "adapter_model.safetensors",
    ]
    config = json.loads((tmp_path / "adapter/adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == "a-base"
    assert config["target_modules"] == sorted(config["target_modules"])
    assert str(tmp_path) not in json.dumps(config)


def test_a_base_that_transformers_does_not_know_is_said(tmp_path: Path) -> None:
    folder = write_telling_base(tmp_path / "base")
    (folder / "config.json").write_text(json.dumps({"model_type": "nonesuch", "max_position_embeddings": 40}))
    with pytest.raises(TrainingError, match="transformers cannot load the base"):
        encoder(folder)
    (folder / "config.json").write_text("[]")
    with pytest.raises(TrainingError, match="is not a JSON object"):
        encoder(folder)
