from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.console.training import find_runs
from bot.detectors.arbiter import ArbiterPrior
from bot.models.bundle import Bundle
from bot.models.registry import active, undo, versions
from tests.training.tiny_bot import WORDS, sentences, write_bot, write_intents, write_telling_base
from training.export.weights import find_base
from training.ladder.folds import Fold
from training.ladder.judge import Sheet, answer
from training.ladder.run import Options, Outcome, Steps, Subject, climb
from training.ladder.verdict import Latency
from training.ladder.work import WORK
from training.progress import Step
from training.rungs.base import Body, Progress, Rung, Task, Training, TrainingError
from training.rungs.frozen import Frozen
from training.train_command import read_subject


class OtherWeights:
    """A rung whose body is another base, ready-made: better or worse, as the test has it."""

    epochs, scales = 2, (1.0,)
    needs: tuple[str, ...] = ()

    def __init__(self, base: Path, name: str = "other") -> None:
        self.base, self.name = base, name
        self.tasks: list[Task] = []

    def train(self, task: Task) -> Training:
        self.tasks.append(task)
        yield Progress(1, 2)
        yield Progress(2, 2)
        return Body(find_base(str(self.base)))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bot whose base tells little apart, and beside it a base that tells more apart."""
    folder = tmp_path_factory.mktemp("bot")
    write_bot(folder / "bot")
    write_telling_base(folder / "dull", words=0.0)
    return folder


@pytest.fixture(autouse=True)
def _even_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passes of the tiny encoder take a tenth of a millisecond: on a busy machine, chance would have the say."""
    monkeypatch.setattr("training.ladder.run.measure_latency", lambda *_: Latency(1.0, 1.0, 0.01))


@pytest.fixture
def bot(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "bot", tmp_path / "bot")
    return tmp_path / "bot"


@pytest.fixture
def subject(bot: Path) -> Subject:
    return read_subject(bot / "config.yml")


def finish(steps: Steps) -> tuple[list[Step], Outcome]:
    seen = []
    try:
        while True:
            seen.append(next(steps))
    except StopIteration as finished:
        return seen, finished.value


def options(*rungs: Rung, resume: bool = False) -> Options:
    return Options((Frozen(), *rungs), seed=3, folds=2, resume=resume)


def dull(subject: Subject, made: Path) -> Subject:
    """The same bot, on the base that tells nothing apart."""
    settings = subject.settings
    model = settings.model.model_copy(update={"base": str(made / "dull")})
    return replace(subject, settings=settings.model_copy(update={"model": model}))


def test_a_better_body_is_promoted_and_can_be_undone(subject: Subject, made: Path, bot: Path) -> None:
    parent = active(bot / "models")
    better = OtherWeights(made / "bot" / "base")
    steps, outcome = finish(climb(dull(subject, made), options(better)))
    judged = outcome.judgements[1]
    assert judged.promoted, judged.reason
    assert judged.figures["accuracy"] > outcome.judgements[0].figures["accuracy"] + 0.2
    assert outcome.bundle == active(bot / "models") != parent
    record = active(bot / "models").manifest.training
    assert record is not None
    assert (record.rung, record.seed, record.parent, record.folds) == ("other", 3, parent.name, 2)
    assert record.figures["accuracy"] == pytest.approx(judged.figures["accuracy"], abs=1e-4)
    assert steps[-1].done <= steps[-1].total
    assert not (bot / "models" / WORK).exists()
    assert undo(bot / "models") == parent


def test_the_bodies_that_are_judged_saw_less_than_the_one_that_serves(subject: Subject, made: Path) -> None:
    better = OtherWeights(made / "bot" / "base")
    finish(climb(dull(subject, made), options(better)))
    counts = [sum(len(lesson.examples) for lesson in task.lessons) for task in better.tasks]
    assert counts == [12, 12, 48]


def test_a_worse_body_is_refused_and_nothing_changes(subject: Subject, made: Path, bot: Path) -> None:
    before = versions(bot / "models")
    _, outcome = finish(climb(subject, options(OtherWeights(made / "dull"))))
    assert outcome.bundle is None
    assert "worse than frozen" in outcome.judgements[1].reason
    assert "stays active" in outcome.told
    assert versions(bot / "models") == before


def test_the_promoted_bundle_reads_feelings_nearly_as_its_parent(subject: Subject, made: Path, bot: Path) -> None:
    same = OtherWeights(made / "bot" / "base")
    _, outcome = finish(climb(dull(subject, made), options(same)))
    assert outcome.agreement is not None
    assert outcome.agreement.label > 0.95  # the body is the parent's own base
    assert active(bot / "models").sentiment_path is not None


def test_a_body_that_loses_the_feelings_is_not_promoted(
    subject: Subject, made: Path, bot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.ladder.run.LEAST_AGREEMENT", 1.01)
    before = active(bot / "models")
    _, outcome = finish(climb(dull(subject, made), options(OtherWeights(made / "bot" / "base"))))
    assert outcome.bundle is None
    assert "sentiment agrees" in outcome.told
    assert active(bot / "models") == before
    assert versions(bot / "models") == (before.name,)


def stop_after(steps: Steps, count: int) -> None:
    for _, _ in zip(steps, range(count), strict=False):
        pass
    steps.close()


def test_a_stopped_run_goes_on_with_what_was_finished(
    subject: Subject, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = OtherWeights(made / "bot" / "base")
    _, whole = finish(climb(subject, options(first)))
    stop_after(climb(subject, options(first)), 7)
    asked = []

    def counting(fold: Fold, bundle: Bundle, prior: ArbiterPrior) -> Sheet:
        asked.append(fold.number)
        return answer(fold, bundle, prior)

    monkeypatch.setattr("training.ladder.run.answer", counting)
    _, resumed = finish(climb(subject, options(first, resume=True)))
    assert asked == [1]  # of two folds of two rungs
    assert [j.sheet for j in resumed.judgements] == [j.sheet for j in whole.judgements]


def test_who_looks_on_from_the_console_sees_how_far_a_run_is(subject: Subject, made: Path, bot: Path) -> None:
    running = climb(subject, options(OtherWeights(made / "bot" / "base")))
    first = next(running)
    [run] = find_runs(bot / "models")
    assert run.progress is not None
    assert run.progress.what == first.what
    assert run.progress.share == pytest.approx(first.done / first.total)
    running.close()


def test_a_second_training_at_once_is_refused(subject: Subject, made: Path) -> None:
    other = OtherWeights(made / "bot" / "base")
    running = climb(subject, options(other))
    next(running)
    with pytest.raises(TrainingError, match="another training is at work"):
        next(climb(subject, options(other)))
    running.close()
    next(climb(subject, options(other)))


def test_nothing_to_resume_is_said(subject: Subject, made: Path, bot: Path) -> None:
    other = OtherWeights(made / "bot" / "base")
    with pytest.raises(TrainingError, match="no stopped training to go on with"):
        next(climb(subject, options(other, resume=True)))
    stop_after(climb(subject, options(other)), 3)
    write_intents(bot, {f"say_{word}": sentences(word, 5) for word in WORDS})
    with pytest.raises(TrainingError, match="changed since"):
        next(climb(read_subject(bot / "config.yml"), options(other, resume=True)))


def test_a_full_disk_is_said_and_what_is_finished_is_kept(
    subject: Subject, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: Iterator[int] = iter(range(100))
    write = Sheet.write

    def filling(sheet: Sheet, path: Path) -> None:
        if next(writes) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(sheet, path)

    other = OtherWeights(made / "bot" / "base")
    monkeypatch.setattr(Sheet, "write", filling)
    with pytest.raises(TrainingError, match=r"No space left on device\. What is finished is kept.*--resume"):
        finish(climb(subject, options(other)))
    _, outcome = finish(climb(subject, options(other, resume=True)))
    assert len(outcome.judgements) == 2


@pytest.mark.parametrize("step", ["stage_scratch", "prepare_base", "stage_candidate", "activate"])
def test_a_disk_that_fills_leaves_the_active_bundle_and_a_training_to_resume(
    subject: Subject, made: Path, bot: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before, rung = active(bot / "models"), OtherWeights(made / "bot" / "base")
    with monkeypatch.context() as patched:
        patched.setattr(f"training.ladder.run.{step}", full)
        with pytest.raises(TrainingError, match=r"No space left on device.*--resume"):
            finish(climb(dull(subject, made), options(rung)))
    assert active(bot / "models") == before
    _, outcome = finish(climb(dull(subject, made), options(rung, resume=True)))
    assert outcome.bundle == active(bot / "models") != before


def test_a_bundle_that_cannot_be_finished_leaves_no_half_of_one(
    subject: Subject, made: Path, bot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = sorted(path.name for path in (bot / "models").iterdir())
    monkeypatch.setattr("training.ladder.candidate.write_head", full)
    with pytest.raises(TrainingError, match="No space left on device"):
        finish(climb(dull(subject, made), options(OtherWeights(made / "bot" / "base"))))
    left = {path.name for path in (bot / "models").iterdir()} - {WORK, f"{WORK}.lock"}
    assert sorted(left) == before


def test_a_package_that_is_missing_is_said_before_anything_is_done(subject: Subject, made: Path, bot: Path) -> None:
    other = OtherWeights(made / "dull")
    other.needs = ("numpy", "no_such_package")
    with pytest.raises(TrainingError, match=r"\(no_such_package not installed\): pip install 'ripen-bot\[train\]'"):
        next(climb(subject, options(other)))
    assert not (bot / "models" / WORK).exists()


def test_one_example_in_all_is_refused(bot: Path, made: Path) -> None:
    write_intents(bot, {"say_hello": ["hello"]})
    with pytest.raises(TrainingError, match="needs 6 mature intents"):
        next(climb(read_subject(bot / "config.yml"), options(OtherWeights(made / "dull"))))


def test_a_sentence_under_two_intents_is_left_out_and_counted(bot: Path, made: Path) -> None:
    texts = {f"say_{word}": [*sentences(word), "the same"] if word in WORDS[:2] else sentences(word) for word in WORDS}
    write_intents(bot, texts)
    _, outcome = finish(climb(read_subject(bot / "config.yml"), options(OtherWeights(made / "dull"))))
    assert outcome.shared == ("the same",)


def test_one_intent_is_refused(bot: Path, made: Path) -> None:
    write_intents(bot, {"say_hello": sentences("hello", 8)})
    with pytest.raises(TrainingError, match="needs 6 mature intents"):
        next(climb(read_subject(bot / "config.yml"), options(OtherWeights(made / "dull"))))


def test_intents_in_a_language_that_the_encoder_cannot_read_are_told_apart_from_what_it_can(
    bot: Path, made: Path
) -> None:
    words = ("заказ", "注文", "طلب", "παραγγελία", "🛒", "주문")
    write_intents(bot, {f"say_{at}": sentences(word) for at, word in enumerate(words)})
    with pytest.raises(TrainingError, match="needs 6 mature intents"):  # all of them are the same unknown word
        next(climb(read_subject(bot / "config.yml"), options(OtherWeights(made / "dull"))))


def test_some_rows_in_another_language_spoil_nothing(bot: Path, made: Path) -> None:
    words = ("hello", "order", "refund", "parcel", "invoice", "garden", "engine", "bicycle")
    write_intents(bot, {f"say_{word}": [*sentences(word), f"заказ {word}", "注文", "طلب"] for word in words})
    _, outcome = finish(climb(read_subject(bot / "config.yml"), options(OtherWeights(made / "dull"))))
    assert len(outcome.judgements) == 2
    assert all(np.isfinite(list(judged.figures.values())).all() for judged in outcome.judgements)
