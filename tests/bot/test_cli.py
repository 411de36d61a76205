from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot import __version__
from bot.errors import SecretMissing
from bot.serving import serve_bot

STARTER_QUESTION = "hello"


def ripen(*arguments: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would, in `folder`."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        capture_output=True, text=True, check=False, timeout=120, cwd=folder,
        env={**os.environ, "COLUMNS": "160", "NO_COLOR": "1", **environ},
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """A bot as `ripen init` makes it, with a model bundle."""
    parent = tmp_path_factory.mktemp("cli")
    made = ripen("init", "my-bot", folder=parent)
    assert made.returncode == 0, made.stderr
    (parent / "my-bot" / "models").symlink_to(models)
    return parent / "my-bot"


def test_init_refuses_a_folder_that_is_in_use(folder: Path) -> None:
    again = ripen("init", "my-bot", folder=folder.parent)
    assert again.returncode == 1
    assert "Traceback" not in again.stderr


def test_what_is_wrong_in_a_file_is_told_by_its_place(folder: Path) -> None:
    broken = folder / "intents" / "broken.yml"
    broken.write_text("a:\n  descriptio: x\n", encoding="utf-8")
    try:
        told = ripen("parse", "hello", folder=folder)
    finally:
        broken.unlink()
    assert told.returncode == 1
    assert told.stderr.splitlines()[0].startswith(f"{broken}:2: error: `a.descriptio` is not a known key.")


def test_a_new_bot_passes_its_own_check(folder: Path) -> None:
    checked = ripen("check", folder=folder)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "0 errors, 0 warnings" in checked.stdout


@pytest.mark.parametrize("key", ["on_hand_off", "on_nobody_there"])
def test_check_finds_what_would_keep_the_bot_from_starting(folder: Path, key: str) -> None:
    config = folder / "hand_off.yml"
    config.write_text(f"actions:\n  modules: [actions]\n  {key}: action_nobody\n", encoding="utf-8")
    checked = ripen("check", "--config", str(config), folder=folder)
    assert checked.returncode == 1
    assert "hand_off.yml:3: error" in checked.stdout
    assert f"actions.{key} names action_nobody" in checked.stdout


def test_prints_its_version(folder: Path) -> None:
    printed = ripen("--version", folder=folder)
    assert (printed.returncode, printed.stdout.strip()) == (0, __version__)


def test_check_exits_with_1_on_an_error_and_names_file_and_line(folder: Path) -> None:
    broken = folder / "intents" / "broken.yml"
    broken.write_text("x:\n  description: ''\n", encoding="utf-8")
    try:
        checked = ripen("check", folder=folder)
    finally:
        broken.unlink()
    assert checked.returncode == 1
    assert "broken.yml:2: error" in checked.stdout


def test_parse_prints_detection_decision_and_timings(folder: Path) -> None:
    parsed = ripen("parse", STARTER_QUESTION, folder=folder)
    assert parsed.returncode == 0, parsed.stderr
    printed = json.loads(parsed.stdout)
    assert printed["decision"]["intent"] == "greet"
    assert printed["detection"]["sentiment"]["label"] in {"negative", "neutral", "positive"}
    assert printed["timings"]["detect"] > 0


def test_explain_says_why_for_people_and_for_programs(folder: Path) -> None:
    shown = ripen("explain", STARTER_QUESTION, folder=folder)
    assert shown.returncode == 0, shown.stderr
    for words in ("The bot acts on greet", "nearest examples", "small_talk.yml:", "What would have changed it"):
        assert words in shown.stdout
    printed = json.loads(ripen("explain", "purple sky", "--json", folder=folder).stdout)
    assert printed["decision"]["kind"] != "act"
    assert {"evidence", "lead", "words", "thresholds", "changes"} <= set(printed)
    unknown = ripen("explain", "hi", "--expect", "gret", folder=folder)
    assert unknown.returncode == 1
    assert "Did you mean greet?" in unknown.stderr


def test_explain_keeps_no_trace_of_the_text(folder: Path) -> None:
    kept = folder / "models" / "learnt"
    ripen("explain", STARTER_QUESTION, folder=folder)
    before = sorted(kept.iterdir())
    ripen("explain", "my name is Anne Example", "--expect", "thanks", folder=folder)
    assert sorted(kept.iterdir()) == before


def test_intents_lists_stage_and_examples(folder: Path) -> None:
    listed = ripen("intents", folder=folder)
    assert listed.returncode == 0, listed.stderr
    assert "greet" in listed.stdout
    assert "new" in listed.stdout


def test_intents_are_listed_as_json_for_programs(folder: Path) -> None:
    listed = ripen("intents", "--json", folder=folder)
    assert listed.returncode == 0, listed.stderr
    [greet] = [one for one in json.loads(listed.stdout) if one["intent"] == "greet"]
    assert set(greet) == {"intent", "stage", "examples", "recall", "note", "contradiction", "action"}
    assert greet["contradiction"] is None
    assert greet["note"]


def test_confidence_shows_what_each_risk_would_cost(folder: Path) -> None:
    shown = ripen("confidence", folder=folder)
    assert shown.returncode == 0, shown.stderr
    assert "too young" in shown.stdout
    assert "1 in 20" in shown.stdout
    printed = json.loads(ripen("confidence", "--json", folder=folder).stdout)
    assert [one["risk"] for one in printed["consequences"]] == [0.2, 0.1, 0.05, 0.02]
    assert printed["settings"]["risk"] == 0.1


def test_chat_reads_a_pipe_and_explains(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--explain"],
        input="hello\n", capture_output=True, text=True, check=False, timeout=120, cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "greet" in done.stdout


def test_forget_deletes_what_was_said(folder: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--sender", "anne"],
        input="hello\n", capture_output=True, text=True, check=True, timeout=120, cwd=folder,
    )  # fmt: skip
    forgotten = ripen("forget", "anne", "--yes", folder=folder)
    assert "1 turn deleted" in forgotten.stdout
    assert "0 turns deleted" in ripen("forget", "anne", "--yes", folder=folder).stdout


def test_an_intent_is_renamed_everywhere(folder: Path) -> None:
    before = {file: file.read_bytes() for file in folder.rglob("*.yml")}
    renamed = ripen("rename", "greet", "say_hello", folder=folder)
    assert renamed.returncode == 0, renamed.stderr
    assert "intents/small_talk.yml:4" in renamed.stdout
    assert "tests/conversations/first.yml:8" in renamed.stdout
    assert "0 errors, 0 warnings" in ripen("check", folder=folder).stdout
    again = ripen("rename", "greet", "say_hello", folder=folder)
    assert again.returncode == 1
    assert "There is an intent say_hello already" in again.stderr
    assert ripen("rename", "say_hello", "greet", folder=folder).returncode == 0
    assert {file: file.read_bytes() for file in folder.rglob("*.yml")} == before


def test_review_lists_what_was_not_understood_where_nobody_types(folder: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--sender", "rita"],
        input="zebras moult in spring\n", capture_output=True, text=True, check=True, timeout=120, cwd=folder,
    )  # fmt: skip
    listed = ripen("review", folder=folder)
    assert "zebras moult in spring" in listed.stdout
    assert "The input is no terminal" in listed.stderr
    told = json.loads(ripen("review", "--json", folder=folder).stdout)
    assert [sentence["text"] for group in told["groups"] for sentence in group["sentences"]] == [
        "zebras moult in spring"
    ]
    assert ripen("forget", "rita", "--yes", folder=folder).returncode == 0
    assert "The inbox is empty." in ripen("review", "--list", folder=folder).stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("parse", "hi", "--config", "nowhere.yml"), "ripen init"),
        (("bundle", "show", "--config", "nowhere.yml"), "nowhere.yml"),
    ],
)
def test_an_error_is_one_line_and_a_traceback_only_with_debug(
    folder: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    plain = ripen(*arguments, folder=folder)
    assert plain.returncode == 1
    assert complaint in plain.stderr
    assert "Traceback" not in plain.stderr
    assert "Traceback" in ripen("--debug", *arguments, folder=folder).stderr


def test_a_key_that_does_not_exist_names_the_nearest(folder: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    config.write_text("sentimnt: {hand_off_after: 3}\n", encoding="utf-8")
    checked = ripen("check", "--config", str(config), folder=folder)
    assert checked.returncode == 1
    assert "config.yml:1: error" in checked.stdout
    assert "sentiment" in checked.stdout


def test_a_bot_without_a_bundle_says_how_to_build_one(folder: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    config.write_text(f"intents: {folder / 'intents'}\nmodel: {{bundle: none-here}}\n", encoding="utf-8")
    parsed = ripen("parse", "hi", "--config", str(config), folder=folder)
    assert parsed.returncode == 1
    assert "ripen bundle build" in parsed.stderr


def test_a_port_in_use_is_named(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        served = ripen("serve", "--port", str(port), folder=folder)
    assert served.returncode == 1
    assert f"127.0.0.1:{port} is in use" in served.stderr
    assert "Traceback" not in served.stderr


def test_a_missing_slack_secret_names_the_variable(folder: Path) -> None:
    config = folder / "slack.yml"
    config.write_text((folder / "config.yml").read_text(encoding="utf-8") + "\nslack: {}\n", encoding="utf-8")
    served = ripen("serve", "--port", "0", "--config", str(config), folder=folder, SLACK_BOT_TOKEN="")
    assert served.returncode == 1
    assert "SLACK_BOT_TOKEN" in served.stderr
    assert "Traceback" not in served.stderr


@pytest.mark.parametrize(
    ("section", "variable"),
    [
        ("slack: {}", "SLACK_BOT_TOKEN"),
        ("agents: {}", "RIPEN_AGENTS_TOKEN"),
        ("console: {}", "RIPEN_CONSOLE_TOKEN"),
        ("web: {token_env: MY_TOKEN}", "MY_TOKEN"),
        ("web: {jwt: {secret_env: MY_TOKEN}}", "MY_TOKEN"),
    ],
)
def test_a_missing_secret_is_told_before_anything_is_learnt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, section: str, variable: str
) -> None:
    monkeypatch.delenv(variable, raising=False)
    config = tmp_path / "config.yml"
    config.write_text(section, encoding="utf-8")  # no intents and no bundle: whoever looks for them says so
    with pytest.raises(SecretMissing, match=variable):
        asyncio.run(serve_bot(config, None, 0, print))


@pytest.mark.parametrize(
    "command",
    [
        "models",
        "models use",
        "models undo",
        "init",
        "serve",
        "chat",
        "parse",
        "check",
        "explain",
        "intents",
        "forget",
        "review",
        "rename",
        "bundle build",
        "bundle show",
    ],
)
def test_every_command_has_help_with_an_example(command: str, tmp_path: Path) -> None:
    shown = ripen(*command.split(), "--help", folder=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert f"ripen {command}" in shown.stdout
    assert "Example" in shown.stdout
