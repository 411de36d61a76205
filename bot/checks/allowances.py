"""What authors allow: `# ripen: allow RULE` in a YAML file, and `check:` in config.yml.

- where's my order   # ripen: allow near-duplicate            this line
# ripen: allow near-conflict, misplaced-example                the next line, and what is indented under it
# ripen: allow-file personal-data                              the whole file
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.catalog.catalog import Source
from bot.checks.finding import Finding, find
from bot.checks.rules import RULES, WARNINGS
from bot.checks.written import WrittenFile
from bot.config.check import CheckSettings
from bot.errors import Problem
from bot.yaml_files.validation import nearest

_COMMENT = re.compile(r"(?:^|\s)#\s*ripen:\s*(?P<word>[\w-]+)(?P<rest>[^#]*)$")
_WORDS = ("allow", "allow-file")


@dataclass(slots=True)
class Allowance:
    """One comment: which rules it allows on lines `first` to `last` (from 1) of its file."""

    source: Source
    rules: tuple[str, ...]
    first: int
    last: int
    used: set[str] = field(default_factory=set)

    def allows(self, rule: str, file: Path, line: int) -> bool:
        """Whether `rule` is allowed there; if so, that is noted."""
        if rule not in self.rules or file != self.source.file or not self.first <= line <= self.last:
            return False
        self.used.add(rule)
        return True


def read_allowances(files: Iterable[WrittenFile]) -> tuple[list[Allowance], list[Problem]]:
    """The comments of `files`, and what is wrong with them."""
    allowances, problems = [], []
    for file in files:
        for number, row in file.comments():
            if comment := _COMMENT.search(row):
                source = Source(file.path, number)
                rules, wrong = _rules(comment, source)
                problems += wrong
                allowances.append(Allowance(source, rules, *_lines(file, number, row, comment["word"])))
    return allowances, problems


def _rules(comment: re.Match[str], source: Source) -> tuple[tuple[str, ...], list[Problem]]:
    if comment["word"] not in _WORDS:
        message = f"`ripen: {comment['word']}` says nothing."
        return (), [find("unknown-rule", source, message, "Write `# ripen: allow RULE` or `# ripen: allow-file RULE`.")]
    named = [name for name in re.split(r"[\s,]+", comment["rest"].strip(" :")) if name]
    known = tuple(name for name in named if name in WARNINGS)
    problems = []
    if not named:
        remedy = "Name the rule, which stands in [ ] behind the warning."
        problems.append(find("unknown-rule", source, "This allows nothing: no rule is named.", remedy))
    for name in named:
        if name in RULES and name not in WARNINGS:
            message = f"`{name}` is an error that keeps the bot from starting; it cannot be allowed."
            problems.append(find("unknown-rule", source, message, "Mend it, and remove this comment."))
        elif name not in WARNINGS:
            message = f"There is no rule `{name}`."
            problems.append(
                find("unknown-rule", source, message, f"{nearest(name, WARNINGS)}docs/check.md lists them.")
            )
    return known, problems


def _lines(file: WrittenFile, number: int, row: str, word: str) -> tuple[int, int]:
    """The first and the last line that a comment on line `number` speaks for."""
    if word == "allow-file":
        return 0, len(file.rows)
    if not row.lstrip().startswith("#"):
        return number, number
    first = next((at for at in range(number + 1, len(file.rows) + 1) if _says_something(file.rows[at - 1])), number)
    indent, last = _indent(file.rows[first - 1]), first
    for at in range(first + 1, len(file.rows) + 1):
        if _says_something(file.rows[at - 1]):
            if _indent(file.rows[at - 1]) <= indent:
                break
            last = at
    return first, last


def _says_something(row: str) -> bool:
    return bool(row.strip()) and not row.lstrip().startswith("#")


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip(" "))


def settle(findings: Iterable[Finding], allowances: Sequence[Allowance], settings: CheckSettings) -> Iterator[Problem]:
    """Leave out what is allowed or ignored, tell groups as one, and raise what config.yml calls an error."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        rule = finding.problem.rule
        allowed = [one for one in allowances if _allows(one, finding)]
        if allowed or (rule in settings.ignore and rule in WARNINGS):
            continue
        groups.setdefault(finding.group or (str(len(groups)),), []).append(finding)
    for group in groups.values():
        heaviest = max(group, key=lambda finding: finding.weight)
        problem = heaviest.problem
        if len(group) > 1:
            problem = replace(problem, message=f"{problem.message} {_more(len(group) - 1)}")
        yield replace(problem, severity="error") if problem.rule in settings.error else problem


def _allows(allowance: Allowance, finding: Finding) -> bool:
    problem, also = finding.problem, finding.also
    here = allowance.allows(problem.rule, problem.file, problem.line)
    there = also is not None and allowance.allows(problem.rule, also.file, also.line)
    return here or there


def _more(number: int) -> str:
    return f"({number} more like it.)"


def find_unused(allowances: Iterable[Allowance], rested: Mapping[str, str]) -> Iterator[Finding]:
    """Comments that allow what is not there; `rested` are the rules that were not looked into."""
    for allowance in allowances:
        for rule in allowance.rules:
            if rule not in allowance.used and rule not in rested:
                message = f"Nothing here needs `{rule}` to be allowed."
                yield Finding(find("unused-allow", allowance.source, message, "Remove it from the comment."))
