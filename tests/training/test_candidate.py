from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.detectors.encoder import OnnxEncoder
from bot.errors import BundleError
from bot.models.bundle import TrainingRecord
from bot.models.registry import active, versions
from tests.training.export.test_adapter import write_adapter
from tests.training.tiny_bot import write_bot
from training.candidate import Start, own_sentences, prepare_base, stage_candidate, stage_scratch
from training.export.weights import find_base
from training.rungs.base import Body

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


def test_a_candidate_is_whole_and_not_active(bot: Path, tmp_path: Path) -> None:
    models, body = bot / "models", Body(find_base(str(bot / "base")), write_adapter(tmp_path / "adapter"))
    before = active(models)
    bundle, agreed = stage_candidate(body, 0.4, RECORD, before, own_sentences(), models)
    assert bundle.manifest.training == RECORD
    assert bundle.sentiment_path is not None
    assert agreed is not None
    assert "-lora-" in bundle.name
    assert active(models) == before
    assert sorted(versions(models)) == sorted([before.name, bundle.name])


def test_a_parent_without_sentiment_has_children_without(bot: Path, tmp_path: Path) -> None:
    body = Body(find_base(str(bot / "base")))
    parent = stage_scratch(body, 1.0, bot / "models")
    bundle, agreed = stage_candidate(body, 1.0, RECORD, parent, own_sentences(), tmp_path / "models")
    assert (bundle.sentiment_path, agreed) == (None, None)


def test_an_adapter_that_is_none_is_an_error_of_ours(bot: Path, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="is no LoRA adapter"):
        prepare_base(Start(str(bot / "base"), tmp_path / "none"), tmp_path / "start")
