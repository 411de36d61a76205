from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalog.contradiction import Described, embed_described, find_contradictions
from bot.detectors.base import Embeddings
from tests.builders import intent
from tests.standins.encoder import WordEncoder

FRUIT = ("apple", "banana", "cherry", "damson", "elder")


def bot(*, shots: int = 6, count: int = 5, noise: float = 0.3, seed: int = 0) -> list[Described]:
    """Intents in 32 dimensions, each with a direction of its own that description and examples lie around."""
    generator = np.random.default_rng(seed)

    def near(direction: npt.NDArray[np.float64]) -> Embeddings:
        moved = direction + noise * generator.normal(size=32) / np.sqrt(32)
        unit: Embeddings = (moved / np.linalg.norm(moved)).astype(np.float32)
        return unit

    made = []
    for number in range(count):
        direction = generator.normal(size=32)
        direction /= np.linalg.norm(direction)
        examples = np.array([near(direction) for _ in range(shots)], np.float32).reshape(-1, 32)
        texts = tuple(f"{number} {shot}" for shot in range(shots))
        made.append(Described(f"intent{number}", near(direction), examples, texts))
    return made


def redescribed(one: Described, description: Embeddings) -> Described:
    return Described(one.name, description, one.examples, one.texts)


def test_honest_intents_are_left_alone() -> None:
    for seed in range(20):
        assert find_contradictions(bot(seed=seed)) == {}


def test_swapped_descriptions_are_found_and_name_each_other() -> None:
    first, second, *rest = bot()
    swapped = [redescribed(first, second.description), redescribed(second, first.description), *rest]
    found = find_contradictions(swapped)
    assert {name: one.resembles for name, one in found.items()} == {"intent0": "intent1", "intent1": "intent0"}
    assert set(found["intent0"].sentences) <= set(first.texts)
    assert len(found["intent0"].sentences) == 3


def test_a_copied_description_accuses_the_copy_only() -> None:
    first, second, *rest = bot()
    found = find_contradictions([redescribed(first, second.description), second, *rest])
    assert list(found) == ["intent0"]
    assert found["intent0"].at_odds == "description"
    assert "its description reads like the examples of `intent1`" in found["intent0"].told


def test_the_sentence_most_at_odds_comes_first() -> None:
    first, second, *rest = bot(noise=0.0)
    examples = first.examples.copy()
    examples[4] = second.description
    mixed = Described(first.name, second.description, examples, first.texts)
    swapped = find_contradictions([mixed, redescribed(second, first.description), *rest])["intent0"]
    assert "0 4" not in swapped.sentences, "it fits the description, so it is not at odds with it"


def test_fewer_than_three_examples_are_not_judged() -> None:
    first, second, *rest = bot(shots=2)
    assert find_contradictions([redescribed(first, second.description), redescribed(second, first.description)]) == {}
    assert find_contradictions([*rest]) == {}


def test_an_intent_alone_resembles_nothing() -> None:
    assert find_contradictions([]) == {}
    assert find_contradictions(bot(count=1)) == {}


def test_other_scales_of_closeness_change_nothing() -> None:
    """The spread of a bot's closeness is the unit, so another encoder needs no other numbers."""
    first, second, *rest = bot()
    swapped = [redescribed(first, second.description), redescribed(second, first.description), *rest]

    def widened(one: Described) -> Described:
        return Described(one.name, 4 * one.description, 4 * one.examples, one.texts)

    assert set(find_contradictions([widened(one) for one in swapped])) == set(find_contradictions(swapped))


@settings(max_examples=60)
@given(st.integers(0, 12), st.integers(0, 6), st.integers(0, 10_000))
def test_any_bot_is_judged_without_fail(count: int, shots: int, seed: int) -> None:
    drawn = bot(count=count, shots=shots, noise=20.0, seed=seed)
    found = find_contradictions(drawn)
    names = {one.name for one in drawn}
    assert all(name == one.intent and one.resembles in names - {name} for name, one in found.items())
    assert all(len(set(one.sentences)) == len(one.sentences) for one in found.values())
    assert find_contradictions(drawn[::-1]).keys() == found.keys(), "the order of the files does not matter"


def test_descriptions_and_different_examples_are_embedded_once() -> None:
    encoder = WordEncoder()
    wanted = [intent(name, examples=[f"the {name}", f"the {name}", f"my {name}"]) for name in FRUIT]
    described = embed_described(wanted, encoder.encode)
    assert [len(one.examples) for one in described] == [2] * 5
    assert described[0].texts == ("the apple", "my apple")
    [asked] = encoder.calls
    assert len(asked) == len(set(asked)) == 15
    assert embed_described([], encoder.encode) == []


def test_five_hundred_intents_take_a_moment() -> None:
    count, shots = 500, 50
    generator = np.random.default_rng(0)
    drawn = [
        Described(str(number), rows[0], rows[1:], tuple(map(str, range(shots))))
        for number, rows in enumerate(generator.normal(size=(count, shots + 1, 384)).astype(np.float32))
    ]
    started = perf_counter()
    find_contradictions(drawn)
    assert perf_counter() - started < 2.0


def test_an_intent_without_a_description_contradicts_nothing() -> None:
    blank = [replace(intent(name, examples=[f"the {name}"]), description=" ") for name in FRUIT]
    assert embed_described(blank, WordEncoder().encode) == []
