from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.detectors.arbiter import ArbiterPrior
from bot.models.bundle import Bundle
from bot.models.registry import active, versions
from tests.training.tiny_bot import write_bot
from training.ladder.folds import Fold
from training.ladder.judge import Sheet, answer
from training.rungs.lora import Lora

pytest.importorskip("peft")
pytestmark = pytest.mark.training


ASKED = ("--epochs", "2", "--folds", "2", "--markdown")


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bot(tmp_path_factory.mktemp("bot"))


@pytest.fixture(scope="module", autouse=True)
def _two_scales() -> Iterator[None]:
    """To judge all of them takes most of a training on tiny models; two are a choice."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Lora, "scales", (0.4, 1.0))
        yield


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A training of ASKED that nothing stopped."""
    return run("--config", str(write_bot(tmp_path_factory.mktemp("whole"))), *ASKED)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["train", *arguments])


def test_lora_is_trained_judged_and_reported(bot: Path) -> None:
    done = run("--config", str(bot), "--epochs", "2", "--folds", "2")
    assert done.exit_code == 0, done.output
    for word in ("frozen", "lora", "promoted", "accuracy", "AUROC", "ECE", "the report is in"):
        assert word.lower() in done.output.lower()
    models = bot.parent / "models"
    promoted = active(models).manifest.training
    report = models / active(models).name / "report.md" if promoted else models / "last-training.md"
    assert "| lora |" in report.read_text("utf-8")
    assert len(versions(models)) == (2 if promoted else 1)


def test_markdown_is_printed_for_a_file(whole: Result) -> None:
    assert whole.stdout.startswith("| rung | mean | accuracy | H | AUROC | ECE | ms |")
    assert "Seed 0" in whole.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--rungs", "frozen,ladder"), "names ladder, which is no rung. Known: frozen"),
        (("--rungs", "frozen"), "names nothing to train"),
        (("--resume", "--seed", "99"), "no stopped training to go on with"),
    ],
)
def test_what_cannot_be_done_is_one_line(bot: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run("--config", str(bot), *arguments)
    assert done.exit_code == 1
    assert said in done.output
    assert "Traceback" not in done.output


def test_ctrl_c_keeps_what_is_finished(bot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("training.rungs.lora.Lora.train", interrupt)
        stopped = run("--config", str(bot), "--epochs", "1", "--folds", "2")
    assert stopped.exit_code == 130
    assert "ripen train --resume" in stopped.output
    asked = []

    def counting(fold: Fold, bundle: Bundle, prior: ArbiterPrior) -> Sheet:
        asked.append(fold.number)
        return answer(fold, bundle, prior)

    monkeypatch.setattr("training.ladder.run.answer", counting)
    assert run("--config", str(bot), "--epochs", "1", "--folds", "2", "--resume").exit_code == 0
    assert asked == [0] * 2 + [1] * 2  # lora's two scales; the frozen rung was judged before the stop


def test_a_bundle_of_an_older_format_is_named_with_what_to_do(tmp_path: Path) -> None:
    config = write_bot(tmp_path / "bot")
    manifest = active(tmp_path / "bot" / "models").folder / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text("utf-8")), "format": 0}), "utf-8")
    done = run("--config", str(config))
    assert done.exit_code == 1
    assert "has format 0" in done.output
    assert "ripen bundle build" in done.output
    assert "Traceback" not in done.output


def test_importing_the_command_is_cheap() -> None:
    program = (
        "import sys, training.train_command;"
        "print(sorted({'torch', 'onnx', 'onnxruntime', 'numpy', 'pydantic', 'tokenizers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_rungs_import_no_torch_before_they_train() -> None:
    program = "import sys, training.rungs, training.ladder.run; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_killed_training_goes_on_to_what_it_would_have_found(whole: Result, tmp_path: Path) -> None:
    killed = write_bot(tmp_path / "killed")
    command = [sys.executable, "-m", "bot", "train", "--config", str(killed), *ASKED]
    alone = {**os.environ, "OMP_NUM_THREADS": "1"}  # as torch works in this process
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=alone) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "lora, fold 2" in line:
                process.kill()
    found = [whole, run("--config", str(killed), *ASKED, "--resume")]
    figures = [[row.split(" | ")[1:6] for row in done.stdout.splitlines()[2:4]] for done in found]
    assert figures[0] == figures[1]
    assert [len(row) for row in figures[0]] == [5, 5]
