from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bot.detectors import mature, zero_shot
from bot.detectors.arbiter import CONTEXT, PARAMETERS, Arbiter, ArbiterPrior
from bot.detectors.exemplars import Reading
from bot.errors import BundleAltered, BundleError, BundleMissing, BundleVersion

SHIPPED = Path(__file__).parents[3] / "training" / "export" / "assets" / "arbiter.json"


def indifferent(**weights: float) -> Arbiter:
    values = np.zeros(len(PARAMETERS))
    for name, weight in weights.items():
        values[PARAMETERS.index(name.replace("__", "."))] = weight
    return Arbiter(values, np.zeros(len(CONTEXT)), np.ones(len(CONTEXT)))


def readings(matured: int, new: int) -> tuple[Reading, Reading]:
    nothing = np.zeros((1, 0), np.float32)
    return (
        Reading(
            np.ones((1, matured, len(mature.CANDIDATE_FEATURES)), np.float32),
            np.full((1, len(mature.CONTEXT_FEATURES)), np.nan, np.float32),
            nothing,
        ),
        Reading(
            np.ones((1, new, len(zero_shot.CANDIDATE_FEATURES)), np.float32),
            np.full((1, len(zero_shot.CONTEXT_FEATURES)), np.nan, np.float32),
            nothing,
        ),
    )


@pytest.mark.parametrize(("matured", "new"), [(0, 0), (1, 0), (0, 1), (3, 2)])
def test_without_evidence_all_are_equally_likely(matured: int, new: int) -> None:
    chances = indifferent().decide(*readings(matured, new))
    assert chances.shape == (1, matured + new + 1)
    assert chances == pytest.approx(1 / (matured + new + 1))


def test_a_feature_speaks_for_its_own_side_only() -> None:
    chances = indifferent(mature__best_row=2.0).decide(*readings(1, 1))[0]
    assert chances[0] > chances[1] == chances[2]


def test_utilities_beyond_what_exp_can_hold_are_no_trouble() -> None:
    chances = indifferent(mature__best_row=1e6, new__card=-1e6).decide(*readings(1, 1))[0]
    assert chances.tolist() == [1.0, 0.0, 0.0]


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    prior = ArbiterPrior(indifferent(new__card=1.5), {"data_sets": ["mine"], "seed": 3})
    prior.save(tmp_path / "arbiter.json")
    loaded = ArbiterPrior.load(tmp_path / "arbiter.json")
    assert np.array_equal(loaded.arbiter.weights, prior.arbiter.weights)
    assert loaded.data_sets == ("mine",)


def test_the_shipped_prior_never_saw_banking77() -> None:
    prior = ArbiterPrior.load(SHIPPED)
    assert set(prior.data_sets) == {"clinc150", "hwu64", "snips", "sgd"}
    assert prior.made_of["splits"] == ["train", "valid"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (None, BundleMissing),
        ("{", BundleAltered),
        ("[]", BundleVersion),
        ('{"format": "ripen-arbiter", "version": 99}', BundleVersion),
        ('{"format": "ripen-arbiter", "version": 1}', BundleAltered),
        ('{"format": "ripen-arbiter", "version": 1, "weights": {}, "context": {}}', BundleAltered),
        ('{"format": "ripen-arbiter", "version": 1, "weights": [], "context": 3}', BundleAltered),
    ],
)
def test_a_prior_that_cannot_be_used_is_named(tmp_path: Path, text: str | None, error: type[BundleError]) -> None:
    path = tmp_path / "arbiter.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(error, match="arbiter") as caught:
        ArbiterPrior.load(path)
    assert "ripen bundle build" in str(caught.value)


@pytest.mark.parametrize(("key", "value"), [("scale", 0.0), ("centre", float("nan"))])
def test_numbers_that_would_poison_every_decision_are_refused(tmp_path: Path, key: str, value: float) -> None:
    written = json.loads(SHIPPED.read_text(encoding="utf-8"))
    written["context"]["best_new"][key] = value
    path = tmp_path / "arbiter.json"
    path.write_text(json.dumps(written), encoding="utf-8")
    with pytest.raises(BundleAltered):
        ArbiterPrior.load(path)
