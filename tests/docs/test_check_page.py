"""docs/check.md lists every rule as it is. Run as a module, this writes the table into the page."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ruamel.yaml import YAML

from bot.catalog.loader import load_catalog
from bot.checks.allowances import read_allowances
from bot.checks.rules import RULES
from bot.checks.written import WrittenFile
from bot.config import load_settings
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "check.md"
START, END = "<!-- rules: start -->\n", "<!-- rules: end -->\n"
YAML_BLOCK = re.compile(r"^```yaml\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def write_table() -> str:
    """Every rule, one row each, errors first."""
    rows = [
        f"| `{rule.name}` | {rule.severity} | {rule.finds} | {'yes' if rule.fixable else ''} |"
        for rule in RULES.values()
    ]
    return "\n".join(["| rule | | finds | `--fix` |", "|---|---|---|---|", *rows, ""])


def blocks() -> dict[str, str]:
    """The page's YAML by the first key."""
    found = [match["text"] for match in YAML_BLOCK.finditer(PAGE.read_text(encoding="utf-8"))]
    return {text.partition(":")[0]: text for text in found}


def test_the_table_is_current() -> None:
    table = PAGE.read_text(encoding="utf-8").split(START)[1].split(END)[0]
    assert table == write_table(), "run: python -m tests.docs.test_check_page"


def test_every_rule_is_given_by_some_code() -> None:
    source = "".join(
        file.read_text(encoding="utf-8") for file in (ROOT / "bot").rglob("*.py") if file.name != "rules.py"
    )
    missing = [name for name in RULES if f'"{name}"' not in source]
    assert missing == []


def test_every_rule_that_code_gives_is_listed() -> None:
    checks = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "bot" / "checks").glob("*.py"))
    assert set(re.findall(r'\bfind\(\s*"([a-z-]+)"', checks)) <= RULES.keys()


def test_the_examples_of_intents_and_config_are_read(tmp_path: Path) -> None:

    folder = tmp_path
    (folder / "a.yml").write_text(blocks()["refund_status"], encoding="utf-8")
    assert load_catalog(folder).intents
    written = WrittenFile.read(folder / "a.yml", folder)
    assert written is not None
    [allowance], wrong = read_allowances([written])
    assert (allowance.rules, allowance.first, wrong) == (("near-duplicate",), 5, [])
    (folder / "config.yml").write_text(blocks()["check"], encoding="utf-8")
    assert load_settings(folder / "config.yml").check.ignore == ("other-language",)


def test_hooks_and_recipe_run_commands_that_exist() -> None:
    hook = YAML(typ="safe").load(blocks()["repos"])["repos"][0]["hooks"][0]
    [published] = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    for one in (hook, published):
        assert one["entry"] == "ripen check"
        assert re.search(one["files"], "intents/orders.yml")
        assert re.search(one["files"], "config.yml")
        assert not re.search(one["files"], "docs/check.md")
    steps = YAML(typ="safe").load(blocks()["name"])["jobs"]["check"]["steps"]
    assert json.dumps(steps).count("ripen check --format github") == 1


if __name__ == "__main__":
    before, rest = PAGE.read_text(encoding="utf-8").split(START)
    PAGE.write_text(before + START + write_table() + END + rest.split(END)[1], encoding="utf-8")
