from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from training.benchmarks.rivals import environment
from training.benchmarks.rivals.environment import RivalError, find_python, last_line, prepare


class Installer:
    """Stands for pip: writes down what it is told, and makes the interpreter that venv would make."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.commands: list[list[str]] = []

    def __call__(self, command: Sequence[str], log: Path) -> None:
        self.commands.append(list(command))
        (self.home / "bin").mkdir(parents=True, exist_ok=True)
        (self.home / "bin" / "python").touch()


@pytest.fixture
def pins(tmp_path: Path) -> Path:
    file = tmp_path / "some.txt"
    file.write_text("# made by hand\nnumpy==2.0.0\ntorch==2.13.0\ntorchmetrics==1.0\n", encoding="utf-8")
    return file


@pytest.fixture
def installer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installer:
    stand_in = Installer(tmp_path / "made" / "some")
    monkeypatch.setattr(environment, "_run", stand_in)
    return stand_in


def test_torch_goes_first_and_nothing_else_is_resolved(pins: Path, installer: Installer, tmp_path: Path) -> None:
    python = prepare(pins, "", tmp_path / "made", lambda _: None)
    assert python == tmp_path / "made" / "some" / "bin" / "python"
    venv, first, rest = installer.commands
    assert venv[:4] == [sys.executable, "-m", "venv", "--clear"]
    assert first[-3:] == ["--constraint", str(pins), "torch==2.13.0"]
    assert rest[-3:] == ["--no-deps", "--requirement", str(pins)]
    assert {first[0], rest[0]} == {str(python)}


def test_an_environment_is_made_once_and_again_when_the_pins_change(
    pins: Path, installer: Installer, tmp_path: Path
) -> None:
    told: list[str] = []
    for _ in range(2):
        prepare(pins, "", tmp_path / "made", told.append)
    assert len(installer.commands) == 3
    assert len(told) == 1
    pins.write_text("numpy==2.0.1\n", encoding="utf-8")
    prepare(pins, "", tmp_path / "made", told.append)
    assert len(installer.commands) == 5, "venv and the rest: no torch in it any more"


def test_a_half_made_environment_is_made_again(
    pins: Path, installer: Installer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(command: Sequence[str], log: Path) -> None:
        installer(command, log)
        if "--no-deps" in command:
            raise RivalError("no network")

    monkeypatch.setattr(environment, "_run", fail)
    with pytest.raises(RivalError, match="no network"):
        prepare(pins, "", tmp_path / "made", lambda _: None)
    monkeypatch.setattr(environment, "_run", installer)
    installer.commands.clear()
    prepare(pins, "", tmp_path / "made", lambda _: None)
    assert len(installer.commands) == 3


def test_a_step_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    log = tmp_path / "log"
    environment._run([sys.executable, "-c", "print('all is well')"], log)
    with pytest.raises(RivalError, match=r"failed: no matching distribution \(see .*log\)"):
        environment._run([sys.executable, "-c", "raise SystemExit('no matching distribution')"], log)
    assert "all is well" in log.read_text("utf-8")
    with pytest.raises(RivalError, match="could not be run"):
        environment._run([str(tmp_path / "nothing")], log)


def test_a_step_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "INSTALL_SECONDS", 0.2)
    with pytest.raises(RivalError, match="took more than"):
        environment._run([sys.executable, "-c", "import time; time.sleep(30)"], tmp_path / "log")


def _fake_python(file: Path, answer: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{answer}\n", encoding="utf-8")
    file.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="shell scripts stand for interpreters")
def test_a_shim_of_a_version_that_is_not_switched_on_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path / 'shims'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    _fake_python(tmp_path / "shims" / "python3.5", "echo 'pyenv: python3.5: command not found' >&2; exit 127")
    with pytest.raises(RivalError, match=r"needs Python 3\.5.*Install one"):
        find_python("3.5")
    _fake_python(tmp_path / "pyenv" / "versions" / "3.5.9" / "bin" / "python", "echo 3.4")
    with pytest.raises(RivalError):
        find_python("3.5")
    real = tmp_path / "pyenv" / "versions" / "3.5.1" / "bin" / "python"
    _fake_python(real, "echo 3.5")
    assert find_python("3.5") == real


def test_without_a_wish_the_running_python_is_taken() -> None:
    assert find_python("") == Path(sys.executable)


def test_the_last_words_of_a_log_fit_in_a_table(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"10%\r20%\rValueError: " + b"x" * 500 + b"\xff\n\n")
    assert last_line(log).endswith("x\N{REPLACEMENT CHARACTER}")
    assert len(last_line(log)) == 200
    log.write_text(" \n", encoding="utf-8")
    assert last_line(log) == "nothing was written"
