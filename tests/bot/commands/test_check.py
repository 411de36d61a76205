"""`ripen check` as it is typed, without a bundle: what takes embeddings rests."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.catalog.loader import load_catalog
from bot.cli import app
from bot.detectors.abandonment import go_on

SOUND = """\
greet:
  description: The customer says hello.
  responses: [Hello!]
  examples:
    - hello there
thanks:
  description: The customer says thank you.
  responses: [You are welcome.]
"""
REPEATED = SOUND.replace("    - hello there\n", "    - hello there\n    - Hello there.\n")


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound bot, in the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yml").write_text("name: Test\n", encoding="utf-8")
    (tmp_path / "intents").mkdir()
    (tmp_path / "intents" / "a.yml").write_text(SOUND, encoding="utf-8")
    return tmp_path


def check(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["check", *arguments], catch_exceptions=False)


def rules(*arguments: str) -> Sequence[tuple[str, int, str]]:
    """File, line and rule of what is found."""
    told = json.loads(check(*arguments, "--json").stdout)
    return [(one["file"], one["line"], one["rule"]) for one in told["problems"]]


def test_a_sound_bot_exits_with_0_and_says_what_rests(bot: Path) -> None:
    done = check()
    assert done.exit_code == 0
    assert "0 errors, 0 warnings" in done.stdout
    assert "not checked: near-duplicate" in done.stdout
    assert "ripen bundle build" in done.stdout


def test_warnings_exit_with_1_only_when_strict(bot: Path) -> None:
    (bot / "intents" / "a.yml").write_text(REPEATED, encoding="utf-8")
    assert check().exit_code == 0
    assert check("--strict").exit_code == 1
    assert "intents/a.yml:6: warning:" in check().stdout
    assert "[duplicate-example]" in check().stdout


def test_config_yml_raises_and_ignores_rules(bot: Path) -> None:
    (bot / "intents" / "a.yml").write_text(REPEATED, encoding="utf-8")
    (bot / "config.yml").write_text("check: {error: [duplicate-example]}\n", encoding="utf-8")
    assert check().exit_code == 1
    (bot / "config.yml").write_text("check: {ignore: [duplicate-example]}\n", encoding="utf-8")
    assert check("--strict").exit_code == 0
    (bot / "config.yml").write_text("check: {ignore: [duplicate-exampl]}\n", encoding="utf-8")
    done = check()
    assert done.exit_code == 1
    assert "config.yml:1: error:" in done.stdout
    assert "Did you mean `duplicate-example`?" in done.stdout


def test_fix_mends_and_reports_the_rest(bot: Path) -> None:
    (bot / "intents" / "a.yml").write_text(REPEATED + "bye: {description: The customer leaves.}\n", encoding="utf-8")
    done = check("--fix")
    assert "1 repeated example removed" in done.stderr
    assert "[duplicate-example]" not in done.stdout
    assert "[nothing-to-do]" in done.stdout
    assert [example.text for example in load_catalog(bot / "intents").intents["greet"].examples] == ["hello there"]
    assert check("--fix").stderr == ""


def test_github_gets_annotations(bot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    (bot / "intents" / "a.yml").write_text(REPEATED, encoding="utf-8")
    assert "::warning file=intents/a.yml,line=6,title=ripen duplicate-example::" in check("--format", "github").stdout


def test_one_broken_file_hides_nothing_of_another(bot: Path) -> None:
    (bot / "intents" / "a.yml").write_text(REPEATED, encoding="utf-8")
    (bot / "intents" / "half.yml").write_text("bye:\n  description: 'The customer lea", encoding="utf-8")
    assert rules() == [("intents/a.yml", 6, "duplicate-example"), ("intents/half.yml", 2, "syntax")]
    assert check().exit_code == 1


def test_a_huge_file_a_link_out_and_bytes_that_are_no_text(bot: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.yml"
    outside.write_text("secret: {description: nobody's business}\n", encoding="utf-8")
    (bot / "intents" / "huge.yml").write_text("# long\n" * 1_500_000, encoding="utf-8")
    (bot / "intents" / "link.yml").symlink_to(outside)
    (bot / "intents" / "bytes.yml").write_bytes(b"a:\n  description: \xff\xfe\n")
    found = rules("--fix")
    assert [(file, rule) for file, _, rule in found] == [
        (f"intents/{name}.yml", "unreadable") for name in ("bytes", "huge", "link")
    ]
    assert "secret" not in json.dumps(check("--json").stdout).replace("secret.yml", "")
    assert outside.read_text(encoding="utf-8").startswith("secret:")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(bot: Path) -> None:
    (bot / "intents" / "a.yml").write_text(REPEATED, encoding="utf-8")
    (bot / "intents").chmod(0o555)
    try:
        done = check("--fix")
    finally:
        (bot / "intents").chmod(0o755)
    assert "not mended" in done.stderr
    assert "[duplicate-example]" in done.stdout


def test_no_config_yml_is_one_finding(bot: Path) -> None:
    (bot / "config.yml").unlink()
    done = check()
    assert done.exit_code == 1
    assert "config.yml: error: there is no such file. Run this in a bot's folder" in done.stdout


def test_actions_that_cannot_be_imported_are_a_finding_with_its_line(bot: Path) -> None:
    (bot / "config.yml").write_text("name: Test\nactions:\n  modules: [nowhere_at_all]\n", encoding="utf-8")
    done = check()
    assert done.exit_code == 1
    assert "config.yml:3: error:" in done.stdout
    assert "nowhere_at_all" in done.stdout
    assert "not checked: unknown-action" in done.stdout


def test_ctrl_c_ends_it_at_its_next_piece(bot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def press_ctrl_c(_: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        while True:
            go_on()

    monkeypatch.setattr("bot.checking.check_bot", press_ctrl_c)
    stopped = check("--fix")
    assert stopped.exit_code == 130
    assert stopped.stderr.strip().startswith("stopped; ")
    assert stopped.stdout == ""
