from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest

from bot.detectors.base import Detector
from bot.detectors.speller import SILENT, Speller, correct
from bot.live import Snapshot
from bot.messages import Candidate, Detection, Sentiment
from training.benchmarks.bots import make_catalog
from training.benchmarks.typos import NEIGHBOURS, Row, judge, mistype, slip, spellers
from training.evaluation.intent_sets import Utterance


@dataclass(frozen=True, slots=True)
class Reader(Detector):
    """Surely hears what the last word names, as its speller reads it."""

    speller: Speller = SILENT

    def detect(self, text: str) -> Detection:
        slips = self.speller.find_slips(text)
        meant = correct(text, slips).split()[-1]
        found = (Candidate(meant, 0.9, "mature"),) if meant in ("music", "lamp") else ()
        return Detection(found, 0.1, Sentiment("neutral", 0.0), risk=0.01, corrections=slips)


CATALOG = make_catalog({"music": ("play some music",), "lamp": ("switch on the lamp",)})
WORDS = frozenset({"play", "some", "music", "switch", "lamp", "lump"})


def test_neighbours_are_those_of_the_keyboard() -> None:
    assert set(NEIGHBOURS["g"]) == set("tyfhvb")
    assert all(key in NEIGHBOURS[other] for key, others in NEIGHBOURS.items() for other in others)


@pytest.mark.parametrize("seed", range(20))
def test_a_slip_changes_a_word_by_a_letter_at_most(seed: int) -> None:
    slipped = slip("switch", np.random.default_rng(seed))
    assert slipped != "switch"
    assert abs(len(slipped) - len("switch")) <= 1


def test_each_slip_hits_another_word_as_long_as_there_are_any() -> None:
    said = "please switch on the lamp, A-1042"
    once, twice, often = (mistype(said, slips, np.random.default_rng(1)) for slips in (1, 2, 9))
    assert sum(old != new for old, new in zip(said.split(), once.split(), strict=True)) == 1
    assert sum(old != new for old, new in zip(said.split(), twice.split(), strict=True)) == 2
    assert often.split()[2:4] + often.split()[5:] == ["on", "the", "A-1042"]
    assert mistype(said, 0, np.random.default_rng(1)) == said


def test_the_rules_differ_in_what_they_correct_and_by_what() -> None:
    typed, own, wider, all_but_own = (partial(read, speller) for speller in spellers(CATALOG, WORDS).values())
    assert typed("play muisc on the lump") == "play muisc on the lump"
    assert own("play muisc on the lump") == "play music on the lump"
    assert all_but_own("play muisc on the lump") == "play music on the lamp"
    assert wider("the lupm") == "the lump"
    assert own("the lupm") == "the lupm"


def test_a_row_says_what_slips_cost_and_correcting_brings() -> None:
    typed, own, *_ = (Snapshot(CATALOG, Reader(speller)) for speller in spellers(CATALOG, WORDS).values())
    said = [Utterance("play some muisc", "music"), Utterance("switch on the lamp", "lamp")]
    assert judge(typed, said, ["a poem", "my lampp"]) == Row(0.5, 0.5, 0.0, 0.0, 0.0)
    assert judge(own, said, ["a poem", "my lampp"]) == Row(1.0, 1.0, 0.0, 0.5, 0.5)


def read(speller: Speller, text: str) -> str:
    return correct(text, speller.find_slips(text))
