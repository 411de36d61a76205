from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from bot.detectors import mature
from bot.detectors.base import Encoded, Widths
from bot.detectors.exemplars import EmbeddedIntent, Exemplars, Floats, unit
from bot.detectors.mature import CANDIDATE_FEATURES, MOST_LEARNT, Head, Mature, fit_head, fit_kernel, fit_wording


def axes(classes: int, rows: int, dimensions: int = 8) -> tuple[np.ndarray, np.ndarray]:
    owners = np.repeat(np.arange(classes), rows)
    noise = np.random.default_rng(0).normal(scale=0.05, size=(classes * rows, dimensions))
    return (np.eye(dimensions)[owners] + noise).astype(np.float32), owners


@pytest.mark.parametrize("classes", [1, 2, 3, 5])
def test_a_head_tells_its_classes_apart(classes: int) -> None:
    rows, owners = axes(classes, 5)
    chances = fit_head(rows, owners, classes).log_probabilities(rows)
    assert chances.shape == (len(rows), classes)
    assert np.exp(chances).sum(axis=1) == pytest.approx(1)
    assert (chances.argmax(axis=1) == owners).all()


def test_a_row_a_class_is_enough() -> None:
    rows, owners = axes(4, 1)
    assert (fit_head(rows, owners, 4).log_probabilities(rows).argmax(axis=1) == owners).all()


def test_a_head_of_some_classes_is_a_softmax_over_those() -> None:
    rows, owners = axes(5, 5)
    head = fit_head(rows, owners, 5)
    all_of_them, some = head.log_probabilities(rows), head.select(np.array([1, 3])).log_probabilities(rows)
    assert np.exp(some).sum(axis=1) == pytest.approx(1)
    assert some[:, 0] - some[:, 1] == pytest.approx(all_of_them[:, 1] - all_of_them[:, 3], abs=1e-5)


def test_what_all_rows_share_does_not_hide_what_they_differ_in() -> None:
    rows, owners = axes(4, 5)
    shared = np.zeros(8, np.float32)
    shared[7] = 30
    together = rows + shared
    together /= np.linalg.norm(together, axis=1, keepdims=True)
    head = fit_wording(together, owners, 4)
    chances = np.exp(head.log_probabilities(together))
    assert chances[np.arange(len(owners)), owners].min() > 0.8
    assert np.exp(fit_head(together, owners, 4).log_probabilities(together)).max() < 0.5


def test_a_wording_head_of_some_classes_keeps_its_centre() -> None:
    rows, owners = axes(5, 5)
    head = fit_wording(rows + 1, owners, 5)
    all_of_them, some = (one.log_probabilities(rows + 1) for one in (head, head.select(np.array([1, 3]))))
    assert some[:, 0] - some[:, 1] == pytest.approx(all_of_them[:, 1] - all_of_them[:, 3], abs=1e-4)


def test_wording_decides_where_the_meaning_is_the_same() -> None:
    corner = np.eye(8, dtype=np.float32)
    same = np.repeat(corner[:1], 6, axis=0)
    rows = Encoded(same, corner[:6])
    known = [
        EmbeddedIntent(str(i), rows.take(slice(i, i + 1)), str(i), rows.take(slice(i + 3, i + 4)), (str(i),))
        for i in range(3)
    ]
    read = Mature.train(Exemplars.gather(known, Widths(8, 8))).read(rows).candidates
    assert np.ptp(read[..., CANDIDATE_FEATURES.index("kernel")], axis=1) == pytest.approx(0, abs=1e-4)
    chances = read[..., CANDIDATE_FEATURES.index("log_probability")]
    assert chances.argmax(axis=1).tolist() == [0, 1, 2, 0, 1, 2]
    assert np.exp(chances).sum(axis=1) == pytest.approx(1)


def test_without_mature_intents_there_is_nothing_to_read() -> None:
    reading = Mature.train(Exemplars.gather([], Widths(8, 8))).read(Encoded(*[np.eye(8, dtype=np.float32)[:2]] * 2))
    assert reading.candidates.shape[:2] == (2, 0)
    assert reading.context[:, 0].tolist() == [0, 0]
    assert np.isnan(reading.context[:, 1:]).all()


def test_the_card_is_a_row_of_the_head() -> None:
    corner = np.eye(8, dtype=np.float32)
    rows = Encoded(corner, corner)
    known = [
        EmbeddedIntent(str(i), rows.take(slice(i, i + 1)), str(i), rows.take(slice(i + 4, i + 5)), (str(i),))
        for i in range(3)
    ]
    chances = Mature.train(Exemplars.gather(known, Widths(8, 8))).head.log_probabilities(corner[:3])
    assert chances.argmax(axis=1).tolist() == [0, 1, 2]


def test_a_kernel_is_fitted_again_only_where_the_rows_that_it_stands_on_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mature, "MOST_LANDMARKS", 6)  # of three intents the card and the first example
    trio = [crowd(name, axis, 4) for axis, name in enumerate("abc")]
    before = Mature.train(Exemplars.gather(trio, Widths(8, 8)))
    solved: list[int] = []

    def solve(closeness: Floats, targets: Floats) -> Floats:
        solved.append(len(closeness))
        weights: Floats = np.linalg.solve(closeness, targets)
        return weights

    monkeypatch.setattr(mature, "solve", solve)
    longer, first, other = crowd("b", 1, 4), crowd("b", 1, 4), crowd("d", 3, 4)
    longer = replace(longer, examples=Encoded(*[np.vstack([longer.examples.meaning, np.eye(8)[:1]])] * 2))
    first = replace(first, examples=first.examples.take(np.array([1, 0, 2, 3])))
    edits = {"longer": [trio[0], longer, trio[2]], "first": [trio[0], first, trio[2]], "other": [*trio, other]}
    edits |= {"fewer": trio[:2], "order": [trio[1], trio[0], trio[2]]}
    for name, intents in edits.items():
        solved.clear()
        exemplars = Exemplars.gather(intents, Widths(8, 8))
        now, fresh = fit_kernel(exemplars, before), fit_kernel(exemplars)
        assert len(solved) == (1 if name == "longer" else 2), name
        np.testing.assert_array_equal(now.landmarks, fresh.landmarks, name)
        np.testing.assert_allclose(now.weights, fresh.weights, atol=1e-5, err_msg=name)


def crowd(name: str, axis: int, rows: int, width: int = 8) -> EmbeddedIntent:
    """An intent around one axis."""
    noise = np.random.default_rng(axis).normal(scale=0.1, size=(rows + 1, width)).astype(np.float32)
    points = unit(np.eye(width, dtype=np.float32)[axis] + noise)
    both = Encoded(points, points)
    return EmbeddedIntent(name, both.take(slice(0, 1)), name, both.take(slice(1, None)), ("",) * rows)


def test_an_intent_of_thousands_is_gathered_in_sound_memory() -> None:
    tracemalloc.start()
    exemplars = Exemplars.gather([crowd("crowd", 0, 20_000), crowd("few", 1, 10)], Widths(8, 8))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 300e6  # each with each would be 1600e6
    chances = Mature.train(exemplars).head.log_probabilities(np.eye(8, dtype=np.float32)[:2])
    assert chances.argmax(axis=1).tolist() == [0, 1]


def test_the_heads_are_fitted_on_the_card_and_rows_from_all_over(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted: list[np.ndarray] = []

    def recording(rows: np.ndarray, owners: np.ndarray, classes: int) -> Head:
        fitted.append(rows)
        return fit_head(rows, owners, classes)

    monkeypatch.setattr("bot.detectors.mature.fit_head", recording)
    exemplars = Exemplars.gather([crowd("crowd", 0, 4_999), crowd("few", 1, 10)], Widths(8, 8))
    Mature.train(exemplars)
    assert len(fitted[-1]) <= MOST_LEARNT + 11
    rows = next(rows for rows in fitted if np.array_equal(rows[0], exemplars.rows[0]))
    assert np.array_equal(rows, np.vstack([exemplars.rows[:5000:3], exemplars.rows[5000:]]))


def test_five_hundred_intents_are_told_apart() -> None:
    centres = unit(np.random.default_rng(0).normal(size=(500, 64)).astype(np.float32))
    both = Encoded(centres, centres)
    known = [
        EmbeddedIntent(str(i), both.take(slice(i, i + 1)), "", both.take(slice(i, i + 1)), ("",)) for i in range(500)
    ]
    mature = Mature.train(Exemplars.gather(known, Widths(64, 64)))
    assert (mature.head.log_probabilities(centres).argmax(axis=1) == np.arange(500)).mean() > 0.99
