from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.config.check import CheckSettings
from tests.bot.checks.findings import found, report_on

TWICE = """\
a:
  description: x
  responses: [b]
  examples:
    - hello there{}
    - hello there{}
"""


def test_a_comment_behind_a_line_allows_what_is_found_there(tmp_path: Path) -> None:
    assert found(tmp_path, TWICE.format("", "")) == [(6, "duplicate-example")]
    assert found(tmp_path, TWICE.format("", "  # ripen: allow duplicate-example")) == []


def test_of_a_pair_either_place_will_do(tmp_path: Path) -> None:
    assert found(tmp_path, TWICE.format(" # ripen: allow duplicate-example", "")) == []


def test_a_comment_of_its_own_speaks_for_what_is_indented_below(tmp_path: Path) -> None:
    above = "# ripen: allow duplicate-example, nothing-to-do\n# more words\n" + TWICE.format("", "")
    text = above.replace("  responses: [b]\n", "")
    assert found(tmp_path, text) == []
    more = "b:\n  description: y\nc:\n  description: z\n  responses: [d]\n"
    assert found(tmp_path, text + more) == [(8, "nothing-to-do")]


def test_a_file_can_allow_a_rule(tmp_path: Path) -> None:
    text = TWICE.format("", "") + "# ripen: allow-file duplicate-example\n"
    assert found(tmp_path, text) == []


def test_text_that_looks_like_a_comment_is_text(tmp_path: Path) -> None:
    response = "responses:\n    - |\n      # ripen: allow-file duplicate-example"
    assert found(tmp_path, TWICE.format("", "").replace("responses: [b]", response)) == [(8, "duplicate-example")]


def test_what_allows_nothing_is_told(tmp_path: Path) -> None:
    text = TWICE.format("", "").replace("- hello there\n", "- good day # ripen: allow personal-data\n", 1)
    assert found(tmp_path, text) == [(5, "unused-allow")]


def test_a_rule_that_was_not_looked_into_may_be_allowed(tmp_path: Path) -> None:
    text = TWICE.format("", "").replace("- hello there\n", "- good day # ripen: allow near-duplicate\n", 1)
    assert found(tmp_path, text) == []


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("allow near-duplicat", "Did you mean `near-duplicate`?"),
        ("allow schema", "keeps the bot from starting"),
        ("allow", "no rule is named"),
        ("ignore near-duplicate", "`ripen: ignore` says nothing"),
    ],
)
def test_a_comment_that_is_wrong_is_told(tmp_path: Path, comment: str, said: str) -> None:
    [problem] = report_on(tmp_path, f"# ripen: {comment}\na:\n  description: x\n  responses: [b]\n").problems
    assert (problem.line, problem.rule) == (1, "unknown-rule")
    assert said in problem.message + problem.remedy


def test_errors_cannot_be_allowed_away(tmp_path: Path) -> None:
    text = "# ripen: allow-file schema\na:\n  description: x\n  sorts: [b]\n"
    assert (4, "schema") in found(tmp_path, text)


def test_config_yml_ignores_rules_and_makes_others_errors(tmp_path: Path) -> None:
    text = TWICE.format("", "").replace("  responses: [b]\n", "")
    check = CheckSettings(ignore=("nothing-to-do",), error=("duplicate-example",))
    [problem] = report_on(tmp_path, text, check=check).problems
    assert (problem.rule, problem.severity) == ("duplicate-example", "error")


def test_config_yml_names_rules_that_exist() -> None:
    with pytest.raises(ValidationError, match="Did you mean `near-duplicate`"):
        CheckSettings(ignore=("near-duplicates",))
    with pytest.raises(ValidationError, match="is an error already"):
        CheckSettings(error=("schema",))
