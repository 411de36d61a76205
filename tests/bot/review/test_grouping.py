from __future__ import annotations

import numpy as np

from bot.review.grouping import Meanings, group_rows, middle, pick_different
from tests.standins.encoder import WordEncoder


def unit(*angles: float) -> np.ndarray:
    turned = np.radians(angles)
    return np.column_stack([np.cos(turned), np.sin(turned)]).astype(np.float32)


def test_what_points_the_same_way_is_one_group() -> None:
    assert sorted(map(sorted, group_rows(unit(0, 90, 10, 100, 200)))) == [[0, 2], [1, 3], [4]]


def test_one_sentence_is_a_group_and_none_is_none() -> None:
    assert group_rows(unit(0)) == [[0]]
    assert group_rows(unit()[:0]) == []


def test_examples_are_typical_first_then_far_apart_and_never_twice() -> None:
    assert pick_different(unit(40, 0, 1, 90, 41), 3) == [0, 3, 1]
    assert pick_different(unit(5, 5, 5), 3) == [0]


def test_opposites_have_a_middle_too() -> None:
    assert np.isclose(np.linalg.norm(middle(unit(0, 180))), 1.0)


def test_a_text_is_encoded_once_and_gone_when_two_looks_do_without_it() -> None:
    encoder = WordEncoder()
    meanings = Meanings(encoder)
    for texts in (["a", "b", "a"], ["b"], ["a"], []):
        meanings.begin()
        assert meanings.of(texts).shape == (len(texts), 64)
    assert encoder.calls == [["a", "b"], ["a"]]
