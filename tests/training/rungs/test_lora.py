from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from safetensors.numpy import load_file  # noqa: E402 - after torch is known to be there

from bot.detectors.encoder import OnnxEncoder  # noqa: E402
from tests.training.tiny_bot import WORDS, sentences, write_telling_base  # noqa: E402
from training.export.weights import find_base  # noqa: E402
from training.ladder.candidate import stage_scratch  # noqa: E402
from training.rungs.base import Body, Lesson, Progress, Task, Training, TrainingError  # noqa: E402
from training.rungs.lora import EXAMPLES_USED, Lora, draw_batches  # noqa: E402

pytestmark = pytest.mark.training


def lessons(examples: int = 6) -> tuple[Lesson, ...]:
    return tuple(
        Lesson(word, (f"say {word}", f"The user says {word}."), tuple(sentences(word, examples))) for word in WORDS
    )


def task(folder: Path, seed: int = 0, epochs: int = 3) -> Task:
    base = folder / "base"
    return Task(
        find_base(str(base if base.is_dir() else write_telling_base(base))), lessons(), seed, epochs, folder / "work"
    )


def finish(training: Training) -> tuple[list[Progress], Body]:
    seen = []
    try:
        while True:
            seen.append(next(training))
    except StopIteration as finished:
        return seen, finished.value


def weights(body: Body) -> dict[str, np.ndarray]:
    assert body.adapter is not None
    return load_file(body.adapter / "adapter_model.safetensors")


def same(left: Body, right: Body) -> bool:
    one, other = weights(left), weights(right)
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_it_pulls_utterances_to_their_cards_in_the_bundle_that_would_serve(tmp_path: Path) -> None:
    asked = task(tmp_path, epochs=20)
    steps, body = finish(Lora().train(asked))
    assert [step.done for step in steps] == list(range(1, len(steps) + 1))
    assert steps[-1].done == steps[-1].total
    margins = []
    for scale in (0.0, 1.0):
        encoder = OnnxEncoder.from_bundle(stage_scratch(body, scale, tmp_path / "bundles"))
        cards = encoder.encode([lesson.card[0] for lesson in asked.lessons])
        spoken = np.stack([encoder.encode(lesson.examples).mean(axis=0) for lesson in asked.lessons])
        near = spoken @ cards.T
        margins.append(np.diag(near).mean() - near[~np.eye(len(near), dtype=bool)].mean())
    assert margins[1] > margins[0] + 0.05


def test_the_same_seed_trains_the_same_and_another_does_not(tmp_path: Path) -> None:
    bodies = []
    for name, seed in (("one", 5), ("two", 5), ("three", 6)):
        (tmp_path / name).mkdir()
        bodies.append(finish(Lora().train(task(tmp_path / name, seed)))[1])
    assert same(bodies[0], bodies[1])
    assert not same(bodies[0], bodies[2])


def test_a_training_that_was_stopped_ends_where_it_would_have(tmp_path: Path) -> None:
    for name in ("whole", "stopped"):
        (tmp_path / name).mkdir()
    _, whole = finish(Lora().train(task(tmp_path / "whole")))
    training = Lora().train(task(tmp_path / "stopped"))
    first = [next(training) for _ in range(2)]  # an epoch is one batch here: the second has begun
    training.close()
    again, stopped = finish(Lora().train(task(tmp_path / "stopped")))
    assert first[0].total == again[0].total == 3
    assert again[0].done == 2
    assert same(whole, stopped)


def test_a_finished_training_is_not_done_again(tmp_path: Path) -> None:
    _, body = finish(Lora().train(task(tmp_path)))
    steps, again = finish(Lora().train(task(tmp_path)))
    assert (steps, again) == ([Progress(1, 1)], body)


def test_a_damaged_checkpoint_costs_time_only(tmp_path: Path) -> None:
    training = Lora().train(task(tmp_path))
    next(training)
    next(training)
    training.close()
    (tmp_path / "work" / "checkpoint.safetensors").write_bytes(b"garbage")
    steps, _ = finish(Lora().train(task(tmp_path)))
    assert steps[0].done == 1


def test_a_loss_that_is_no_number_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.tuning.contrast.contrast_siblings", lambda *_: torch.tensor(float("nan")))
    with pytest.raises(TrainingError, match="diverged"):
        finish(Lora().train(task(tmp_path)))


def test_a_batch_holds_pairs_and_each_row_once() -> None:
    batches = list(draw_batches(lessons(5), np.random.default_rng(0)))
    rows = [row for batch in batches for row in batch.rows]
    assert sorted(set(rows)) == list(range(5 * len(WORDS)))
    for batch in batches:
        assert len(set(batch.rows)) == len(batch.rows)
        assert {row // 5 for row in batch.rows} == set(batch.lessons)
        assert [batch.lessons[owner] for owner in batch.owners] == [row // 5 for row in batch.rows]


def test_an_intent_of_thousands_has_its_share_of_an_epoch() -> None:
    crowd = Lesson("crowd", ("crowd",), tuple(f"variation {number}" for number in range(20_000)))
    rows = [row for batch in draw_batches((*lessons(), crowd), np.random.default_rng(0)) for row in batch.rows]
    assert len(rows) == 6 * len(WORDS) + EXAMPLES_USED


def test_a_lesson_of_one_example_and_one_of_none_are_sound() -> None:
    single = (Lesson("one", ("one",), ("just this",)), Lesson("none", ("none",), ()))
    (batch,) = draw_batches(single, np.random.default_rng(0))
    assert (batch.rows, batch.owners, batch.lessons) == ((0,), (0,), (0,))
