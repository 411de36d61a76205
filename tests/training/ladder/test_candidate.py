from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from bot.config import ModelSettings, Settings, load_settings
from bot.detectors.encoder import OnnxEncoder
from bot.detectors.sentiment import SentimentHead
from bot.errors import BundleError
from bot.models.bundle import TrainingRecord
from bot.models.registry import active, versions
from tests.training.export.test_adapter import write_adapter
from tests.training.export.test_branch import write_branch, write_branch_head
from tests.training.tiny_bot import write_bot, write_telling_base
from training.export.branch import Branch
from training.export.build import Recipe, build_bundle
from training.export.weights import find_base
from training.ladder import candidate
from training.ladder.candidate import (
    Candidate,
    Start,
    find_start,
    find_untuned,
    own_sentences,
    prepare_base,
    stage_candidate,
    stage_scratch,
)
from training.rungs.base import Body, TrainingError

RECORD = TrainingRecord(rung="lora", seed=1, epochs=1, folds=3, parent="before", figures={"H": 0.5})


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return write_bot(tmp_path / "bot").parent


def test_every_rung_starts_where_the_bundle_with_that_adapter_is(bot: Path, tmp_path: Path) -> None:
    adapter, name = write_adapter(tmp_path / "adapter"), str(bot / "base")
    merged = prepare_base(Start(name, adapter, 0.5), tmp_path / "start")
    by_merging = OnnxEncoder.from_bundle(stage_scratch(Body(merged), 1.0, tmp_path / "one"))
    by_building = OnnxEncoder.from_bundle(stage_scratch(Body(find_base(name), adapter), 0.5, tmp_path / "two"))
    assert np.array_equal(by_merging.encode(["abba"]), by_building.encode(["abba"]))
    assert prepare_base(Start(name), tmp_path / "start") == find_base(name)


def test_the_start_is_what_the_untuned_bundle_was_built_with(bot: Path, tmp_path: Path) -> None:
    adapter, model = write_adapter(tmp_path / "adapter"), load_settings(bot / "config.yml").model
    assert find_start(model, active(bot / "models")) == Start(model.base)
    recipe = Recipe(base=model.base, adapter=adapter, adapter_scale=0.3, without=("sentiment",))
    built = build_bundle(recipe, bot / "models")
    named = model.model_copy(update={"adapter": adapter, "adapter_scale": 0.9})
    assert find_start(named, built) == Start(model.base, adapter, 0.3)  # what serves, not what config.yml says by now
    with pytest.raises(TrainingError, match=r"built with the adapter adapter.*ripen bundle build"):
        find_start(model, built)


def test_a_bot_as_it_comes_starts_from_the_very_encoder_that_serves(models: Path, tmp_path: Path) -> None:
    start = find_start(Settings().model, active(models))
    assert start.adapter is not None  # the shipped one, which config.yml need not name
    frozen = stage_scratch(Body(prepare_base(start, tmp_path / "start")), 1.0, tmp_path / "bundles")
    some = own_sentences()[::5]
    alone, serving = (OnnxEncoder.from_bundle(each).encode_fully(some) for each in (frozen, active(models)))
    assert np.array_equal(alone.meaning, serving.meaning)  # all but the branch that feels, which a rung has no use for
    assert np.array_equal(alone.wording, serving.wording)


def test_a_candidate_is_whole_and_not_active(bot: Path, tmp_path: Path) -> None:
    models, body = bot / "models", Body(find_base(str(bot / "base")), write_adapter(tmp_path / "adapter"))
    before = active(models)
    bundle, agreed = stage_candidate(Candidate(body, 0.4, RECORD), before, own_sentences(), 0.0)
    assert bundle is not None
    assert bundle.manifest.training == RECORD
    assert bundle.sentiment_path is not None
    assert agreed is not None
    assert "-lora-" in bundle.name
    assert active(models) == before
    assert sorted(versions(models)) == sorted([before.name, bundle.name])


def test_a_parent_without_sentiment_has_children_without(bot: Path, tmp_path: Path) -> None:
    body = Body(find_base(str(bot / "base")))
    parent = stage_scratch(body, 1.0, bot / "models")
    bundle, agreed = stage_candidate(Candidate(body, 1.0, RECORD), parent, own_sentences(), 0.9)
    assert bundle is not None
    assert (bundle.sentiment_path, agreed) == (None, None)


def test_a_candidate_that_lost_the_feelings_is_not_built(bot: Path) -> None:
    body, before = Body(find_base(str(bot / "base"))), active(bot / "models")
    bundle, agreed = stage_candidate(Candidate(body, 1.0, RECORD), before, own_sentences(), 1.01)
    assert bundle is None
    assert agreed is not None
    assert versions(bot / "models") == (before.name,)


def write_lower_adapter(folder: Path) -> Path:
    """One of the first layer, which lies under the branch."""
    path = write_adapter(folder) / "adapter_model.safetensors"
    save_file({name.replace("layer.1", "layer.0"): tensor for name, tensor in load_file(path).items()}, path)
    return folder


def test_a_branch_goes_on_above_the_tuned_layers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = ModelSettings(base=str(write_telling_base(tmp_path / "base")))
    branch, base = write_branch(tmp_path / "shipped"), find_base(model.base)
    head = write_branch_head(tmp_path / "shipped", tmp_path / "base")
    parent = build_bundle(Recipe(base=model.base, sentiment=head, quantization="none"), tmp_path / "models")
    with pytest.raises(TrainingError, match=r"a branch that is not the shipped one.*ripen bundle build"):
        find_start(model, parent)
    monkeypatch.setattr(candidate, "SHIPPED_BRANCH", branch.folder)
    start = find_start(model, parent)
    assert start == Start(model.base, branch=branch.folder)
    body = Body(base, write_lower_adapter(tmp_path / "adapter"))
    tuned = Candidate(body, 0.05, RECORD, Branch(branch.folder, base))
    bundle, agreed = stage_candidate(tuned, parent, own_sentences(), 0.7)
    assert bundle is not None
    assert bundle.manifest.branch == parent.manifest.branch
    assert agreed is not None
    assert agreed.label > 0.9  # the layers under the branch moved a little, and its head followed
    made_of = SentimentHead.load(bundle.folder / "sentiment.safetensors").made_of
    assert (made_of["distilled_from"], made_of["branch"]) == (parent.name, branch.sha256[:16])


def test_the_teacher_is_the_bundle_that_all_the_tuning_began_with(bot: Path, tmp_path: Path) -> None:
    first = active(bot / "models")
    child = first
    for seed in (1, 2):
        body = Body(find_base(str(bot / "base")), write_adapter(tmp_path / f"adapter-{seed}"))
        record = RECORD.model_copy(update={"parent": child.name, "seed": seed})
        made, _ = stage_candidate(Candidate(body, 0.1 * seed, record), child, own_sentences(), 0.0)
        assert made is not None
        assert SentimentHead.load(made.folder / "sentiment.safetensors").made_of["distilled_from"] == first.name
        child = made
    assert find_untuned(child) == first


def test_an_adapter_that_is_none_is_an_error_of_ours(bot: Path, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="is no LoRA adapter"):
        prepare_base(Start(str(bot / "base"), tmp_path / "none"), tmp_path / "start")
