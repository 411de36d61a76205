from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.catalog.catalog import Intent, Stage
from bot.catalog.contradiction import Contradiction
from bot.detectors.exemplars import embed_intents
from bot.detectors.graduation import Progress, flag, may_be_mature, tell_progress
from tests.builders import intent
from tests.standins.encoder import WordEncoder

CONTRADICTION = Contradiction("refund", "parcel", "examples", ("where is it",))


def with_examples(count: int, name: str = "refund", stage: Stage | None = None) -> Intent:
    return replace(intent(name, examples=[f"{name} {number}" for number in range(count)]), stage=stage)


def note(
    one: Intent,
    *others: Intent,
    mature: bool = False,
    recall: float | None = None,
    flagged: Mapping[str, Contradiction] | None = None,
) -> str:
    ripe = {one.name for one in others} | ({one.name} if mature else set())
    measured = {} if recall is None else {one.name: recall}
    return tell_progress([one, *others], Progress(ripe, measured, flagged or {}, 5))[one.name].note


OTHERS = tuple(with_examples(5, f"other{number}") for number in range(5))


@pytest.mark.parametrize(
    ("examples", "told"),
    [
        (0, "5 more examples until it matures"),
        (4, "1 more example until it matures"),
        (5, "being learnt"),
    ],
)
def test_a_new_intent_is_told_how_many_examples_are_missing(examples: int, told: str) -> None:
    assert note(with_examples(examples)) == told


def test_an_example_written_twice_counts_once() -> None:
    twice = intent("refund", examples=["money back"] * 9)
    assert note(twice) == "4 more examples until it matures"
    assert not may_be_mature(twice, 5)


def test_an_intent_that_is_badly_recognised_is_told_so_and_stays_mature() -> None:
    told = note(with_examples(8), mature=True, recall=0.24)
    assert told == "often mistaken for others: check that its examples belong together, and add more varied ones"


def test_a_contradiction_is_told_before_all_else() -> None:
    told = note(with_examples(3), recall=0.1, flagged={"refund": CONTRADICTION})
    assert told == "its examples read like `parcel`, not like its description: change the description or the examples"


def test_a_pinned_intent_is_told_of_its_contradiction_too() -> None:
    pinned = with_examples(3, stage="mature")
    assert note(pinned, mature=True) == "pinned by stage: mature"
    told = note(pinned, mature=True, flagged={"refund": CONTRADICTION})
    assert told.startswith("pinned by stage: mature; its examples read like `parcel`")


def test_a_mature_intent_is_told_what_the_ladder_needs() -> None:
    ripe = with_examples(5)
    assert note(ripe, mature=True) == "5 more mature intents until `ripen train` can tune the encoder"
    assert note(ripe, *OTHERS[:4], mature=True) == "1 more mature intent until `ripen train` can tune the encoder"
    assert note(ripe, *OTHERS, mature=True) == "`ripen train` can tune the encoder for it"
    assert note(ripe, *OTHERS, mature=True, recall=0.5).startswith("often mistaken for others")


def test_a_mature_intent_of_one_example_does_not_count_for_the_ladder() -> None:
    few = with_examples(1, "other4", stage="mature")
    assert note(with_examples(5), *OTHERS[:4], few, mature=True).startswith("1 more mature intent")


def test_the_flagged_are_found_in_what_is_embedded_for_the_detectors() -> None:
    encoder = WordEncoder()
    wanted = [
        intent(name, examples=[f"{verb} {name}" for verb in "abc"]) for name in ("fig", "apple", "cherry", "elder")
    ]
    fig, apple, *rest = wanted
    swapped = [replace(fig, description=apple.description), replace(apple, description=fig.description), *rest]
    found = flag(swapped, embed_intents(swapped, encoder), encoder)
    assert {name: one.resembles for name, one in found.items()} == {"fig": "apple", "apple": "fig"}
    assert flag(wanted, embed_intents(wanted, encoder), encoder) == {}
    assert flag([], {}, encoder) == {}


def test_names_alone_accuse_nobody() -> None:
    encoder = WordEncoder()
    named = [replace(intent(name, examples=[f"{verb} {name}" for verb in "abc"]), description=name) for name in "fgae"]
    first, second, *rest = named
    swapped = [replace(first, examples=second.examples), replace(second, examples=first.examples), *rest]
    assert flag(swapped, embed_intents(swapped, encoder), encoder) == {}
    described = [replace(one, description=f"About {one.name}.") for one in swapped]
    assert set(flag(described, embed_intents(described, encoder), encoder)) == {"f", "g"}
