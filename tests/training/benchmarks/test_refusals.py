from __future__ import annotations

import pytest

from bot.detectors.base import Detector
from bot.live import Snapshot
from bot.messages import Candidate, Detection, Sentiment
from training.benchmarks.bots import make_catalog
from training.benchmarks.refusals import OPPOSITES, Heard, find_wishes, hear, print_row, print_sentences, turn_round
from training.evaluation.intent_sets import Utterance


class Listener(Detector):
    """Surely hears what the last word names, and no "not"."""

    def detect(self, text: str) -> Detection:
        meant = text.split()[-1].strip("?")
        return Detection((Candidate(meant, 0.9, "mature"),), 0.1, Sentiment("neutral", 0.0), risk=0.01)


BOT = Snapshot(make_catalog({"music": ("play some music",), "lamp": ("switch on the lamp",)}), Listener())
SAID = [
    Utterance("can you please play music?", "music"),
    Utterance("I'd like you to switch the lamp", "lamp"),
    Utterance("play the lamp", "music"),
    Utterance("what is music", "music"),
    Utterance("I don't want music", "music"),
]


def test_wishes_are_the_deeds_that_are_rightly_acted_on() -> None:
    wishes = list(find_wishes(hear(BOT, SAID)))
    assert wishes == [Utterance("play music", "music"), Utterance("switch the lamp", "lamp")]


def test_each_wish_is_turned_round_by_each_template() -> None:
    turned = turn_round([Utterance("play music", "music")], ("don't {}", "no need to {}"))
    assert turned == [Utterance("don't play music", "music"), Utterance("no need to play music", "music")]


def test_a_row_says_what_hearing_costs_and_saves(capsys: pytest.CaptureFixture[str]) -> None:
    heard = hear(BOT, SAID)
    opposites = hear(BOT, turn_round(list(find_wishes(heard)), OPPOSITES))
    print_row("set", heard, opposites, hear(BOT, [Utterance("heaven forbid that you play music", "music")]))
    assert capsys.readouterr().out == (
        f"| set | 5 | 4 | 1 (20.00%) | {2 * len(OPPOSITES)} | 1.000 | 0.000 | 1 | 1.000 | 1.000 |\n"
    )


def test_the_sentences_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    heard: list[Heard] = hear(BOT, SAID)
    print_sentences(heard, hear(BOT, [Utterance("by no means play music", "music")]))
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2
    assert said[0].startswith("  question: I don't want music  [music; ")
    assert said[1] == "  acted on: by no means play music  [music]"
