"""How well sentences of the sample bot come together by meaning, with the real encoder: the thresholds' reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.catalog.loader import CatalogLoader
from bot.detectors.base import Embeddings
from bot.detectors.encoder import OnnxEncoder
from bot.models.registry import active
from bot.review.grouping import group_rows
from bot.review.signals import CLOSE
from bot.slots import delexicalise_examples

ROOT = Path(__file__).parents[2]

Labelled = tuple[list[str], Embeddings]


@pytest.fixture(scope="module")
def examples(models: Path) -> Labelled:
    """The intent of every example of the sample, and its embedding."""
    catalog = delexicalise_examples(CatalogLoader(ROOT / "intents").load())
    found = [(intent.name, example.text) for intent in catalog.intents.values() for example in intent.examples]
    encoder = OnnxEncoder.from_bundle(active(models))
    return [name for name, _ in found], encoder.encode([text for _, text in found])


def test_a_group_is_nearly_always_of_one_intent(examples: Labelled) -> None:
    """150 examples at a time, as an inbox might hold: 3.4 sentences a group, and of the sentences, 0.84 are in a group
    that is mostly of their intent."""
    names, rows = examples
    rng = np.random.default_rng(0)
    purities, sizes = [], []
    for _ in range(5):
        chosen = rng.choice(len(names), min(150, len(names)), replace=False).tolist()
        groups = [[names[chosen[index]] for index in group] for group in group_rows(rows[chosen])]
        purities.append(sum(max(map(group.count, group)) for group in groups) / len(chosen))
        sizes.append(len(chosen) / len(groups))
    assert np.mean(purities) > 0.8
    assert np.mean(sizes) > 2.5


def test_other_words_for_one_wish_are_told_from_another_wish(examples: Labelled) -> None:
    """0.40 of the pairs of one intent are close, 0.02 of the others."""
    names, rows = examples
    above, right = np.triu_indices(len(names), 1)
    close = (rows @ rows.T)[above, right] >= CLOSE
    same = np.array([names[one] == names[other] for one, other in zip(above, right, strict=True)])
    assert close[same].mean() > 0.3
    assert close[~same].mean() < 0.03
