from __future__ import annotations

import numpy as np
import pytest

from bot.detectors.base import Embeddings
from bot.detectors.exemplars import unit
from bot.detectors.sentiment import SentimentHead
from training.sentiment.distil import agreement, distil, scores

WIDE = 24


@pytest.fixture
def head() -> SentimentHead:
    chance = np.random.default_rng(1)
    weights = chance.normal(size=(4, WIDE)).astype(np.float32)
    return SentimentHead(weights[:3], np.array([0.1, -0.2, 0.0], np.float32), weights[3], 0.05, {"seed": "7"})


@pytest.fixture
def before() -> Embeddings:
    return unit(np.random.default_rng(2).normal(size=(250, WIDE)).astype(np.float32))


def moved(rows: Embeddings, much: float) -> Embeddings:
    turn = np.random.default_rng(3).normal(size=(WIDE, WIDE)) * much / np.sqrt(WIDE)
    return unit(rows @ (np.eye(WIDE) + turn))


def test_an_encoder_that_did_not_move_keeps_its_head(head: SentimentHead, before: Embeddings) -> None:
    tuned, agreed = distil(head, before, before)
    assert agreed.label == 1.0
    assert agreed.valence == pytest.approx(0, abs=1e-6)
    assert tuned.label_weights == pytest.approx(head.label_weights, abs=1e-6)
    assert tuned.made_of == head.made_of


def test_what_tuning_moved_is_put_right(head: SentimentHead, before: Embeddings) -> None:
    after = moved(before, 0.8)
    as_it_was = agreement(scores(head, after), scores(head, before))
    tuned, agreed = distil(head, before, after)
    assert agreed.label > as_it_was.label + 0.05
    assert agreed.valence < as_it_was.valence / 2
    fresh = unit(np.random.default_rng(9).normal(size=(400, WIDE)).astype(np.float32))
    unseen = agreement(scores(tuned, moved(fresh, 0.8)), scores(head, fresh))
    assert unseen.label == pytest.approx(agreed.label, abs=0.06)  # the figure that is reported is honest


def test_an_encoder_that_lost_the_feelings_is_found_out(head: SentimentHead, before: Embeddings) -> None:
    noise = unit(np.random.default_rng(4).normal(size=before.shape).astype(np.float32))
    assert distil(head, before, noise)[1].label < 0.7
