from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("setfit")

from tests.training.rungs.test_lora import finish, lessons, task
from training.export.weights import WEIGHTS, checksum
from training.ladder.candidate import stage_scratch
from training.rungs.base import Lesson, Progress
from training.rungs.setfit import EXAMPLES_USED, SetFit, draw_pairs

pytestmark = pytest.mark.training


def test_it_makes_other_weights_that_a_bundle_can_be_built_from(tmp_path: Path) -> None:
    asked = task(tmp_path, epochs=2)
    steps, body = finish(SetFit().train(asked))
    assert steps == [Progress(1, 2), Progress(2, 2)]
    assert body.adapter is None
    before, after = asked.base.tensors(), body.base.tensors()
    assert set(before) <= set(after)
    assert any(not np.array_equal(before[name], after[name]) for name in before)
    assert stage_scratch(body, 1.0, tmp_path / "bundles").manifest.base.sha256 == body.base.sha256 != asked.base.sha256
    assert finish(SetFit().train(asked)) == ([Progress(1, 1)], body)  # a finished training is not done again


def test_a_training_that_was_stopped_ends_where_it_would_have(tmp_path: Path) -> None:
    for name in ("whole", "stopped"):
        (tmp_path / name).mkdir()
    _, whole = finish(SetFit().train(task(tmp_path / "whole", epochs=2)))
    training = SetFit().train(task(tmp_path / "stopped", epochs=2))
    next(training)
    training.close()
    steps, stopped = finish(SetFit().train(task(tmp_path / "stopped", epochs=2)))
    assert steps == [Progress(2, 2)]
    assert stopped.base.sha256 == whole.base.sha256 == checksum(whole.base.folder / WEIGHTS)


def test_pairs_are_siblings_and_strangers_one_of_each_for_every_example() -> None:
    owner = {text: lesson.intent for lesson in lessons() for text in lesson.examples}
    pairs = draw_pairs(lessons(), np.random.default_rng(0))
    assert len(pairs) == 2 * len(owner)
    for left, right, alike in pairs:
        assert left != right
        assert (owner[left] == owner[right]) == bool(alike)


def test_pairs_of_thousands_are_drawn_and_never_listed() -> None:
    crowd = Lesson("crowd", ("crowd",), tuple(f"variation {number}" for number in range(20_000)))
    assert len(draw_pairs((crowd, *lessons()), np.random.default_rng(0))) == 2 * (EXAMPLES_USED + 48)


def test_an_intent_of_one_example_has_no_sibling() -> None:
    single = (Lesson("one", ("one",), ("just this",)), Lesson("none", ("none",), ()))
    assert draw_pairs(single, np.random.default_rng(0)) == []
    assert draw_pairs((*single, *lessons()[:1]), np.random.default_rng(0)).count(("just this", "just this", 1.0)) == 0
