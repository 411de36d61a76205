"""A report as text for people, as JSON for programs, and as annotations for GitHub."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.checks.check import CheckReport
from bot.checks.rules import RULES
from bot.errors import Problem

COLOURS = {"error": "red", "warning": "yellow"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line to print; `colour` is for terminals."""

    text: str
    colour: str | None = None


def as_text(report: CheckReport) -> Iterator[Line]:
    """A line a finding, as compilers and linters write it, and the sum."""
    for problem in report.problems:
        yield Line(f"{_placed(problem)} [{problem.rule}]", COLOURS[problem.severity])
    for reason in dict.fromkeys(report.rested.values()):
        rules = ", ".join(rule for rule, why in report.rested.items() if why == reason)
        yield Line(f"not checked: {rules}, because {reason}", "yellow")
    fixable = sum(RULES[problem.rule].fixable for problem in report.problems)
    hint = f"; --fix mends {fixable} of them" if fixable else ""
    yield Line(f"{count(report.errors, 'error')}, {count(report.warnings, 'warning')}{hint}")


def as_json(report: CheckReport) -> Iterator[Line]:
    """One object. Keys are only ever added to it."""
    problems = [
        {
            "rule": problem.rule,
            "severity": problem.severity,
            "file": _relative(problem.file),
            "line": problem.line,
            "sentence": problem.sentence,
            "message": _shorten(problem.message),
            "remedy": _shorten(problem.remedy),
            "fixable": RULES[problem.rule].fixable,
        }
        for problem in report.problems
    ]
    told = {
        "errors": report.errors,
        "warnings": report.warnings,
        "intents": report.intents,
        "examples": report.examples,
        "not_checked": dict(report.rested),
        "problems": problems,
    }
    yield Line(json.dumps(told, indent=2, ensure_ascii=False))


def as_github(report: CheckReport) -> Iterator[Line]:
    """Workflow commands, which GitHub shows on the lines of a pull request.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
    """
    for problem in report.problems:
        where = f"file={_property(_relative(problem.file, _workspace()))}"
        where += f",line={problem.line}" if problem.line else ""
        said = _data(_shorten(f"{problem.message} {problem.remedy}".strip()))
        yield Line(f"::{problem.severity} {where},title={_property(f'ripen {problem.rule}')}::{said}")
    for rule, why in report.rested.items():
        yield Line(f"::notice title={_property(f'ripen {rule}')}::{_data(f'Not checked, because {why}')}")
    yield Line(f"{count(report.errors, 'error')}, {count(report.warnings, 'warning')}")


FORMATS: Mapping[str, Callable[[CheckReport], Iterator[Line]]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}


def count(number: int, noun: str) -> str:
    """The number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _placed(problem: Problem) -> str:
    where = _relative(problem.file) + (f":{problem.line}" if problem.line else "")
    return _shorten(f"{where}: {problem.severity}: {problem.message} {problem.remedy}".rstrip())


def _shorten(text: str) -> str:
    """Paths inside of messages are from the current folder, too."""
    return text.replace(f"{Path.cwd()}{os.sep}", "")


def _relative(file: Path, folder: Path | None = None) -> str:
    """The path from the folder that `ripen` runs in, where it lies in it."""
    base = folder or Path.cwd()
    absolute = Path(os.path.abspath(file))  # noqa: PTH100 - resolve() would follow the links that are complained about
    return absolute.relative_to(base).as_posix() if absolute.is_relative_to(base) else str(absolute)


def _workspace() -> Path | None:
    """Where GitHub checked the repository out: its annotations need paths from there."""
    return Path(os.environ["GITHUB_WORKSPACE"]) if os.environ.get("GITHUB_WORKSPACE") else None


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
