from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.benchmarks.rivals import job as jobs
from training.benchmarks.rivals.environment import RivalError
from training.benchmarks.rivals.job import Answers, Job, run_job
from training.benchmarks.rivals.roster import Rival
from training.benchmarks.rivals.scripts import harness
from training.evaluation.intent_sets import Utterance

FAKE = Path(__file__).parent / "fake_rival.py"
TAUGHT = [Utterance("make it red", "red"), Utterance("make it blue", "blue")]
ASKED = [Utterance("paint red", "red"), Utterance("more blue", "blue"), Utterance("rather green", "blue")]


def put(tmp_path: Path, variant: str = "", seconds: float = 30.0) -> Answers:
    rival = Rival("fake, one", FAKE, Path("none"), frozenset(), variant, seconds=seconds)
    return run_job(Path(sys.executable), rival, Job("10-shot", TAUGHT, ASKED), tmp_path / "logs")


def log(tmp_path: Path) -> str:
    return (tmp_path / "logs" / "fake__one.10_shot.log").read_text("utf-8")


def test_answers_come_back_with_what_they_cost(tmp_path: Path) -> None:
    answers = put(tmp_path, "slow")
    assert answers.intents == ["red", "blue", ""]
    assert answers.confidences == [0.75] * 3
    assert answers.train_s >= 0.2
    assert 0 <= answers.message_ms < answers.train_s * 1000
    assert 0 <= answers.start_s < 10
    assert 1 < answers.memory_mb < 200, "of its own process, not of the one that started it"


def test_no_rival_sees_a_true_answer_or_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/ours")
    put(tmp_path, "spy")
    assert log(tmp_path).splitlines()[0] == "['asked.csv', 'taught.csv'] 1 30 None"
    assert log(tmp_path).splitlines()[1:5] == ["text,intent", "paint red,", "more blue,", "rather green,"]


@pytest.mark.parametrize(
    ("variant", "said"),
    [
        ("crash", "exit status 1: is broken"),
        ("kill", "exit status -9: so long"),
        ("leave", "ended without answers: goodbye"),
        ("unsure", r"not as agreed: confidences\.0"),
        ("few", "3 messages got 2 intents, 2 confidences"),
    ],
)
def test_what_went_wrong_is_said(tmp_path: Path, variant: str, said: str) -> None:
    with pytest.raises(RivalError, match=said) as caught:
        put(tmp_path, variant)
    assert str(tmp_path / "logs") in str(caught.value)


def test_one_that_hangs_is_ended_with_its_helpers(tmp_path: Path) -> None:
    with pytest.raises(RivalError, match="past its limit of 1 s"):
        put(tmp_path, "hang", seconds=1.0)
    helper = int(log(tmp_path).split()[1])
    for _ in range(100):
        if not _runs(helper):
            return
        time.sleep(0.05)
    pytest.fail("its helper still runs")


def _runs(process: int) -> bool:
    """A process that has ended but was not waited for counts as ended."""
    status = Path(f"/proc/{process}/status")
    if status.parent.parent.joinpath("self").exists():
        return status.exists() and "State:\tZ" not in status.read_text("utf-8")
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_confidences_a_hair_above_1_are_1(tmp_path: Path) -> None:
    assert put(tmp_path, "oversure").confidences == [1.0] * 3


def test_answers_that_are_not_as_agreed_are_refused(tmp_path: Path) -> None:
    file, said = tmp_path / "answers.json", tmp_path / "log"
    said.write_text("said\n", encoding="utf-8")
    file.write_text('{"intents": ["a"], "confidences": [2.0]}', encoding="utf-8")
    with pytest.raises(RivalError, match=r"not as agreed: confidences\.0"):
        jobs._read(file, 1, said)


@settings(max_examples=50)
@given(st.lists(st.text(st.characters(codec="utf-8")), max_size=8))
def test_texts_of_any_kind_arrive_as_they_are(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    file = tmp_path_factory.mktemp("csv") / "taught.csv"
    jobs._write(file, [Utterance(text, "x") for text in texts])
    assert [row["text"] for row in harness.read(file)] == texts
