from __future__ import annotations

import numpy as np
import pytest

from bot.catalog.catalog import Intent
from bot.detectors.base import Encoded, Widths
from bot.detectors.exemplars import (
    ALONE,
    MOST_COMPARED,
    EmbeddedIntent,
    Exemplars,
    best_two,
    embed_intents,
    unit,
)
from tests.builders import intent
from tests.standins.encoder import WordEncoder

WIDTHS = WordEncoder().widths


def test_a_card_lies_between_name_and_description() -> None:
    encoder = WordEncoder()
    card = embed_intents([intent("cancel_order", description="Stop it.")], encoder)["cancel_order"].card.meaning[0]
    name, description = encoder.encode(["cancel order", "Stop it."])
    assert np.linalg.norm(card) == pytest.approx(1)
    assert card @ name == pytest.approx(card @ description)


def test_a_card_has_the_wording_of_both_too() -> None:
    encoder = WordEncoder()
    card = embed_intents([intent("cancel_order", description="Stop it.")], encoder)["cancel_order"].card.wording[0]
    name, description = encoder.encode_fully(["cancel order", "Stop it."]).wording
    assert np.linalg.norm(card) == pytest.approx(1)
    assert card @ name == pytest.approx(card @ description)


def test_an_example_said_twice_counts_once() -> None:
    embedded = embed_intents([intent("a", examples=("x", "y", "x"))], WordEncoder())["a"]
    assert embedded.texts == ("x", "y")
    assert embedded.examples.meaning.shape == (2, 64)
    assert embedded.examples.wording.shape == (2, 48)


def test_all_texts_are_embedded_in_one_pass() -> None:
    encoder = WordEncoder()
    embed_intents([intent("a", examples=("x", "y")), intent("b", examples=("x",))], encoder)
    assert len(encoder.calls) == 1
    assert sorted(encoder.calls[0]) == sorted({"a", "b", "x", "y", "The customer wants a.", "The customer wants b."})


def test_an_intent_that_says_what_it_did_is_not_embedded_again() -> None:
    encoder = WordEncoder()
    before = [intent("a", examples=("x", "y", "x")), intent("b", examples=("z",)), intent("c"), intent("d")]
    embedded = embed_intents(before, encoder)
    known = Exemplars.gather([embedded[name] for name in "abc"], encoder.widths)
    after = [
        intent("c"),
        intent("e", examples=("x",)),
        intent("b", examples=("z", "x")),
        intent("d"),
        intent("a", examples=("x", "y", "x")),
    ]
    encoder.calls.clear()
    again = embed_intents(after, encoder, known)
    assert sorted(encoder.calls[0]) == sorted(
        {"e", "b", "d", "x", "z", *(f"The customer wants {name}." for name in "ebd")}
    )
    fresh = embed_intents(after, WordEncoder())
    assert list(again) == list(fresh)
    for name, one in fresh.items():
        assert (one.card_text, one.texts) == (again[name].card_text, again[name].texts)
        for part in ("card", "examples"):
            for depth in ("meaning", "wording"):
                np.testing.assert_array_equal(
                    getattr(getattr(again[name], part), depth), getattr(getattr(one, part), depth)
                )


@pytest.mark.parametrize(
    "now",
    [
        intent("a", description="Another.", examples=("x", "y")),
        intent("a", examples=("y", "x")),
        intent("a", examples=("x",)),
        intent("a", examples=("x", "y", "z")),
        intent("a", examples=("x", "Y")),
    ],
    ids=["description", "order", "fewer", "more", "letter"],
)
def test_an_intent_that_changed_is_embedded_again(now: Intent) -> None:
    known = Exemplars.gather(list(embed_intents([intent("a", examples=("x", "y"))], WordEncoder()).values()), WIDTHS)
    encoder = WordEncoder()
    again = embed_intents([now], encoder, known)["a"]
    assert len(encoder.calls) == 1
    assert again.texts == tuple(example.text for example in now.examples)


def test_where_nothing_changed_the_encoder_is_not_asked() -> None:
    intents = [intent("a", examples=("x", "y")), intent("b")]
    known = Exemplars.gather(list(embed_intents(intents, WordEncoder()).values()), WIDTHS)
    encoder = WordEncoder()
    assert list(embed_intents(intents[::-1], encoder, known)) == ["b", "a"]
    assert encoder.calls == []


def test_gathering_nothing_gives_matrices_of_no_rows() -> None:
    nothing = Exemplars.gather([], Widths(4, 3))
    assert nothing.rows.shape == nothing.cards.shape == nothing.means.shape == (0, 4)
    assert nothing.wording.shape == (0, 3)
    assert len(nothing) == 0


def test_rows_are_the_card_and_then_the_examples_of_each_intent() -> None:
    axes = np.eye(4, dtype=np.float32)
    rows = Encoded(axes, -axes[:, :3])
    pairs = ((rows.take(slice(1)), rows.take(slice(1, 3))), (rows.take(slice(3, 4)), rows.take(slice(0))))
    intents = [
        EmbeddedIntent("a", pairs[0][0], "A", pairs[0][1], ("b", "c")),
        EmbeddedIntent("d", pairs[1][0], "D", pairs[1][1], ()),
    ]
    known = Exemplars.gather(intents, Widths(4, 3))
    assert np.array_equal(known.rows, axes)
    assert np.array_equal(known.wording, -axes[:, :3])
    assert known.texts == ("A", "b", "c", "D")
    assert known.owners.tolist() == [0, 0, 0, 1]
    assert known.starts.tolist() == [0, 3]
    assert known.best_per_intent(np.array([[0.1, 0.5, 0.3, 0.2]], np.float32)).tolist() == [
        [pytest.approx(0.5), pytest.approx(0.2)]
    ]
    assert known.cohesion.tolist() == [0.0, ALONE]
    assert np.array_equal(known.examples(), axes[1:3])


def test_best_two_says_where_there_is_no_second() -> None:
    best, second = best_two(np.array([[1.0], [2.0]], np.float32))
    assert best.tolist() == [1.0, 2.0]
    assert np.isnan(second).all()
    best, second = best_two(np.array([[1.0, 3.0, 2.0]], np.float32))
    assert (best[0], second[0]) == (3.0, 2.0)


def test_the_unit_of_nothing_is_nothing() -> None:
    assert unit(np.zeros((1, 3), np.float32)).tolist() == [[0.0, 0.0, 0.0]]


def test_cohesion_of_thousands_is_that_of_a_sample() -> None:
    points = unit(np.random.default_rng(0).normal(size=(3 * MOST_COMPARED, 6)).astype(np.float32))
    nearest = points @ points.T
    np.fill_diagonal(nearest, -1)
    both = Encoded(points, points)
    many = EmbeddedIntent("many", both.take(slice(0, 1)), "", both.take(slice(1, None)), ("",) * (len(points) - 1))
    assert Exemplars.gather([many], Widths(6, 6)).cohesion[0] == pytest.approx(nearest.max(axis=1).mean(), abs=0.01)
