from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app

RASA_PROJECT = Path(__file__).parents[1] / "migration" / "project"


def test_a_rasa_project_is_carried_over_and_says_what_to_look_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = CliRunner().invoke(app, ["init", "my-bot", "--from-rasa", str(RASA_PROJECT)])
    assert made.exit_code == 0, made.output
    assert made.stdout.splitlines()[:2] == [
        "6 intents with 16 examples and 7 responses were carried over.",
        f"7 things to look at are in {Path('my-bot', 'from-rasa.md')}.",
    ]
    assert (tmp_path / "my-bot" / "intents" / "intents.yml").is_file()


def test_a_project_that_is_nowhere_leaves_no_bot_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    refused = CliRunner().invoke(app, ["init", "other", "--from-rasa", "nowhere"])
    assert refused.exit_code == 1
    assert refused.stderr.startswith("error: nowhere is not a folder.")
    assert not (tmp_path / "other").exists()
