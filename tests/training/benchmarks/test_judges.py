from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.models.bundle import AdapterRecord, Bundle
from bot.models.registry import active
from tests.standins.encoder import WordEncoder
from tests.training.tiny_bot import write_bot
from training.benchmarks.judges import (
    LEAVE_OUT,
    build_leave_out,
    choose_prior,
    describe_adapter,
    describe_bundle,
    introduce,
    needs_prior,
)
from training.export.adapter import WEIGHTS
from training.export.build import SHIPPED_ADAPTER, Recipe, build_bundle
from training.export.weights import checksum

SHIPPED = AdapterRecord(name="adapter", sha256=checksum(SHIPPED_ADAPTER / WEIGHTS), scale=0.3)
OTHER = AdapterRecord(name="without-hwu64", sha256="0123456789abcdef", scale=0.5)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return active(write_bot(tmp_path_factory.mktemp("bot")).parent / "models")


def with_adapter(bundle: Bundle, adapter: AdapterRecord) -> Bundle:
    return replace(bundle, manifest=bundle.manifest.model_copy(update={"adapter": adapter}))


def test_only_the_shipped_adapter_has_seen_what_it_was_trained_on(bundle: Bundle) -> None:
    shipped, other = with_adapter(bundle, SHIPPED), with_adapter(bundle, OTHER)
    assert introduce("hwu64", shipped, False, "").seen
    assert not introduce("banking77", shipped, False, "").seen
    assert not introduce("hwu64", other, True, "").seen
    assert not introduce("hwu64", bundle, False, "").seen


def test_an_adapter_is_named_with_its_scale(bundle: Bundle) -> None:
    assert describe_adapter(bundle) == "none"
    assert describe_adapter(with_adapter(bundle, SHIPPED)) == "the shipped one x 0.3"
    assert describe_adapter(with_adapter(bundle, OTHER)) == "without-hwu64 (0123456789ab) x 0.5"


def test_a_bundle_is_described_without_paths(bundle: Bundle) -> None:
    assert "/" not in json.dumps(dict(describe_bundle(bundle)))


def test_a_prior_is_fitted_anew_only_for_what_it_has_seen(bundle: Bundle, tmp_path: Path) -> None:
    assert not needs_prior("banking77", tmp_path, bundle)
    assert not needs_prior("hwu64", tmp_path, bundle), "there is nothing to fit it on"
    for name in ("clinc150", "snips", "sgd"):
        (tmp_path / "intents" / name).mkdir(parents=True)
    assert needs_prior("hwu64", tmp_path, bundle)


def test_a_prior_that_cannot_be_fair_says_so(bundle: Bundle, tmp_path: Path) -> None:
    _, said = choose_prior("hwu64", tmp_path, bundle, WordEncoder(), 1)
    assert "FITTED ON THIS SET" in said
    _, said = choose_prior("banking77", tmp_path, bundle, WordEncoder(), 1)
    assert said == "the bundle's, not fitted on this set"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The base that ships, with its adapter, in fp32, which is built sooner."""
    return build_bundle(Recipe(quantization="none", without=("sentiment",)), tmp_path_factory.mktemp("shipped"))


@pytest.mark.parametrize("name", ["hwu64", "clinc150", "snips"])
def test_a_set_that_was_taught_is_judged_by_an_adapter_trained_without_it(
    name: str, shipped: Bundle, tmp_path: Path
) -> None:
    own = build_leave_out(name, shipped, tmp_path)
    assert own is not None
    assert own.manifest.adapter == AdapterRecord(
        name=name,
        sha256=checksum(LEAVE_OUT / name / WEIGHTS),
        scale=shipped.manifest.adapter.scale,  # type: ignore[union-attr]
    )
    assert own.manifest.quantization == shipped.manifest.quantization
    assert describe_adapter(own) == f"by the shipped one's recipe, without {name}, x {own.manifest.adapter.scale:g}"
    assert not introduce(name, own, True, "").seen


def test_what_nobody_was_taught_needs_no_adapter_without_it(bundle: Bundle, shipped: Bundle, tmp_path: Path) -> None:
    assert build_leave_out("banking77", shipped, tmp_path) is None
    assert build_leave_out("sgd", shipped, tmp_path) is None, "there is none without it, and the report says so"
    assert build_leave_out("hwu64", bundle, tmp_path) is None, "this one has no adapter"
    assert not list(tmp_path.iterdir())
