from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.checks.check import CheckReport
from bot.checks.formats import as_github, as_json, as_text
from bot.checks.rules import RULES
from bot.errors import Problem


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CheckReport:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    file = tmp_path / "intents" / "a,b.yml"
    problems = (
        Problem("error", file, 0, "100% broken:\nall of it.", "Mend it.", "syntax"),
        Problem("warning", file, 7, f'"x" is already at {file}:3.', "Remove it.", "duplicate-example", "x"),
    )
    return CheckReport(problems, {"near-duplicate": "there is no bundle"}, 3, 20)


def test_text_is_a_line_a_finding(report: CheckReport) -> None:
    first, second, rested, summed = [line.text for line in as_text(report)]
    assert first == "intents/a,b.yml: error: 100% broken:\nall of it. Mend it. [syntax]"
    assert second == 'intents/a,b.yml:7: warning: "x" is already at intents/a,b.yml:3. Remove it. [duplicate-example]'
    assert rested == "not checked: near-duplicate, because there is no bundle"
    assert summed == "1 error, 1 warning; --fix mends 1 of them"


def test_json_is_one_object(report: CheckReport) -> None:
    told = json.loads("\n".join(line.text for line in as_json(report)))
    assert (told["errors"], told["warnings"], told["intents"], told["examples"]) == (1, 1, 3, 20)
    assert told["not_checked"] == {"near-duplicate": "there is no bundle"}
    assert told["problems"][1] == {
        "rule": "duplicate-example",
        "severity": "warning",
        "file": "intents/a,b.yml",
        "line": 7,
        "sentence": "x",
        "message": '"x" is already at intents/a,b.yml:3.',
        "remedy": "Remove it.",
        "fixable": True,
    }


def test_github_gets_workflow_commands_with_its_escapes(report: CheckReport) -> None:
    lines = [line.text for line in as_github(report)]
    assert lines[0] == "::error file=intents/a%2Cb.yml,title=ripen syntax::100%25 broken:%0Aall of it. Mend it."
    assert lines[1].startswith("::warning file=intents/a%2Cb.yml,line=7,title=ripen duplicate-example::")


def test_github_wants_paths_from_where_it_checked_out(
    report: CheckReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "intents").mkdir()
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(tmp_path / "intents")
    assert next(as_github(report)).text.startswith("::error file=intents/a%2Cb.yml,")


def test_rules_are_named_as_people_type_them() -> None:
    assert all(name == name.lower() and " " not in name and RULES[name].name == name for name in RULES)
