from __future__ import annotations

import numpy as np
import pytest

from bot.catalog.contradiction import embed_described
from tests.builders import intent
from tests.standins.encoder import WordEncoder
from training.evaluation import contradictions
from training.evaluation.contradictions import DAMAGES, Bot, Count, simulate

NAMES = ("apple", "banana", "cherry", "damson", "elder", "fig", "grape", "hazel")
VERBS = ("find", "send", "show", "bring", "check", "fetch")


def orchard() -> Bot:
    wanted = [intent(name, examples=[f"{verb} the {name}" for verb in VERBS]) for name in NAMES]
    return embed_described(wanted, WordEncoder().encode)


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damage_changes_just_the_descriptions_that_it_names(kind: str) -> None:
    sound, foreign = orchard(), [WordEncoder().encode(["a parcel"])[0]]
    for seed in range(10):
        damaged = list(sound)
        bad = DAMAGES[kind](damaged, foreign, np.random.default_rng(seed))
        changed = [i for i in range(len(sound)) if not np.array_equal(sound[i].description, damaged[i].description)]
        assert sorted(bad) == changed
        assert len(bad) == (2 if kind.startswith("swapped") else 1)
        assert all(before.examples is after.examples for before, after in zip(sound, damaged, strict=True))


def test_swapped_descriptions_are_found_and_honest_ones_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contradictions, "SIZES", (5,))
    monkeypatch.setattr(contradictions, "INTENTS_DRAWN", 50)
    tally = simulate([orchard()], [WordEncoder().encode(["a parcel"])[0]], np.random.default_rng(0))
    assert tally.honest.seen == 5 * 10 * len(contradictions.SHOTS)
    assert tally.honest.flagged <= tally.honest.seen * 0.01
    swapped = tally.damaged["swapped"]
    assert swapped.seen == 2 * 10 * len(contradictions.SHOTS)
    assert swapped.flagged > 0.9 * swapped.seen


def test_a_share_of_none_is_no_number() -> None:
    assert str(Count()) == "-"
    assert str(Count(1, 8)) == "0.1250"
