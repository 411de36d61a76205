from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from training.benchmarks.experiments import DRAWS
from training.benchmarks.rivals.job import Answers, Job
from training.benchmarks.rivals.roster import MIXED, SENTIMENT, ZERO_SHOT
from training.benchmarks.rivals.trials import COSTS, TRIALS, Trial, kind_of

COLOURS = ("deepRed", "sky_blue", "green", "black")
VERBS = ("find", "send", "show", "bring", "check", "fetch", "seek", "need", "want", "get")


def write(file: Path, header: tuple[str, str], rows: list[tuple[str, str]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([header, *rows])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    splits = {"train": VERBS, "train_10": VERBS, "train_5": VERBS[:5], "valid": ("lend", "keep")}
    for split, verbs in splits.items():
        rows = [(f"{verb} {colour}", colour) for colour in COLOURS for verb in verbs]
        write(tmp_path / "intents" / "colours" / f"{split}.csv", ("text", "intent"), rows)
    strangers = [("what is the time", "out_of_scope")]
    write(tmp_path / "intents" / "colours" / "oos_valid.csv", ("text", "intent"), strangers)
    write(
        tmp_path / "sentiment" / "sst2" / "dev.csv", ("text", "sentiment"), [("good", "positive"), ("bad", "negative")]
    )
    tweets = [("good", "positive"), ("bad", "negative"), ("so so", "neutral"), ("hm", "neutral")]
    write(tmp_path / "sentiment" / "tweeteval" / "test.csv", ("text", "sentiment"), tweets)
    return tmp_path


class Parrot:
    """Says the last word of a message when an example had it, less surely than `sure` of a word it never heard."""

    def __init__(self, sure: float = 0.9) -> None:
        self.sure = sure
        self.jobs: list[Job] = []

    def __call__(self, job: Job) -> Answers:
        self.jobs.append(job)
        intents = [self._say(one.text, job) for one in job.asked]
        return Answers(
            intents=intents,
            confidences=[self.sure if intent else 0.1 for intent in intents],
            start_s=1.0,
            train_s=2.0,
            message_ms=3.0,
            memory_mb=4.0,
        )

    def _say(self, text: str, job: Job) -> str:
        if not job.taught:
            return {"good": "positive", "bad": "negative"}.get(text, "negative" if job.variant else "neutral")
        heard = {one.text.split()[-1]: one.intent for one in job.taught}
        return heard.get(text.split()[-1], "")


def figures(data: Path, kind: str, put: Callable[[Job], Answers], asked: str = "valid") -> dict[str, tuple[float, ...]]:
    found = list(TRIALS[kind](Trial("parrot", data, "colours", asked, put)))
    assert {one.subject for one in found} == {"parrot"}
    return {f"{one.data_set}, {one.experiment}, {one.quantity}": one.values for one in found}


def test_a_name_as_words_stands_in_for_examples(data: Path) -> None:
    parrot = Parrot()
    found = figures(data, ZERO_SHOT, parrot)
    assert {one.text for one in parrot.jobs[0].taught} == {"deep red", "sky blue", "green", "black"}
    assert found["colours, zero-shot, names only, accuracy"] == (0.5,), "deepRed and sky_blue are not its last words"
    assert not any(cost in name for name in found for cost in COSTS)


@pytest.mark.parametrize(("kind", "shots"), [("1-shot", 1), ("5-shot", 5), ("10-shot", 10), ("all data", 10)])
def test_examples_are_taught_and_everything_is_asked_in_one_job(data: Path, kind: str, shots: int) -> None:
    parrot = Parrot()
    found = figures(data, kind, parrot)
    assert len(parrot.jobs) == 1
    assert len(parrot.jobs[0].taught) == shots * len(COLOURS)
    assert len(parrot.jobs[0].asked) == 2 * len(COLOURS) + 1
    assert found[f"colours, {kind}, accuracy"] == (1.0,)
    assert found[f"colours, {kind}, calibration error"] == pytest.approx((0.1,))
    assert found[f"colours, {kind}, out-of-scope AUROC"] == (1.0,)
    assert [found[f"colours, {kind}, {cost}"] for cost in COSTS] == [(2.0,), (3.0,), (1.0,), (4.0,)]


def test_one_that_is_surer_of_strangers_is_found_out(data: Path) -> None:
    assert figures(data, "all data", Parrot(sure=0.05))["colours, all data, out-of-scope AUROC"] == (0.0,)


def test_mixed_bots_are_drawn_as_ours_are(data: Path) -> None:
    parrot = Parrot()
    found = figures(data, MIXED, parrot)
    assert len(parrot.jobs) == DRAWS
    for draw, job in enumerate(parrot.jobs):
        *mature, new = np.random.default_rng(draw).permutation(sorted(COLOURS)).tolist()
        taught = [one.intent for one in job.taught]
        assert {intent: taught.count(intent) for intent in COLOURS} == {**dict.fromkeys(mature, 10), new: 1}
    name = "colours, 3 mature 10-shot + 1 new"
    assert found[f"{name}, accuracy on mature"] == (1.0,) * DRAWS
    on_new = found[f"{name}, accuracy on new"]
    assert set(on_new) == {0.0, 1.0}, "some draws hide an intent whose name is no word of its messages"
    assert found[f"{name}, H"] == on_new


def test_sentiment_is_asked_as_two_classes_where_there_is_no_neutral(data: Path) -> None:
    parrot = Parrot()
    found = figures(data, SENTIMENT, parrot)
    assert [job.variant for job in parrot.jobs] == ["polar"]
    assert found["sst2, sentiment, accuracy"] == (1.0,)
    found = figures(data, SENTIMENT, parrot, asked="test")
    assert found["tweeteval, sentiment, macro recall"] == (1.0,)
    assert parrot.jobs[-1].variant == ""


def test_our_experiments_find_their_trials_by_name() -> None:
    assert kind_of("57 mature 10-shot + 20 new") == MIXED
    assert kind_of("zero-shot, names only") == ZERO_SHOT
    assert [kind_of(name) for name in TRIALS] == list(TRIALS)
    assert kind_of("several wishes, 20 intents 10-shot") is None
    assert kind_of("zero-shot, descriptions only") is None
