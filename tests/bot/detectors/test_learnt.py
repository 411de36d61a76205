from __future__ import annotations

import logging
import os
from pathlib import Path

import numpy as np
import pytest

from bot.detectors.arbiter import Arbiter
from bot.detectors.learnt import KEPT, Learnt, LearntFolder, key_of
from bot.detectors.mature import Head, WordingHead
from bot.detectors.risk import HeldOut
from tests.builders import intent


def learnt() -> Learnt:
    generator = np.random.default_rng(0)
    head = Head(generator.random((4, 2), np.float32), generator.random(2, np.float32))
    wording = WordingHead(Head(generator.random((3, 2), np.float32), generator.random(2, np.float32)), np.ones(3, "f4"))
    arbiter = Arbiter(*(generator.random(3) for _ in range(3)))
    sure = generator.random(9)
    held_out = HeldOut.count(sure, sure, sure > 0.5, np.ones(9))
    return Learnt(("b", "a"), head, wording, arbiter, {"a": 0.5, "c": 1.0}, held_out)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    folder, before = LearntFolder(tmp_path / "learnt"), learnt()
    folder.write("k", before)
    after = folder.read("k")
    assert after is not None
    assert (after.intents, after.recall) == (("b", "a"), {"a": 0.5, "c": 1.0})
    np.testing.assert_array_equal(after.head.weights, before.head.weights)
    np.testing.assert_array_equal(after.wording.head.weights, before.wording.head.weights)
    np.testing.assert_array_equal(after.wording.head.bias, before.wording.head.bias)
    np.testing.assert_array_equal(after.wording.centre, before.wording.centre)
    np.testing.assert_array_equal(after.arbiter.weights, before.arbiter.weights)
    np.testing.assert_array_equal(after.held_out.seen, before.held_out.seen)
    np.testing.assert_array_equal(after.held_out.wrong, before.held_out.wrong)


def test_who_only_reads_keeps_nothing(tmp_path: Path) -> None:
    LearntFolder(tmp_path).write("k", learnt())
    reader = LearntFolder(tmp_path, read_only=True)
    reader.write("other", learnt())
    assert reader.read("k") is not None
    assert LearntFolder(tmp_path).read("other") is None


def test_what_is_kept_on_a_disk_that_is_read_only_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    LearntFolder(tmp_path).write("k", learnt())
    monkeypatch.setattr(os, "utime", refuse)
    assert LearntFolder(tmp_path).read("k") is not None


def test_what_was_never_kept_is_not_there(tmp_path: Path) -> None:
    assert LearntFolder(tmp_path / "learnt").read("k") is None


@pytest.mark.parametrize("content", [b"", b"rubbish", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "])
def test_a_damaged_file_is_learnt_anew(tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    folder = LearntFolder(tmp_path)
    folder.write("k", learnt())
    (tmp_path / "k.safetensors").write_bytes(content)
    assert folder.read("k") is None
    assert "learnt anew" in caplog.text


def test_a_folder_that_cannot_be_written_costs_a_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    (tmp_path / "learnt").write_text("a file is in the way", encoding="utf-8")
    LearntFolder(tmp_path / "learnt").write("k", learnt())
    assert len(caplog.records) == 1


def test_only_the_latest_are_kept(tmp_path: Path) -> None:
    folder = LearntFolder(tmp_path)
    for number in range(KEPT):
        folder.write(f"k{number}", learnt())
        os.utime(tmp_path / f"k{number}.safetensors", (number, number))
    assert folder.read("k0") is not None  # being read counts as use
    folder.write("new", learnt())
    assert folder.read("k0") is not None
    assert folder.read("k1") is None


def test_a_key_changes_with_all_that_is_learnt_from() -> None:
    one = intent("greet", examples=["hi"])
    key = key_of([one], ["encoder"])
    assert key == key_of([intent("greet", "an answer", examples=["hi"])], ["encoder"])
    others = [
        key_of([intent("greet", examples=["hi", "hello"])], ["encoder"]),
        key_of([intent("greet", examples=["hi"], description="Another.")], ["encoder"]),
        key_of([intent("hello", examples=["hi"])], ["encoder"]),
        key_of([one], ["another encoder"]),
    ]
    assert len({key, *others}) == 5
