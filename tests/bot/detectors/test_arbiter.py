from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.detectors import mature, zero_shot
from bot.detectors.arbiter import CONTEXT, PARAMETERS, Arbiter, ArbiterPrior
from bot.detectors.exemplars import Reading
from bot.detectors.risk import HeldOut, RiskCurve
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
    sure = np.array([0.31, 0.62, 1.0])
    held_out = HeldOut.count(sure, np.minimum(sure + 0.2, 1), sure > 0.5, np.ones(3))
    prior = ArbiterPrior(indifferent(new__card=1.5), held_out, {"data_sets": ["mine"], "seed": 3})
    prior.save(tmp_path / "arbiter.json")
    loaded = ArbiterPrior.load(tmp_path / "arbiter.json")
    assert np.array_equal(loaded.arbiter.weights, prior.arbiter.weights)
    assert np.array_equal(loaded.held_out.seen, held_out.seen)
    assert np.array_equal(loaded.held_out.wrong, held_out.wrong)
    assert loaded.data_sets == ("mine",)
    assert loaded.fingerprint != replace(prior, held_out=HeldOut.none()).fingerprint


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
        ('{"format": "ripen-arbiter", "version": 1}', BundleVersion),
        ('{"format": "ripen-arbiter", "version": 2}', BundleAltered),
        ('{"format": "ripen-arbiter", "version": 2, "weights": {}, "context": {}}', BundleAltered),
        ('{"format": "ripen-arbiter", "version": 2, "weights": [], "context": 3}', BundleAltered),
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


@pytest.mark.parametrize("row", [[], [1.0], [-1.0] * 21, [5.0, *[0.0] * 20], [float("nan")] * 21, "x", None])
def test_held_out_messages_that_cannot_be_are_refused(tmp_path: Path, row: object) -> None:
    written = json.loads(SHIPPED.read_text(encoding="utf-8"))
    written["held_out"]["0.50"] = row
    path = tmp_path / "arbiter.json"
    path.write_text(json.dumps(written), encoding="utf-8")
    with pytest.raises(BundleAltered, match="ripen bundle build"):
        ArbiterPrior.load(path)


def test_the_shipped_prior_tells_risks_apart() -> None:
    curve = RiskCurve(HeldOut.none(), ArbiterPrior.load(SHIPPED).held_out)
    # Of all answers, however unsure, about one in twelve is wrong.
    assert curve.at(0.98) < 0.03 < 0.06 < curve.at(0.05)
