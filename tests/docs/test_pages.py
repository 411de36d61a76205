"""What the pages say to run exists, and their links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli import app
from tests.docs.pages import ROOT, find_commands, find_headings, find_pages, read_prose

PAGES = find_pages()
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
OUR_FILE = re.compile(r"(?<![\w/.])(?:bot|training|tests)/[\w/]+\.py")
RUNNABLE = (".py", "/__main__.py")
TARGET = re.compile(r"^(?P<name>[a-z]+):.*?(?:## .*)?$", re.MULTILINE)


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def run_faults(words: list[str]) -> list[str]:
    """What is wrong with `ripen WORDS`: a command or an option that does not exist."""
    command: Any = typer.main.get_command(app)
    faults = []
    while words and hasattr(command, "get_command") and not words[0].startswith("-"):
        found = command.get_command(typer.Context(command), words[0])
        if found is None:
            return [f"there is no command {words[0]}"]
        command, words = found, words[1:]
    options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    for word in words:
        if word.startswith("-") and word.split("=")[0] not in {*options, "--help"}:
            faults.append(f"{command.name} has no option {word}")
    return faults


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_that_are_named_exist(page: Path) -> None:
    faults = {run: run_faults(shlex.split(run)) for run in find_commands(page, "ripen")}
    assert not {run: found for run, found in faults.items() if found}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_targets_that_are_named_exist(page: Path) -> None:
    targets = {match["name"] for match in TARGET.finditer((ROOT / "Makefile").read_text(encoding="utf-8"))}
    named = {word for run in find_commands(page, "make") for word in run.split()[:1]}
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_local_links_lead_somewhere(page: Path) -> None:
    targets = [match["target"] for match in LINK.finditer(read_prose(page))]
    local = [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:", target)]
    assert [target for target in local if target and not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_to_a_heading_find_it(page: Path) -> None:
    targets = [match["target"].partition("#") for match in LINK.finditer(read_prose(page)) if "#" in match["target"]]
    local = [(page.parent / file if file else page, heading) for file, _, heading in targets if ":" not in file]
    assert [(file.name, heading) for file, heading in local if heading not in find_headings(file)] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_of_ours_that_are_named_exist(page: Path) -> None:
    named = set(OUR_FILE.findall(page.read_text(encoding="utf-8")))
    assert {file for file in named if not (ROOT / file).is_file()} == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_modules_that_are_run_exist(page: Path) -> None:
    run = {words.removeprefix("-m").split()[0] for words in find_commands(page, "python") if words.startswith("-m")}
    ours = {module.replace(".", "/") for module in run if module.split(".")[0] in ("bot", "training", "tests")}
    assert {
        name for name in ours if not any((ROOT / f"{name}{end}").is_file() for end in (".py", "/__main__.py"))
    } == set()


def test_the_checks_find_what_is_wrong() -> None:
    assert run_faults(["serve", "--port", "8080"]) == []
    assert run_faults(["sreve"]) == ["there is no command sreve"]
    assert run_faults(["serve", "--prot", "8080"]) == ["serve has no option --prot"]


def test_the_readme_says_how_to_run_and_test() -> None:
    assert {"run", "test"} <= set(find_commands(ROOT / "README.md", "make"))
