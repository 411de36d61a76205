from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.errors import BundleMissing
from tests.training.benchmarks.colours import COLOURS, write_colours
from tests.training.tiny_bot import write_bot
from training.benchmarks import run
from training.benchmarks.command import benchmark, read_pairs
from training.evaluation.csv_rows import DataError

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bot(tmp_path_factory.mktemp("bot")).parent / "models"


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "QUICK_ROUNDS", 3)


def measure(*arguments: str | Path) -> str:
    return CliRunner().invoke(benchmark, list(map(str, arguments)), catch_exceptions=False).output


def test_a_run_writes_figures_page_and_pictures(tmp_path: Path, bundles: Path) -> None:
    write_colours(tmp_path)
    out = tmp_path / "out"
    told = measure("--data", tmp_path, "--bundle", bundles, "--quick", "--out", out)
    written = json.loads((out / "benchmark.json").read_text("utf-8"))
    measured = {(one["experiment"], one["quantity"], one["subject"]) for one in written["figures"]}
    for experiment in ("zero-shot, names only", "1-shot", "5-shot", "10-shot", "all data"):
        assert (experiment, "accuracy", "ripen") in measured
        assert f"colours, {experiment.partition(',')[0]}: accuracy" in told
    assert ("10-shot", "accuracy", "ripen, fp32") in measured
    assert ("all data", "out-of-scope recall", "ripen") in measured
    assert {(one["precision"], one["threads"]) for one in written["timings"]} == {
        (precision, threads) for precision in ("int8", "fp32") for threads in (1, 2)
    }
    assert written["command"] == "ripen benchmark --data DIR --split test --quick"
    assert str(tmp_path) not in (out / "benchmark.json").read_text("utf-8"), "no paths of this machine"
    page = (out / "benchmark.md").read_text("utf-8")
    assert "## Strangers" in page
    assert "sentiment on sst2: no file" in page
    assert (out / "pictures" / "reliability.svg").exists()
    assert "left)" in told


def test_a_set_may_be_judged_by_a_bundle_of_its_own(tmp_path: Path, bundles: Path) -> None:
    write_colours(tmp_path, colours=COLOURS[:2])  # who judges does not hang on how much is judged
    own = tmp_path / "own"
    own.symlink_to(bundles)
    measure(
        "--data", tmp_path, "--bundle", bundles, "--bundle-for", f"colours={own}", "--quick", "--out", tmp_path / "o"
    )
    (judge,) = json.loads((tmp_path / "o" / "benchmark.json").read_text("utf-8"))["judges"]
    assert judge["own"] is True
    assert "colours †" in (tmp_path / "o" / "benchmark.md").read_text("utf-8")


def test_a_bundle_for_a_set_that_is_not_judged_is_a_mistake(tmp_path: Path, bundles: Path) -> None:
    write_colours(tmp_path)
    with pytest.raises(DataError, match=r"--bundle-for names hwu64, which is not judged\. Judged: colours"):
        measure("--data", tmp_path, "--bundle", bundles, "--bundle-for", f"hwu64={bundles}", "--out", tmp_path / "o")


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_measured(tmp_path: Path, bundles: Path) -> None:
    write_colours(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="the report cannot be written"):
        measure("--data", tmp_path, "--bundle", bundles, "--out", tmp_path / "file")


def test_a_part_is_not_compared_with_the_whole(tmp_path: Path, bundles: Path) -> None:
    with pytest.raises(DataError, match="drop one"):
        measure("--data", tmp_path, "--bundle", bundles, "--quick", "--rivals", "--out", tmp_path / "o")


def test_what_is_missing_is_said_before_anything_is_measured(tmp_path: Path, bundles: Path) -> None:
    with pytest.raises(BundleMissing):
        measure("--data", tmp_path, "--bundle", tmp_path / "none", "--out", tmp_path / "o")
    with pytest.raises(DataError, match="no CSV files"):
        measure("--data", tmp_path, "--bundle", bundles, "--out", tmp_path / "o")


@pytest.mark.parametrize("given", [["hwu64"], ["=folder"], ["hwu64="], ["a=b", "a=c"]])
def test_pairs_that_are_none_are_refused(given: list[str]) -> None:
    with pytest.raises(DataError, match="--bundle-for"):
        read_pairs(given)


def test_pairs_lead_from_sets_to_folders() -> None:
    assert read_pairs(["a=b", "c=d=e"]) == {"a": Path("b"), "c": Path("d=e")}


def test_the_command_is_one_of_ripens() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "training.benchmarks", "--help"], capture_output=True, text=True, check=True
    )
    assert "Example: " in done.stdout
    assert "--bundle-for" in done.stdout


def test_importing_the_command_is_cheap() -> None:
    program = (
        "import sys, training.benchmarks.command;"
        "print(sorted({'torch', 'onnx', 'onnxruntime', 'numpy', 'pydantic', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
