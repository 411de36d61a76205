"""`ripen slack`, as a user runs it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner, Result

from bot.cli import app
from tests.standins.slack import SlackStandIn


def ripen(*arguments: str, environ: Mapping[str, str | None] | None = None) -> Result:
    return CliRunner().invoke(app, arguments, env=environ)


def test_the_manifest_can_be_pasted_as_it_is_printed() -> None:
    printed = ripen("slack", "manifest", "--url", "https://willow.example")
    assert printed.exit_code == 0
    assert "request_url: https://willow.example/slack/events" in printed.stdout
    assert "socket_mode_enabled: true" in ripen("slack", "manifest").stdout


def test_the_app_is_called_as_the_bot_is(tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    config.write_text('name: "Ask: Willow & \\"Wren\\", for ever and a day"', encoding="utf-8")
    printed = ripen("slack", "manifest", "--config", str(config)).stdout
    manifest = YAML(typ="safe").load(printed)
    assert manifest["display_information"]["name"] == 'Ask: Willow & "Wren", for ever and'
    assert manifest["features"]["bot_user"]["display_name"] == 'Ask: Willow & "Wren", for ever and'


def test_without_a_config_the_app_is_called_ripen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert YAML(typ="safe").load(ripen("slack", "manifest").stdout)["display_information"]["name"] == "Ripen"


@pytest.mark.parametrize(("missing", "code"), [(None, 0), ("reactions:read", 1)])
async def test_check_says_what_to_mend_and_fails_for_scripts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str | None, code: int
) -> None:
    monkeypatch.delenv("HTTP_PROXY", raising=False)
    config = tmp_path / "config.yml"
    async with SlackStandIn() as slack:
        slack.scopes.discard(missing or "")
        config.write_text(f"slack: {{api_url: '{slack.api_url}'}}", encoding="utf-8")
        said = await asyncio.to_thread(ripen, "slack", "check", "--config", str(config), environ=slack.environ)
    assert said.exit_code == code
    assert ("1 to mend" if code else "nothing is missing that can be checked") in said.stdout
    assert (missing or "all 10 scopes") in said.stdout
    assert not [secret for secret in slack.environ.values() if secret in said.stdout]


def test_check_of_a_bot_that_is_not_on_slack_says_so(tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    config.write_text("name: Willow", encoding="utf-8")
    said = ripen("slack", "check", "--config", str(config))
    assert said.exit_code == 1
    assert "there is no `slack` section" in said.output
