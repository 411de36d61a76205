"""Of the files that somebody wants to know about, all is told that a check of everything tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.catalog.loader import CatalogLoader
from bot.checks.check import CheckReport, Subject, check_bot
from bot.config import Settings
from bot.console.memory import DraftMemory
from bot.errors import Problem
from tests.standins.encoder import WordEncoder

VERBS = ("find", "send", "show", "bring", "where is", "book")


def entry(name: str, about: str, *more: str) -> str:
    sentences = [*(f"{verb} the {name}" for verb in VERBS), *more]
    examples = "".join(f"    - {sentence}\n" for sentence in sentences)
    return f"{name}:\n  description: The customer wants the {about}.\n  responses: [Yes.]\n  examples:\n{examples}"


FILES: Mapping[str, str] = {
    "fruit.yml": entry("apple", "apple", "book the pear now", "plum the show", "write to eve@acme.com about it")
    + entry("melon", "melon", "wo ist denn nur die Melone geblieben", "please do bring the melon  ", "melon the find"),
    "more/trees.yml": entry("pear", "pear", "where is the apple", "find the pear please # ripen: allow near-conflict")
    + entry("plum", "plum", "show the melon")
    + "utter_bye:\n  - Das wissen wir leider auch nicht so genau\n",
    "rest.yml": "# ripen: allow-file near-conflict, other-language\n"
    + entry("fig", "plum", "find the pear please now", "the find pear please")
    + entry("date", "date", "ask bob@acme.com for the date", "where is the date")
    + "nothing_here:\n  description: The customer wants nothing.\n",
}


def report(folder: Path, **more: Any) -> CheckReport:
    for name, text in FILES.items():
        (folder / "intents" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "intents" / name).write_text(text, encoding="utf-8")
    (folder / "config.yml").touch()
    settings = Settings(intents=folder / "intents")
    subject = Subject(settings, folder / "config.yml", None, WordEncoder(), loader=CatalogLoader(settings.intents))
    return check_bot(replace(subject, **more))


def of(problems: tuple[Problem, ...], file: Path) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.file == file)


def test_the_files_hold_something_of_every_kind(tmp_path: Path) -> None:
    told = {(problem.file.name, problem.rule) for problem in report(tmp_path).problems}
    assert {rule for _, rule in told} >= {
        "near-conflict",
        "near-duplicate",
        "misplaced-example",
        "other-language",
        "personal-data",
        "trailing-space",
        "conflicting-example",
        "duplicate-example",
        "similar-descriptions",
        "unused-allow",
        "nothing-to-do",
    }
    assert {name for name, rule in told if rule == "misplaced-example"} == {"fruit.yml", "rest.yml"}


@pytest.mark.parametrize("name", FILES)
def test_of_one_file_the_same_is_told_as_by_a_check_of_all(tmp_path: Path, name: str) -> None:
    file = tmp_path / "intents" / name
    memory, expected = DraftMemory(), of(report(tmp_path).problems, file)
    assert expected
    for _ in ("nothing remembered", "all remembered"):
        assert report(tmp_path, only={file}, memory=memory).problems == expected
    for other in FILES:
        found = report(tmp_path, only={tmp_path / "intents" / other}, memory=memory).problems
        assert found == of(report(tmp_path).problems, tmp_path / "intents" / other)
