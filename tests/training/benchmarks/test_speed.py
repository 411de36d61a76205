from __future__ import annotations

from pathlib import Path

from bot.detectors.learner import Learner
from bot.detectors.sentiment import NeutralSentiment
from tests.standins.encoder import WordEncoder
from tests.training.benchmarks.colours import PRIOR
from training.benchmarks.bots import learn, make_catalog
from training.benchmarks.speed import MESSAGE, synthetic_catalog, time_calls, time_learning
from training.benchmarks.timing import BATCH, BATCHES, Timing, count_per_second, time_learning_parts


def test_speed_is_measured_on_the_size_that_is_promised() -> None:
    known = synthetic_catalog()
    assert len(known.intents) == 77
    assert {len(one.examples) for one in known.intents.values()} == {10}
    assert len(MESSAGE.split()) == 10


def test_timings_are_those_of_the_calls() -> None:
    called: list[int] = []
    timed = time_calls(lambda: called.append(1), rounds=5)
    assert len(called) == 25
    assert 0 <= timed["median_ms"] <= timed["p95_ms"]


def test_learning_is_timed_to_its_first_and_last_detector() -> None:
    encoder = WordEncoder()
    timed = time_learning(Learner(encoder, encoder, NeutralSentiment(), PRIOR), make_catalog({"a": (), "b": ("x",)}))
    assert 0 <= timed["first_s"] <= timed["last_s"]


def test_each_stage_of_learning_is_timed(tmp_path: Path) -> None:
    encoder = WordEncoder()
    assert all(seconds > 0 for seconds in time_learning_parts(encoder, PRIOR, tmp_path).values())
    assert max(len(texts) for texts in encoder.calls) > 770, "names, descriptions and examples at once"


def test_throughput_counts_every_message() -> None:
    encoder = WordEncoder()
    bot = learn(make_catalog({"a": (), "b": ()}), encoder, PRIOR)
    encoder.calls.clear()
    assert count_per_second(bot, synthetic_catalog(), 2) > 0
    assert len(encoder.calls) == BATCH * (BATCHES + 1)
    assert Timing("int8", 2, 1.0, 2.0, 0.5, 800.0).per_second_a_core == 400.0
