from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.errors import BundleError, BundleMissing
from bot.models.registry import active
from tests.training.export.test_adapter import write_adapter
from tests.training.tiny_bert import write_base
from training.commands import bundle


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bot's folder whose config.yml names a tiny base."""
    monkeypatch.chdir(tmp_path)
    write_base(tmp_path / "base")
    (tmp_path / "config.yml").write_text(f"model:\n  base: {tmp_path / 'base'}\n")
    return tmp_path


def run(*arguments: str) -> str:
    return CliRunner().invoke(bundle, arguments, catch_exceptions=False).output


def test_build_takes_its_defaults_from_config_yml(here: Path) -> None:
    assert "is built and active" in run("build", "--without-sentiment")
    assert active(here / "models").manifest.quantization == "int8"


def test_options_beat_config_yml(here: Path) -> None:
    run("build", "--without-sentiment", "--fp32", "--out", str(here / "elsewhere"))
    assert active(here / "elsewhere").manifest.quantization == "none"
    assert not (here / "models").exists()


def test_an_adapter_is_what_config_yml_names_unless_told_none(here: Path) -> None:
    adapter = write_adapter(here / "lora")
    with (here / "config.yml").open("a") as file:
        file.write(f"  adapter: {adapter}\n  adapter_scale: 0.25\n")
    run("build", "--without-sentiment")
    merged = active(here / "models").manifest.adapter
    assert merged is not None
    assert (merged.name, merged.scale) == ("lora", 0.25)
    run("build", "--without-sentiment", "--adapter", "none")
    assert active(here / "models").manifest.adapter is None


def test_show_says_what_is_in_the_bundle(here: Path) -> None:
    run("build", "--without-sentiment")
    shown = run("show")
    for word in ("36 dimensions", "int8", "built without", "ok", active(here / "models").fingerprint):
        assert word in shown


def test_show_without_a_bundle_says_what_to_do(here: Path) -> None:
    with pytest.raises(BundleMissing, match="ripen bundle build"):
        run("show")


def test_a_head_for_another_base_is_refused(here: Path) -> None:
    with pytest.raises(BundleError, match="--without-sentiment"):
        run("build")


def test_every_command_has_help_with_an_example() -> None:
    for command in ("build", "show"):
        assert "Example: " in run(command, "--help")


def test_importing_the_commands_is_cheap() -> None:
    program = (
        "import sys, training.commands;"
        "print(sorted({'torch', 'onnx', 'onnxruntime', 'numpy', 'pydantic', 'tokenizers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_nli_model_is_the_one_that_config_yml_or_the_option_names(here: Path) -> None:
    (here / "weights").mkdir()
    with (here / "config.yml").open("a") as file:
        file.write("zero_shot: {engine: nli, model: weights}\n")
    with pytest.raises(BundleError, match=r"the NLI model .*weights has no model\.safetensors"):
        run("build", "--without-sentiment")
    (here / "others").mkdir()
    with pytest.raises(BundleError, match=r"the NLI model others has no model\.safetensors"):
        run("build", "--without-sentiment", "--nli", "others")
