from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.models.registry import active_name
from tests.training.tiny_bot import WORDS, sentences, write_bot, write_intents
from training.testing.report import read_kept

GOOD = "conversations:\n  it answers:\n    - user: cocoa cocoa\n      bot: 'yes'\n"
BAD = "conversations:\n  it answers:\n    - user: cocoa cocoa\n      bot: 'no'\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bot")
    write_bot(folder)
    intents = folder / "intents" / "all.yml"
    intents.write_text(intents.read_text("utf-8").replace("[yes]", "['yes']"), "utf-8")
    return folder


@pytest.fixture
def bot(made: Path, tmp_path: Path) -> Path:
    """A bot of its own for a test that writes into it; the bundle is shared."""
    for name in ("config.yml", "intents"):
        part = made / name
        shutil.copytree(part, tmp_path / name) if part.is_dir() else shutil.copy(part, tmp_path)
    (tmp_path / "models").symlink_to(made / "models")
    return tmp_path


def run(bot: Path, *arguments: str) -> Result:
    folders = ("--config", str(bot / "config.yml"), "--out", str(bot / "out"))
    return CliRunner().invoke(app, ["test", *folders, *arguments])


def converse(bot: Path, text: str) -> None:
    folder = bot / "tests" / "conversations"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.yml").write_text(text, "utf-8")


def test_it_tells_all_and_writes_it_down(bot: Path) -> None:
    converse(bot, GOOD)
    done = run(bot)
    assert done.exit_code == 0, done.output
    for words in ("say_cocoa", "accuracy", "48 of the bot's own examples", "1 of 1 conversations went as written"):
        assert words in done.output
    assert "learning without part 2 of 5" in done.stderr
    report = json.loads((bot / "out" / "report.json").read_text("utf-8"))
    assert report["understanding"]["summary"]["messages"] == 48
    assert [one["support"] for one in report["understanding"]["intents"]] == [6] * 8
    assert "<svg" in (bot / "out" / "report.html").read_text("utf-8")


def test_the_second_run_tells_what_changed(bot: Path) -> None:
    assert run(bot, "--only", "understanding").exit_code == 0
    write_intents(bot, {f"say_{word}": sentences(word, 7) for word in WORDS})
    again = run(bot, "--only", "understanding")
    assert "Against the last run" in again.output
    assert "8 are new, 0 are gone" in again.output


def test_a_run_of_one_part_between_them_does_not_hide_what_changed(bot: Path) -> None:
    converse(bot, GOOD)
    assert run(bot, "--only", "understanding").exit_code == 0
    assert run(bot, "--only", "conversations").exit_code == 0
    assert "48 messages that both asked: as good" in run(bot, "--only", "understanding").output


def test_nothing_changed_is_no_change_at_all(bot: Path) -> None:
    run(bot, "--only", "understanding")
    run(bot, "--only", "understanding")
    [change] = json.loads((bot / "out" / "report.json").read_text("utf-8"))["changes"]
    assert (change["shared"], change["won"], change["lost"], change["added"]) == (48, [], [], 0)


def test_a_conversation_that_fails_is_exit_code_1_and_a_diff(bot: Path) -> None:
    converse(bot, BAD)
    done = run(bot, "--only", "conversations")
    assert done.exit_code == 1
    assert "tests/conversations/a.yml:3: failed: it answers" in done.output
    assert "- bot      no" in done.output
    assert "+ bot      yes" in done.output
    assert "accuracy" not in done.output


def test_a_limit_that_is_not_kept_is_exit_code_1(bot: Path) -> None:
    (bot / "asked.csv").write_text("text,intent\ncocoa cocoa,say_cocoa\ncocoa please,say_kiwi\n", "utf-8")
    asked = ("--data", str(bot / "asked.csv"), "--only", "understanding")
    assert run(bot, *asked, "--min-accuracy", "0.5").exit_code == 0
    done = run(bot, *asked, "--min-accuracy", "0.51")
    assert done.exit_code == 1
    assert "are understood, and --min-accuracy wants" in done.stderr
    assert "2 messages of asked.csv" in done.output


def test_no_worse_than_the_run_that_was_kept(bot: Path) -> None:
    converse(bot, GOOD)
    first = run(bot, "--only", "conversations", "--no-worse")
    assert first.exit_code == 2
    assert "--keep" in first.stderr
    assert run(bot, "--only", "conversations", "--keep").exit_code == 0
    assert read_kept(bot / "tests" / "understanding.json") is not None
    assert run(bot, "--only", "conversations", "--no-worse").exit_code == 0
    converse(bot, BAD)
    worse = run(bot, "--only", "conversations", "--no-worse")
    assert worse.exit_code == 1
    assert "worse than the kept run" in worse.stderr


def test_markdown_and_json_are_alone_on_standard_output(bot: Path) -> None:
    converse(bot, GOOD)
    told = run(bot, "--only", "conversations", "--markdown")
    assert told.stdout.startswith("### Ripen: ripen test")
    printed = run(bot, "--only", "conversations", "--json")
    assert json.loads(printed.stdout)["conversations"][0]["failure"] is None


def test_another_version_of_the_model_is_asked_the_same(bot: Path) -> None:
    (bot / "asked.csv").write_text("text,intent\ncocoa cocoa,say_cocoa\nkiwi please,say_kiwi\n", "utf-8")
    version = active_name(bot / "models")
    assert version is not None
    done = run(bot, "--data", str(bot / "asked.csv"), "--only", "understanding", "--against", version)
    assert done.exit_code == 0, done.output
    assert f"Against {version}" in done.output
    assert "as good. Won 0, lost 0" in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--against", "nothing"), "--against names nothing, which is no version"),
        (("--data", "nowhere.csv"), "nowhere.csv cannot be read"),
    ],
)
def test_what_cannot_be_tested_is_one_line(bot: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run(bot, *arguments)
    assert done.exit_code == 1
    assert said in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("--conversations", "nowhere"),
        ("--only", "conversations", "--min-accuracy", "0.9"),
        ("--only", "conversations", "--data", "x.csv"),
    ],
)
def test_options_that_do_not_go_together_are_told(bot: Path, arguments: tuple[str, ...]) -> None:
    done = run(bot, *arguments)
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_a_conversation_test_with_a_mistake_is_told_before_anything_is_learnt(bot: Path) -> None:
    converse(bot, "conversations: {a: [{user: hi, intent: say_coco}]}")
    done = run(bot)
    assert done.exit_code == 1
    assert "Did you mean `say_cocoa`?" in done.output
    assert "learning" not in done.output


def test_importing_the_command_is_cheap_and_testing_needs_no_training_extra() -> None:
    heavy, extra = (
        "{'torch', 'numpy', 'pydantic', 'onnxruntime'}",
        "{'torch', 'peft', 'matplotlib', 'setfit', 'filelock'}",
    )
    program = (
        f"import sys, training.testing.command; print(sorted({heavy} & set(sys.modules)));"
        "import training.testing.run, training.testing.writing, training.testing.summary, training.testing.limits;"
        f"print(sorted({extra} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "[]"]
